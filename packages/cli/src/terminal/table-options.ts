import type { ResultRow, TerminalTableOptions } from "@sinqbench/report";
import type { Session } from "../session.ts";

/** How a table looks on this run's stdout. Standard errors are left out where a text was one window and has none. */
export function tableOptions({ io: { stdout, env } }: Session, rows: readonly ResultRow[]): TerminalTableOptions {
  return {
    standardError: rows.every((row) => Number.isFinite(row.perplexity_se)),
    color: stdout.isTTY === true && !env.NO_COLOR,
    ...(stdout.columns !== undefined && { width: stdout.columns }),
  };
}

import { methodStyle } from "../method-styles.ts";
import { distinct, settings, textNames } from "../table-lines.ts";
import { protocolNote } from "../text-notes.ts";
import { fixed } from "../tidy-table.ts";
import type { ResultRow } from "../types.ts";
import { paretoFront } from "./pareto-front.ts";

/** The front of every text, fewest bits first, and how many settings it beats. */
export function paretoMarkdown(rows: readonly ResultRow[]): string {
  const text = textNames(rows);
  const parts = distinct(rows.map(text)).map((title) => {
    const own = rows.filter((row) => text(row) === title);
    const front = paretoFront(own);
    const lines = front.map((row) => [
      fixed(row.bits_per_weight, 3),
      fixed(row.perplexity, 3),
      row.perplexity_se === null ? "" : `±${fixed(row.perplexity_se, 3)}`,
      methodStyle(row.method).label,
      String(row.bits),
      settings(row),
    ]);
    const header = ["bits per weight", "perplexity", "std err", "method", "bits", "settings"];
    const rule = ["---:", "---:", "---:", "---", "---:", "---"];
    const table = [header, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
    return `**${title}** (${protocolNote(own[0])}): ${front.length} of ${own.length} settings are on the front.\n\n${table}`;
  });
  return `#### The front

${parts.join("\n\n")}

- The front: no other setting has at most these stored bits per weight and at most this perplexity. Neighbours closer than their
  standard errors may change places on another text.
`;
}

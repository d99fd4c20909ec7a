import { methodStyle } from "../method-styles.ts";
import { distinct, settings, textNames } from "../table-lines.ts";
import { protocolNote } from "../text-notes.ts";
import { fixed } from "../tidy-table.ts";
import type { ParetoRow } from "./pareto-row.ts";

/** The front of every text, fewest bits first, and how many settings it beats. */
export function paretoMarkdown(rows: readonly ParetoRow[]): string {
  const text = textNames(rows);
  const parts = distinct(rows.map(text)).map((title) => {
    const own = rows.filter((row) => text(row) === title);
    const front = own.filter((row) => row.on_front === "yes").toSorted((a, b) => a.bits_per_weight - b.bits_per_weight);
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
  return `### Bits against perplexity, ${rows[0].model}

${parts.join("\n\n")}

- The front: no other setting has at most these stored bits per weight and at most this perplexity. Neighbours closer than their
  standard errors may change places on another text.
`;
}

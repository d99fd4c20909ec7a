import { methodStyle } from "../method-styles.ts";
import { distinct, methodOf } from "../table-lines.ts";
import { fixed } from "../tidy-table.ts";
import type { ClaimRow } from "./claim-row.ts";

const VERDICTS = ["holds", "undecided", "fails"];

/** One model's claims: what the paper says, the difference behind it, and whether it is so here. */
export function claimsMarkdown(rows: readonly ClaimRow[]): string {
  const counts = VERDICTS.map((verdict) => `${rows.filter((row) => row.verdict === verdict).length} ${verdict}`);
  const header = ["claim", "bits", "text", "lower", "than", "difference of loss", "std err", "verdict"];
  const rule = header.map((title) => (["bits", "difference of loss", "std err"].includes(title) ? "---:" : "---"));
  const lines = distinct(rows.map((row) => row.claim)).flatMap((claim) =>
    rows
      .filter((row) => row.claim === claim)
      .map((row, i) => [
        i === 0 ? row.statement : "",
        String(row.bits),
        row.dataset,
        `${methodStyle(methodOf(row.better)).label} ${fixed(row.perplexity_better, 3)}`,
        `${methodStyle(methodOf(row.worse)).label} ${fixed(row.perplexity_worse, 3)}`,
        fixed(row.delta_nll, 5),
        row.delta_nll_se === null ? "" : `±${fixed(row.delta_nll_se, 5)}`,
        row.verdict === "holds" ? "holds" : `**${row.verdict}**`,
      ]),
  );
  const table = [header, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `### Claims of the paper, on ${rows[0].model}

${counts.join(", ")}.

${table}

- difference of loss: mean paired difference in nats per token on the same windows; negative where the claim holds
- holds, fails: the difference is beyond two standard errors; undecided: it is not
`;
}

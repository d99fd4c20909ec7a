import { claimNotFinite } from "../messages.ts";
import { readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";

/** Something the paper says, as a comparison of two methods on the same windows. */
export interface Claim {
  readonly id: string;
  /** In words, where in the paper included. */
  readonly statement: string;
  /** Method ids: the first is said to have the lower perplexity. */
  readonly better: string;
  readonly worse: string;
  readonly bits: readonly number[];
}

/** "undecided": the difference is within two standard errors, or its error is unknown. */
export type ClaimVerdict = "holds" | "fails" | "undecided";

/** A claim on one model, bit width and text: a line of `results/claims/<model>.csv`. */
export interface ClaimRow {
  model: string;
  claim: string;
  statement: string;
  bits: number;
  better: string;
  worse: string;
  dataset: string;
  protocol: string;
  windows: number;
  perplexity_better: number;
  perplexity_worse: number;
  /** Mean paired difference of the per-token loss, better - worse, in nats: negative where the claim holds. */
  delta_nll: number;
  /** Of the paired difference, over windows; null for a single window. */
  delta_nll_se: number | null;
  verdict: string;
}

const COLUMNS: TidyColumns<ClaimRow> = {
  model: { type: "text" },
  claim: { type: "text" },
  statement: { type: "text" },
  bits: { type: 0 },
  better: { type: "text" },
  worse: { type: "text" },
  dataset: { type: "text" },
  protocol: { type: "text" },
  windows: { type: 0 },
  perplexity_better: { type: 3 },
  perplexity_worse: { type: 3 },
  delta_nll: { type: 5 },
  delta_nll_se: { type: 5, optional: true },
  verdict: { type: "text" },
};

/** Two standard errors: about 95 % where window means are near normal. */
const ERRORS = 2;

/** What a paired difference (better - worse) says of a claim. */
export function claimVerdict(delta: number, se: number | null): ClaimVerdict {
  if (se === null || Math.abs(delta) <= ERRORS * se) return "undecided";
  return delta < 0 ? "holds" : "fails";
}

/** @throws BenchError `claim-not-finite` */
export function claimsCsv(rows: readonly ClaimRow[]): string {
  return tidyCsv(COLUMNS, rows, (row, _, value) => {
    if (!Number.isFinite(value)) throw claimNotFinite(row.model, row.claim, row.bits, row.dataset);
  });
}

/**
 * Reads what `writeClaims` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readClaimsCsv(path: string): Promise<ClaimRow[]> {
  return readTidyCsv(COLUMNS, path);
}

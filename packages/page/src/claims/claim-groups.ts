import { type Claim, type ClaimRow, distinct } from "@sinqbench/report";
import type { ClaimsTable } from "../results/read-results.ts";
import { type PublishedCount, publishedCount } from "./published-count.ts";

/** A line of a claims file, and the file. */
export interface SourcedClaim extends ClaimRow {
  readonly path: string;
}

export type ClaimOutcome =
  | "holds"
  | "holds-in-part"
  | "mixed"
  | "undecided"
  | "fails-in-part"
  | "fails"
  | "not-measured";

/** A claim of the paper with all that was measured for it. */
export interface ClaimGroup extends Claim {
  readonly rows: readonly SourcedClaim[];
  readonly outcome: ClaimOutcome;
  /** The same comparison in the paper's own tables. */
  readonly published: PublishedCount;
}

/** Claims in the order of the record, those without a measurement included; what only the files name comes after. */
export function claimGroups(claims: readonly Claim[], tables: readonly ClaimsTable[]): ClaimGroup[] {
  const rows = tables.flatMap((table) => table.rows.map((row): SourcedClaim => ({ ...row, path: table.path })));
  const unnamed = distinct(rows.map((row) => row.claim)).filter((id) => !claims.some((claim) => claim.id === id));
  const all = [...claims, ...unnamed.map((id) => claimOf(rows.filter((row) => row.claim === id)))];
  return all.map((claim) => {
    const own = rows.filter((row) => row.claim === claim.id).sort((a, b) => a.bits - b.bits);
    return { ...claim, rows: own, outcome: claimOutcome(own), published: publishedCount(claim) };
  });
}

/** One word for all of a claim's cells. */
export function claimOutcome(rows: readonly Pick<ClaimRow, "verdict">[]): ClaimOutcome {
  const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  const [holds, fails] = [count("holds"), count("fails")];
  if (rows.length === 0) return "not-measured";
  if (holds > 0 && fails > 0) return "mixed";
  if (holds > 0) return holds === rows.length ? "holds" : "holds-in-part";
  if (fails > 0) return fails === rows.length ? "fails" : "fails-in-part";
  return "undecided";
}

function claimOf(rows: readonly ClaimRow[]): Claim {
  const [{ claim: id, statement, better, worse }] = rows;
  return { id, statement, better, worse, bits: distinct(rows.map((row) => row.bits)) };
}

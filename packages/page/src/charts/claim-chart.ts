import { distinct, methodOf, methodStyle } from "@sinqbench/report";
import type { ClaimGroup, SourcedClaim } from "../claims/claim-groups.ts";
import { bitsInWords, perplexityInWords, plusMinus, signed } from "../words.ts";
import { type Fact, type PageChart, pageChart } from "./chart.ts";
import { type DotDatum, type DotLine, dotChart } from "./dot-chart.ts";

/** Differences of a claim's two methods, a line for each model and text; undefined where nothing was measured. */
export function claimChart(claim: ClaimGroup): PageChart | undefined {
  const { rows } = claim;
  if (rows.length === 0) return undefined;
  const models = distinct(rows.map((row) => row.model)).length > 1;
  const protocols = (row: SourcedClaim) =>
    rows.some((other) => other.dataset === row.dataset && other.model === row.model && other.protocol !== row.protocol);
  const name = (row: SourcedClaim) =>
    [models ? row.model : "", row.dataset, protocols(row) ? row.protocol : ""].filter(Boolean).join(", ");
  const [better, worse] = [claim.better, claim.worse].map((entry) => methodStyle(methodOf(entry)).label);
  const data = rows.map((row): DotDatum => {
    const error = row.delta_nll_se ?? 0;
    return {
      line: `${row.bits} ${name(row)}`,
      method: methodOf(claim.better),
      value: row.delta_nll,
      low: Number((row.delta_nll - error).toFixed(6)),
      high: Number((row.delta_nll + error).toFixed(6)),
      label: signed(row.delta_nll, Math.abs(row.delta_nll) < 0.001 ? 5 : 3),
      facts: claimFacts(row, better, worse),
    };
  });
  const lines = distinct(rows.map((row) => row.bits)).flatMap((bits): DotLine[] => [
    { key: String(bits), label: bitsInWords(bits), heading: true },
    ...distinct(rows.filter((row) => row.bits === bits).map(name)).map((text) => ({
      key: `${bits} ${text}`,
      label: text,
    })),
  ]);
  return pageChart(
    `claim-${claim.id}`,
    `${claim.statement}: loss of ${better} minus loss of ${worse}, nats per token. ${data
      .map((datum, i) => `${datum.line}: ${datum.label}, ${rows[i].verdict}`)
      .join("; ")}.`,
    data,
    dotChart({
      xTitle: `loss of ${better} minus loss of ${worse}, nats per token`,
      lines,
      data,
      reference: { value: 0, low: 0, high: 0, label: "equal" },
    }),
  );
}

function claimFacts(row: SourcedClaim, better: string, worse: string): Fact[] {
  return [
    ["", `${row.dataset}, ${bitsInWords(row.bits)}: ${row.verdict}`],
    ["model", row.model],
    ["difference", `${signed(row.delta_nll, 5)}${plusMinus(row.delta_nll_se, 5)} nats`],
    [better, `perplexity ${perplexityInWords(row.perplexity_better)}`],
    [worse, `perplexity ${perplexityInWords(row.perplexity_worse)}`],
    ["windows", `${row.protocol}, ${row.windows}`],
    ["file", row.path],
  ];
}

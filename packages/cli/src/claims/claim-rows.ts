import { pairedDelta, perplexity, type Variant } from "@sinqbench/evaluate";
import { type Claim, type ClaimRow, claimVerdict } from "@sinqbench/report";
import type { ModelRun } from "../experiment/run-on-model.ts";
import { scoredLosses } from "../rows.ts";
import { chooseVariants, type VariantChoice } from "../variants.ts";

type Settings = Omit<VariantChoice, "methods" | "bits">;

/** A claim at one bit width: the variants that decide it. */
export interface DecidedClaim {
  readonly claim: Claim;
  readonly bits: number;
  readonly better: Variant;
  readonly worse: Variant;
}

/** Claims with the variants that decide them, one for each bit width. */
export function decidedClaims(claims: readonly Claim[], settings: Settings): DecidedClaim[] {
  const variant = (method: string, bits: number) => {
    const [chosen] = chooseVariants({ ...settings, methods: [method], bits: [bits] }, () => {});
    return chosen;
  };
  return claims.flatMap((claim) =>
    claim.bits.map((bits) => ({
      claim,
      bits,
      better: variant(claim.better, bits),
      worse: variant(claim.worse, bits),
    })),
  );
}

/** The variants of all claims, each once. */
export function claimVariants(decided: readonly DecidedClaim[]): Variant[] {
  const all = decided.flatMap(({ better, worse }) => [better, worse]);
  return all.filter(({ id }, i) => all.findIndex((other) => other.id === id) === i);
}

/** One row for each claim, bit width and text: paired differences on the same windows. */
export function claimRows(decided: readonly DecidedClaim[], { model, inputs, results }: ModelRun): ClaimRow[] {
  const losses = (variant: Variant, text: number) => {
    const { nll } = results.find((result) => result.variant.id === variant.id)!;
    return scoredLosses(inputs[text], nll[text]);
  };
  return decided.flatMap(({ claim, bits, better, worse }) =>
    inputs.map((input, text): ClaimRow => {
      const [ours, theirs] = [losses(better, text), losses(worse, text)];
      const { delta, se } = pairedDelta(ours.losses, theirs.losses, ours.predictions);
      return {
        model: model.name,
        claim: claim.id,
        statement: claim.statement,
        bits,
        better: claim.better,
        worse: claim.worse,
        dataset: input.name,
        protocol: input.protocol,
        windows: input.windows.count,
        perplexity_better: perplexity(ours.losses, ours.predictions).perplexity,
        perplexity_worse: perplexity(theirs.losses, theirs.predictions).perplexity,
        delta_nll: delta,
        delta_nll_se: se,
        verdict: claimVerdict(delta, se),
      };
    }),
  );
}

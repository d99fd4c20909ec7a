import type { VariantResult } from "@sinqbench/evaluate";
import type { Session } from "./session.ts";

/** Says once how many routed experts the calibration text did not reach, where any were not. */
export function sayUnreachedExperts(session: Session, model: string, results: readonly VariantResult[]): void {
  const counts = results.filter(({ unreachedExperts }) => unreachedExperts > 0);
  if (counts.length === 0) return;
  const each = counts.map(({ variant, unreachedExperts }) => `${unreachedExperts} (${variant.id})`).join(", ");
  session.note(
    `${model}: no calibration token reached ${each} routed experts; these learnt from the first calibration window, ` +
      "and a longer calibration text reaches more of them",
  );
}

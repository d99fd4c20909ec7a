import { join } from "node:path";
import { claims } from "@sinqbench/experiments";
import { writeClaims } from "@sinqbench/report";
import type { ClaimsFlags } from "../commands/claims.ts";
import { openDevice } from "../device-in-use.ts";
import { runOnModel } from "../experiment/run-on-model.ts";
import { openKernels } from "../kernels-in-use.ts";
import { modelsAsked } from "../model-words.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";
import { claimRows, claimVariants, decidedClaims } from "./claim-rows.ts";

/** Settings of the paper's tables, so that claims and tables share their cells. */
const SETTINGS = { groupSize: 64, tiling: "1d", aux: "f16" } as const;

/** `exp claims`: decides every claim of the record on the models asked for. */
export async function runClaims(session: Session, flags: ClaimsFlags): Promise<void> {
  const decided = decidedClaims(claims, SETTINGS);
  await openDevice(session, flags.device);
  const kernels = openKernels(session, flags.threads);
  const out = flags.out === undefined ? RESULTS : session.path(flags.out);
  const dir = join(out, "claims");
  const watching = { ...flags, watched: { dir, experiment: "claims" } };
  const written: string[] = [];
  for (const word of modelsAsked(flags.model)) {
    const rows = claimRows(decided, await runOnModel(session, word, claimVariants(decided), watching, kernels));
    const files = await writeClaims(dir, rows);
    written.push(...files);
    session.kept = `${written.map((file) => session.shown(file)).join(", ")} are complete`;
    for (const row of rows) {
      const { verdict, statement, bits, dataset, delta_nll: delta, delta_nll_se: se } = row;
      const error = se === null ? "" : ` +- ${se.toFixed(5)}`;
      session.print(
        `${verdict.padEnd(9)} ${statement}; ${bits} bits, ${dataset}: ${delta.toFixed(5)}${error} nats a token`,
      );
    }
    for (const file of files) session.note(`wrote ${session.shown(file)}`);
  }
}

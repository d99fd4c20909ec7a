import { effectiveGroup } from "@sinqbench/quantizer";
import { BenchError } from "@sinqbench/tensor";
import { inTensor } from "./messages.ts";
import type { Session } from "./session.ts";

/**
 * Says each halving of the group size once, before any work. Throws where a tensor's width takes no group at all.
 *
 * @param path of the checkpoint, for errors
 * @param tensors linear weights [out, in]
 */
export function sayHalvedGroups(
  session: Session,
  path: string,
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  groupSize: number,
): void {
  const said = new Set<string>();
  for (const { name, shape } of tensors) {
    try {
      const { notice } = effectiveGroup(shape[1], groupSize);
      if (notice === undefined || said.has(notice)) continue;
      said.add(notice);
      session.note(notice);
    } catch (error) {
      throw error instanceof BenchError ? inTensor(path, name, error) : error;
    }
  }
}

import { realpath, stat } from "node:fs/promises";
import { isPacked } from "@sinqbench/quantizer";
import { openSafetensors, writeSafetensors } from "@sinqbench/tensor";
import { sayHalvedGroups } from "../halved-groups.ts";
import { noTensorsMatch, outputIsInput, outputNotAFile, packedInput } from "../messages.ts";
import type { Session } from "../session.ts";
import { createProgress } from "../terminal/progress.ts";
import { quantity } from "../terminal/quantity.ts";
import { mirrorTensors } from "./mirror-tensors.ts";
import type { QuantizeOptions } from "./quantize-path.ts";
import { isFloatMatrix, type TensorQuantizer } from "./tensor-quantizer.ts";

/** Quantizes the 2-D float tensors of a file, or those that `--tensors` names, and copies the rest. */
export async function quantizeFile(
  session: Session,
  input: string,
  quantizer: TensorQuantizer,
  { tensors, out }: QuantizeOptions,
): Promise<void> {
  await checkOutput(input, out);
  const source = await openSafetensors(input);
  try {
    if (isPacked(source)) throw packedInput(input);
    const { blockStep, info } = quantizer.step.quantizer;
    if (blockStep) {
      session.note(
        `${info.id} moves scales between the layers of a block; the matrices of a file are rounded as they are`,
      );
    }
    const infos = source.names().map((name) => source.info(name));
    const chosen = new Set(infos.filter((info) => isFloatMatrix(info) && (tensors?.test(info.name) ?? true)));
    if (chosen.size === 0) throw noTensorsMatch(input, tensors?.source);
    sayHalvedGroups(session, input, [...chosen], quantizer.groupSize);
    const progress = createProgress(session.io, {
      label: "quantize",
      total: chosen.size,
      rate: (perSecond) => `${quantity(perSecond)} tensors/s`,
    });
    const names = new Set([...chosen].map(({ name }) => name));
    const done = (name: string) => progress.update(quantizer.tally.tensors, name);
    try {
      const { entries, metadata } = await mirrorTensors(quantizer, source, { names, weights: source }, done);
      await writeSafetensors(out, entries, metadata);
    } finally {
      progress.end();
    }
  } finally {
    await source.close();
  }
}

async function checkOutput(input: string, out: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (!found) return;
  if (found.isDirectory()) throw outputNotAFile(out);
  // Also through a link under another name.
  if ((await realpath(out)) === (await realpath(input))) throw outputIsInput(out);
}

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { referenceKernels } from "@sinqbench/kernels";
import { openSafetensors } from "@sinqbench/tensor";
import { onTestFinished } from "vitest";
import type { EvaluateOptions, Variant } from "./types.ts";

/**
 * Tiny random checkpoints with the losses that transformers 5.18 gives for them in float32 (`reference.safetensors`:
 * input_ids [2, 160], nll [2, 159]).
 */
export const fixture = (name: "qwen3-tied" | "llama") => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export const BF16: Variant = { id: "bf16", quantizer: null, config: null };

/** Options that evaluate a fixture on its own reference tokens. */
export async function referenceOptions(name: "qwen3-tied" | "llama"): Promise<EvaluateOptions & { nll: Float32Array }> {
  const file = await openSafetensors(join(fixture(name), "reference.safetensors"));
  const ids = await file.readInt32("input_ids");
  const nll = await file.readFloat32("nll");
  await file.close();
  return {
    modelDir: fixture(name),
    variants: [BF16],
    sets: [{ name: "reference", length: 160, count: 2, ids }],
    kernels: referenceKernels,
    threads: 2,
    nll,
  };
}

/** A copy of a fixture that a test may damage; removed when the test ends. */
export async function copyOf(name: "qwen3-tied" | "llama"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(fixture(name), folder, { recursive: true });
  return folder;
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}

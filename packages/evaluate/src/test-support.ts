import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { referenceKernels } from "@sinqbench/kernels";
import type { Quantizer } from "@sinqbench/quantizer";
import { openSafetensors } from "@sinqbench/tensor";
import { onTestFinished } from "vitest";
import type { EvaluateOptions, Variant } from "./types.ts";

/**
 * Tiny random checkpoints with the losses that transformers 5.18 gives for them in float32 (`reference.safetensors`:
 * input_ids [2, 160], nll [2, 159]), and some statistics of what it feeds to its linear layers for these tokens
 * (`calibration.json`): of the model as it is, and with the linear layers of all earlier blocks set to zero.
 */
export const fixture = (name: "qwen3-tied" | "llama") => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export const BF16: Variant = { id: "bf16", quantizer: null, config: null };

/** Stores zeros: the only linear layers whose effect is known by hand. */
export const zeroing: Quantizer = {
  info: { id: "zero", label: "Zero", formula: "0", source: "test", bits: [4], tilings: ["1d"] },
  defaults: {},
  quantize: ({ rows, cols }, { bits }) => ({
    method: "zero",
    rows,
    cols,
    bits,
    group: cols,
    tiling: "1d",
    codes: new Uint8Array((rows * cols * bits) / 8),
    scale: { dtype: "f32", shape: [rows, 1], data: new Float32Array(rows) },
    zero: { dtype: "f32", shape: [1], data: new Float32Array(1) },
  }),
};
export const ZERO: Variant = {
  id: "zero",
  quantizer: zeroing,
  config: { bits: 4, groupSize: 64, tiling: "1d", aux: "f32" },
};

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

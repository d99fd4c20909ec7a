import { availableParallelism } from "node:os";
import type { Device } from "@sinqbench/evaluate";
import type { Kernels } from "@sinqbench/kernels";
import { Option } from "commander";
import { bitList, methodList, wholeNumber } from "./parse.ts";

/** Options that several commands share, so that they read and mean the same everywhere. */
export const threadsOption = () =>
  new Option("--threads <n>", "threads of the kernels and of the runtime; results do not depend on it")
    .argParser(wholeNumber(1))
    .default(availableParallelism(), "all cores");

export const kernelsOption = () =>
  new Option("--kernels <kind>", "what quantizes (default: the fastest there is; all give the same codes)").choices([
    "cuda",
    "cpu",
    "reference",
  ] satisfies Kernels["id"][]);

export const deviceOption = () =>
  new Option("--device <device>", "where graphs run; results are compared within one device")
    .choices(["cpu", "cuda", "webgpu"] satisfies Device[])
    .default("cpu");

export const freshOption = () =>
  new Option("--fresh", "compute everything again, also what the store of results has").default(false);

export const methodsOption = (description: string, methods: readonly string[]) =>
  new Option("--methods <ids>", `${description}; METHOD[:PRESET][,OPTION=VALUE]... chooses options, see exp list`)
    .argParser(methodList)
    .default([...methods], methods.join(","));

export const bitsOption = (bits: readonly number[]) =>
  new Option("--bits <list>", "bits of a code, such as 3,4").argParser(bitList).default([...bits], bits.join(","));

export const groupSizeOption = () =>
  new Option("--group-size <n>", "weights along a row that share a scale; halved until it divides the width")
    .argParser(wholeNumber(16))
    .default(64);

export const tilingOption = () =>
  new Option("--tiling <tiling>", "1d: all rows by one group; 2d: group by group").choices(["1d", "2d"]).default("1d");

export const datasetOption = (more: string) =>
  new Option("--dataset <name[:protocol][=file]>", `text to score, under a protocol, from a local file; ${more}`);

export const tokensOption = () =>
  new Option("--tokens <file>", "a .safetensors file with input_ids, int32 [windows, length]; every row is one window");

export const calibrationOption = (fallback: string) =>
  new Option(
    "--calibration <text>",
    "what calibrated methods learn from: a text as --dataset takes it, a text file, or tokens as --tokens takes them",
  ).default(fallback);

export const calibrationWindowsOption = () =>
  new Option(
    "--calibration-windows <n>",
    "windows to learn from, taken from the end of the text (default: 16384 tokens)",
  ).argParser(wholeNumber(1));

export const auxOption = () =>
  new Option("--aux <precision>", "precision of scales, zeros and column scales")
    .choices(["f32", "f16", "u8"])
    .default("f16");

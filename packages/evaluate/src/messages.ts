import { BenchError } from "@sinqbench/tensor";

/** Every message of this package in one place. */
export const messages = {
  windowTooLong: (model: string, set: string, length: number, positions: number) =>
    new BenchError(
      "window-too-long",
      `${model}: windows of ${length} tokens (${set}) exceed the model's ${positions} positions; use --window ${positions} or less`,
    ),
  windowTooShort: (set: string, length: number) =>
    new BenchError("window-too-short", `${set}: windows of ${length} token leave nothing to predict; use 2 or more`),
  tokenOutsideVocabulary: (model: string, set: string, id: number, vocabulary: number) =>
    new BenchError(
      "token-outside-vocabulary",
      `${set}: token id ${id} is outside ${model}'s vocabulary of ${vocabulary}; the tokens were made with another tokenizer`,
    ),
  wrongShape: (model: string, tensor: string, found: readonly number[], expected: readonly number[]) =>
    new BenchError(
      "wrong-tensor-shape",
      `${model}: ${tensor} is [${found.join(", ")}] where config.json implies [${expected.join(", ")}]; the files are of different models`,
    ),
  nonFiniteWeight: (model: string, tensor: string, row: number, column: number, value: number) =>
    new BenchError(
      "non-finite-weight",
      `${model}: ${tensor} holds ${value} at row ${row}, column ${column}; the checkpoint is damaged, download it again`,
    ),
  nonFiniteLoss: (model: string, variant: string, set: string, window: number) =>
    new BenchError(
      "non-finite-loss",
      `${model}: ${variant} gives a loss that is not a number in window ${window} of ${set}; its activations overflow float32`,
    ),
  missingCalibration: (variants: string) =>
    new BenchError(
      "missing-calibration",
      `calibrated methods (${variants}) need a text to learn from; pass --calibration TEXT or leave them out`,
    ),
  inLayer: (model: string, tensor: string, cause: BenchError) =>
    new BenchError(cause.code, `${model}: ${tensor}: ${cause.message}`, { cause }),
  runtimeFailed: (graph: string, reason: string) =>
    new BenchError(
      "runtime-failed",
      `onnxruntime could not run ${graph}: ${reason.replaceAll("\n", " ")}; run "exp doctor", and with fewer --windows if memory is short`,
    ),
  runtimeDied: (reason: string) =>
    new BenchError(
      "runtime-died",
      `the runtime's thread ended unexpectedly (${reason}); likely out of memory, see "exp doctor"`,
    ),
  chainsDiskFull: (folder: string, kept: boolean, cause: unknown) =>
    new BenchError(
      "disk-full",
      kept
        ? `${folder}: the disk is full; free some space and run the same command again, it continues where it stopped ("exp plan" says what it takes)`
        : `${folder}: the disk is full; free some space or set TMPDIR to a folder on another disk ("exp plan" says what it takes)`,
      { cause },
    ),
  deviceNotBuilt: (device: string, system: string, known: readonly string[]) =>
    new BenchError(
      "device-missing",
      `--device ${device}: ONNX Runtime for ${system} cannot use it; it has ${known.join(", ")}`,
    ),
  cudaNotInstalled: () =>
    new BenchError(
      "device-missing",
      "--device cuda: ONNX Runtime's CUDA provider is not installed; with an NVIDIA driver, CUDA 12 and cuDNN 9 in place run: node packages/evaluate/node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12",
    ),
  deviceFailed: (device: string, reason: string) =>
    new BenchError(
      "device-missing",
      device === "cuda"
        ? `--device cuda does not work here (${reason}); check that nvidia-smi finds the GPU and that CUDA 12 and cuDNN 9 are on the library path, or use --device cpu`
        : `--device ${device} does not work here (${reason}); install a Vulkan driver for the GPU, or use --device cpu`,
    ),
};

import { BenchError } from "@sinqbench/tensor";

/** Every message of this package in one place. */
export const messages = {
  missingConfig: (path: string) =>
    new BenchError(
      "missing-config",
      `${path}: no such file; a model is a Hugging Face checkpoint folder with config.json beside its .safetensors files`,
    ),
  unreadableConfig: (path: string, reason: string) =>
    new BenchError("unreadable-config", `${path}: not a readable JSON object (${reason}); download the file again`),
  unsupportedArchitecture: (path: string, modelType: string, known: readonly string[]) =>
    new BenchError(
      "unsupported-architecture",
      `${path}: model_type "${modelType}" is not supported; supported are ${known.join(", ")}`,
    ),
  badField: (path: string, field: string, found: unknown, expected: string) =>
    new BenchError(
      "bad-config-field",
      `${path}: ${field} is ${JSON.stringify(found) ?? "missing"}, expected ${expected}; compare the file with the model's page`,
    ),
  unsupportedSetting: (path: string, field: string, found: unknown, supported: string) =>
    new BenchError(
      "unsupported-config-setting",
      `${path}: ${field} = ${JSON.stringify(found)} is not supported (${supported}); evaluating it would give wrong numbers`,
    ),
  missingScales: (path: string, tensor: string, scales: string) =>
    new BenchError(
      "missing-scales",
      `${path}: "${tensor}" is of 8-bit floats but its scales "${scales}" are missing; the checkpoint is not complete, download it again`,
    ),
  wrongScales: (path: string, scales: string, found: readonly number[], expected: readonly number[]) =>
    new BenchError(
      "wrong-scales",
      `${path}: "${scales}" is [${found.join(", ")}] where weight_block_size of config.json implies [${expected.join(", ")}]; the files are of different models`,
    ),
};

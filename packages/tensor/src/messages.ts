import { BenchError } from "./bench-error.ts";

const download = "download the file again";

/** A safetensors file that no reader should trust. `problem` completes "PATH is damaged: ...". */
export function damagedFile(path: string, problem: string): BenchError {
  return new BenchError("damaged-safetensors", `${path} is damaged: ${problem}; ${download}.`);
}

export function damagedTensor(path: string, tensor: string, problem: string): BenchError {
  return new BenchError("damaged-safetensors", `${path} is damaged: tensor "${tensor}" ${problem}; ${download}.`);
}

export function unknownDType(path: string, tensor: string, dtype: unknown): BenchError {
  return new BenchError(
    "unknown-dtype",
    `${path}: tensor "${tensor}" has dtype ${JSON.stringify(dtype) ?? "(none)"}, which this reader does not know; convert the file to F32, F16 or BF16.`,
  );
}

export function unreadableFile(path: string, cause: unknown): BenchError {
  const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
  return new BenchError(
    missing ? "missing-file" : "unreadable-file",
    missing
      ? `${path} does not exist; check the path.`
      : `${path} cannot be read (${(cause as Error).message}); check that it is a file you may read.`,
    { cause },
  );
}

export function changedFile(path: string): BenchError {
  return new BenchError("changed-file", `${path} changed while it was being read; start again when it is complete.`);
}

export function sourceClosed(path: string): BenchError {
  return new BenchError("source-closed", `${path} was closed before this read; open it again.`);
}

export function missingTensor(path: string, tensor: string, names: readonly string[]): BenchError {
  const some = names.slice(0, 3).map((name) => `"${name}"`);
  const held =
    names.length === 0
      ? "no tensors"
      : `${names.length} tensors (${some.join(", ")}${names.length > 3 ? ", ..." : ""})`;
  return new BenchError("missing-tensor", `${path} has no tensor "${tensor}"; it holds ${held}.`);
}

export function badRows(path: string, tensor: string, rows: readonly number[], shape: readonly number[]): BenchError {
  const next = shape.length === 0 ? "read it whole" : `ask for 0 <= start <= end <= ${shape[0]}`;
  return new BenchError(
    "bad-rows",
    `${path}: rows ${rows[0]} to ${rows[1]} are not in tensor "${tensor}" of shape [${shape.join(", ")}]; ${next}.`,
  );
}

export function notFloat(path: string, tensor: string, dtype: string): BenchError {
  return new BenchError(
    "not-float",
    `${path}: tensor "${tensor}" is ${dtype}, expected F32, F16, BF16 or F64; convert the checkpoint to one of these.`,
  );
}

export function notInteger(path: string, tensor: string, dtype: string): BenchError {
  return new BenchError(
    "not-integer",
    `${path}: tensor "${tensor}" is ${dtype}, expected integers (I32, I64, ...); convert the tensor to I32.`,
  );
}

export function integerRange(path: string, tensor: string, index: number): BenchError {
  return new BenchError(
    "integer-range",
    `${path}: element ${index} of tensor "${tensor}" does not fit a 32-bit integer; check what the tensor holds.`,
  );
}

export function noWeights(dir: string): BenchError {
  return new BenchError(
    "no-weights",
    `${dir} has neither model.safetensors nor model.safetensors.index.json; give the folder of a Hugging Face checkpoint in safetensors format.`,
  );
}

export function damagedIndex(path: string, problem: string): BenchError {
  return new BenchError("damaged-index", `${path} is damaged: ${problem}; ${download}.`);
}

export function unsafeShard(path: string, tensor: string, shard: string): BenchError {
  return new BenchError(
    "unsafe-shard",
    `${path} places tensor "${tensor}" in "${shard}", outside the checkpoint's folder; do not use this checkpoint.`,
  );
}

export function missingShard(path: string, tensor: string, shard: string): BenchError {
  return new BenchError(
    "missing-shard",
    `${path} places tensor "${tensor}" in "${shard}", which does not exist; finish downloading the checkpoint.`,
  );
}

export function absentFromShard(path: string, tensor: string, shard: string): BenchError {
  return new BenchError(
    "absent-from-shard",
    `${path} places tensor "${tensor}" in ${shard}, which does not hold it; download the index and this shard again.`,
  );
}

/** An entry that cannot be written; `problem` completes "tensor NAME ...". */
export function unwritableTensor(path: string, tensor: string, problem: string): BenchError {
  return new BenchError("unwritable-tensor", `${path} was not written: tensor "${tensor}" ${problem}.`);
}

export function unwritableFile(path: string, cause: unknown): BenchError {
  return new BenchError(
    "unwritable-file",
    `${path} cannot be written (${(cause as Error).message}); check the folder's permissions and free space.`,
    { cause },
  );
}

import { BenchError } from "@sinqbench/tensor";

/** Said when a stored cell is not what was written; it is computed again, so it is no error. */
export function damagedCell(path: string, problem: string): string {
  return `${path} is damaged (${problem}); its cell is computed again`;
}

export function cacheNotWritable(path: string, cause: unknown): BenchError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new BenchError(
      "disk-full",
      `${path}: the disk is full; free some space (or set SINQBENCH_CACHE to a folder on another disk) and run the same command again.`,
      { cause },
    );
  }
  return new BenchError(
    "cache-not-writable",
    `${path} cannot be written (${message}); set SINQBENCH_CACHE to a folder that you may write to.`,
    { cause },
  );
}

export function noWeightFiles(dir: string): BenchError {
  return new BenchError("no-weights", `${dir} holds no .safetensors file; give the folder of a checkpoint.`);
}

export function changedWhileHashed(path: string): BenchError {
  return new BenchError("changed-file", `${path} changed while it was being read; start again when it is complete.`);
}

/** Said once while another process works on the same cells. */
export function waitingFor(pid: number, host: string): string {
  return `another run (process ${pid} on ${host}) is computing the same cells; waiting for it, Ctrl-C ends only this one`;
}

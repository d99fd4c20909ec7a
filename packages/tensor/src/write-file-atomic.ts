import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BenchError } from "./bench-error.ts";
import { unwritableFile } from "./messages.ts";

/**
 * Writes a file whole or not at all: `write` fills a temporary file in the same folder, which then takes the name.
 * The folder is created when it does not exist. When `write` throws, the temporary file goes and the error stays.
 *
 * @throws BenchError `unwritable-file` when the file system refuses
 */
export async function writeAtomically(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await write(file);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    if (cause instanceof BenchError || !isSystemError(cause)) throw cause;
    throw unwritableFile(path, cause);
  }
}

/** Writes `bytes` (or UTF-8 text) to `path`, whole or not at all; see {@link writeAtomically}. */
export function writeFileAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  return writeAtomically(path, (file) => file.writeFile(bytes));
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause;
}

import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cannotWrite, outputIsAFile, outputNotEmpty } from "../messages.ts";

/**
 * Writes a folder whole or not at all: `write` fills a temporary folder beside it, which then takes the name. When
 * `write` throws, the temporary folder goes and the error stays.
 *
 * @throws BenchError `output-not-empty`, `output-is-a-file` before anything is written, `cannot-write`
 */
export async function writeFolder(out: string, write: (folder: string) => Promise<void>): Promise<void> {
  await checkNewFolder(out);
  const temporary = join(dirname(out), `.${basename(out)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await mkdir(temporary, { recursive: true });
  } catch (cause) {
    throw cannotWrite(out, cause);
  }
  try {
    await write(temporary);
    // Not every system renames onto an empty folder.
    await rmdir(out).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw cannotWrite(out, error);
    });
    await rename(temporary, out).catch((error) => {
      throw cannotWrite(out, error);
    });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

/** Throws unless `out` is a name that nothing has, or an empty folder. */
export async function checkNewFolder(out: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory()) throw outputIsAFile(out);
  if ((await readdir(out)).length > 0) throw outputNotEmpty(out);
}

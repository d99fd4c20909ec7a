import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** Bytes that may be written to the disk that holds a folder, or would hold it; undefined where no system says. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const disk = await statfs(at).catch(() => undefined);
    if (disk) return disk.bavail * disk.bsize;
    if (dirname(at) === at) return undefined;
  }
}

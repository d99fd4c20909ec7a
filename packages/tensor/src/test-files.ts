import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** A folder of the test's own, made before its tests and removed after them. */
export function temporaryFolder(): () => string {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sinqbench-tensor-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Writes a safetensors file from a header given as text and raw data, damaged as the test wants it. */
export async function writeRaw(
  path: string,
  header: string | Uint8Array,
  data: Uint8Array,
  length?: bigint,
): Promise<string> {
  const json = Buffer.from(header as string);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(json.length));
  await writeFile(path, Buffer.concat([size, json, data]));
  return path;
}

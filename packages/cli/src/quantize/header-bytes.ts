import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { openSafetensors } from "@sinqbench/tensor";

/** Bytes of a safetensors file, or of a checkpoint folder's files and index, that are not values: names, shapes, descriptions. */
export async function headerBytes(path: string): Promise<number> {
  if (!(await stat(path)).isDirectory()) return fileHeaderBytes(path);
  let bytes = 0;
  for (const name of await readdir(path)) {
    if (name.endsWith(".safetensors")) bytes += await fileHeaderBytes(join(path, name));
    else if (name.endsWith(".safetensors.index.json")) bytes += (await stat(join(path, name))).size;
  }
  return bytes;
}

async function fileHeaderBytes(path: string): Promise<number> {
  const source = await openSafetensors(path);
  const values = source.names().reduce((sum, name) => sum + source.info(name).bytes, 0);
  await source.close();
  return (await stat(path)).size - values;
}

import { createHash } from "node:crypto";
import { openSafetensors, writeSafetensors } from "@sinqbench/tensor";
import { canonicalJson } from "./canonical-json.ts";
import { type Cell, cellKey } from "./cell.ts";

/**
 * A cell as a .safetensors file that other tools read too: `nll`, F32 [count, length - 1], and in the metadata `cell` (JSON of
 * everything else) and `sha256` over both. Written whole or not at all.
 */
export async function writeCellFile(path: string, cell: Cell): Promise<void> {
  const { nll, ...rest } = cell;
  const { count, length } = cell.inputs.tokens;
  const text = canonicalJson(rest);
  const metadata = { cell: text, sha256: checksum(text, nll) };
  await writeSafetensors(path, [{ name: "nll", dtype: "F32", shape: [count, length - 1], data: nll }], metadata);
}

/** Reads a cell back; throws an Error that says what is wrong where the file is not what was written under that key. */
export async function readCellFile(path: string, key: string): Promise<Cell> {
  const file = await openSafetensors(path);
  try {
    const { cell: text, sha256 } = file.metadata;
    if (text === undefined || sha256 === undefined || !file.has("nll")) throw new Error("it is no cell");
    const nll = await file.readFloat32("nll");
    if (checksum(text, nll) !== sha256) throw new Error("its checksum does not fit");
    const cell = { ...(JSON.parse(text) as Omit<Cell, "nll">), nll };
    if (cellKey(cell.inputs) !== key) throw new Error("it belongs to another key");
    return cell;
  } finally {
    await file.close();
  }
}

function checksum(text: string, { buffer, byteOffset, byteLength }: Float32Array): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return createHash("sha256").update(text).update("\n").update(bytes).digest("hex");
}

import { seededRandom, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";

/** Normal values [rows, cols] of a seed. */
export const normal = (seed: number, rows: number, cols: number) =>
  seededRandom(seed).fillNormal(new Float32Array(rows * cols));

/** A matrix to quantize, one that is too narrow for 64, a vector, a cube and integers, in the file `path`. */
export async function mixedFile(path: string, change: (entries: TensorEntry[]) => void = () => {}): Promise<string> {
  const entries: TensorEntry[] = [
    { name: "wide", dtype: "F32", shape: [8, 128], data: normal(1, 8, 128) },
    { name: "narrow", dtype: "F32", shape: [4, 96], data: normal(2, 4, 96) },
    { name: "vector", dtype: "F32", shape: [5], data: normal(3, 1, 5) },
    { name: "cube", dtype: "F32", shape: [2, 64, 64], data: normal(4, 2, 64 * 64) },
    { name: "ids", dtype: "I32", shape: [2, 64], data: Int32Array.from({ length: 128 }, (_, i) => i) },
  ];
  change(entries);
  await writeSafetensors(path, entries, { made: "by a test" });
  return path;
}

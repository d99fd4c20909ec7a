import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSafetensors, writeSafetensors } from "@sinqbench/tensor";
import { expect, test } from "vitest";
import { embed } from "./embed.ts";

test("every token gets its own row, near and far, repeated or not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "embed-"));
  const path = join(folder, "e.safetensors");
  const [rows, hidden] = [20_000, 2];
  const data = Float32Array.from({ length: rows * hidden }, (_, i) => i);
  await writeSafetensors(path, [{ name: "e", dtype: "F32", shape: [rows, hidden], data }]);
  const file = await openSafetensors(path);
  const lists = [Int32Array.of(19_999, 0, 33, 1, 34), Int32Array.from({ length: 9000 }, (_, i) => i + 500)];
  const out = await embed(
    file,
    { name: "e", shape: [rows, hidden], kind: "embedding" },
    lists,
    (n) => new Float32Array(n),
  );
  await file.close();
  await rm(folder, { recursive: true });
  lists.forEach((ids, list) => {
    expect(out[list]).toEqual(Float32Array.from(Array.from(ids).flatMap((id) => [2 * id, 2 * id + 1])));
  });
});

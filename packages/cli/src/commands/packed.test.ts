import { readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadKernels } from "@sinqbench/kernels";
import {
  activationStatistics,
  decode,
  encodedToTensors,
  packedMetadata,
  storedBytes,
  unpacked,
} from "@sinqbench/quantizer";
import { quantizers } from "@sinqbench/quantizers";
import { openCheckpoint, openSafetensors, seededRandom, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { Session } from "../session.ts";
import { synthesize } from "../synthesize.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";

const kernels = loadKernels();
const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);
const bitsOf = (id: string) => {
  const { bits } = quantizers.find(({ info }) => info.id === id)!.info;
  return String(bits.includes(4) ? 4 : bits[0]);
};

beforeAll(async () => {
  await makeTinyModel(folder(), "model");
  const ids = Int32Array.from({ length: 3 * 24 }, (_, i) => (i * i * 7 + i) % 100);
  await writeSafetensors(at("tokens.safetensors"), [{ name: "input_ids", dtype: "I32", shape: [3, 24], data: ids }]);
});

const CALIBRATION = () => [
  "--group-size",
  "32",
  "--calibration",
  at("tokens.safetensors"),
  "--calibration-windows",
  "2",
];

async function pack(input: string, out: string, method: string, ...flags: string[]) {
  const fixed = ["--method", method, "--bits", bitsOf(method), ...CALIBRATION(), "--format", "packed"];
  const run = await runCaptured(["quantize", input, ...fixed, "--out", at(out), ...flags]);
  if (run.code !== 0) throw new Error(run.err);
  return { ...run, path: at(out) };
}

/** Loss of every token and the row of the one method. */
async function evaluated(model: string, method: string) {
  const [nll, json] = [at("nll.safetensors"), at("rows.json")];
  const fixed = ["--tokens", at("tokens.safetensors"), ...CALIBRATION(), "--nll", nll, "--json", json];
  const bits = method === "bf16" ? "4" : bitsOf(method);
  const run = await runCaptured(["eval", model, "--methods", method, "--bits", bits, ...fixed]);
  if (run.code !== 0) throw new Error(run.err);
  const source = await openSafetensors(nll);
  const losses = await source.readFloat32("nll");
  await source.close();
  return { losses, row: JSON.parse(await readFile(json, "utf8"))[0], err: run.err };
}

describe("exp quantize --format packed", () => {
  it.each(quantizers.map(({ info }) => info.id))(
    "writes a checkpoint whose losses are those of %s in memory, bit for bit",
    async (method) => {
      const packed = await pack(at("model"), `packed-${method}`, method);
      const [stored, memory] = [await evaluated(packed.path, "bf16"), await evaluated(at("model"), method)];
      expect(stored.losses).toEqual(memory.losses);
      expect(new Set(stored.losses).size).toBeGreaterThan(60);
      expect(stored.row.bits_per_weight).toBe(memory.row.bits_per_weight);
      expect(stored.row.memory_gb).toBe(memory.row.memory_gb);
      expect(packed.out).toContain(`${memory.row.bits_per_weight.toFixed(4)} stored bits per weight`);
      expect(stored.err).toContain(`packed, ${memory.row.bits_per_weight.toFixed(4)} bits per quantized weight`);
    },
  );

  it.each(quantizers.map(({ info }) => [info.id] as const))(
    "holds what %s stores, in as many bytes",
    async (method) => {
      const quantizer = quantizers.find(({ info }) => info.id === method)!;
      const [rows, cols] = [64, 128];
      const data = seededRandom(5).fillNormal(new Float32Array(rows * cols), 0.05);
      const inputs = { rows: 200, cols, data: seededRandom(6).fillNormal(new Float32Array(200 * cols)) };
      const statistics = quantizer.needs && { statistics: activationStatistics(inputs, quantizer.needs) };
      for (const bits of quantizer.info.bits) {
        for (const aux of ["f32", "f16", "u8"] as const) {
          const config = { bits, groupSize: 32, tiling: quantizer.info.tilings[0], aux };
          const encoded = quantizer.quantize({ rows, cols, data }, config, { kernels, ...statistics });
          const { tensors, description } = encodedToTensors("w", encoded);
          await writeSafetensors(at("one.safetensors"), tensors, packedMetadata(new Map([["w", description]])));
          const file = await openSafetensors(at("one.safetensors"));
          expect(await unpacked(file, kernels).readFloat32("w")).toEqual(decode(encoded, kernels));
          expect(file.names().reduce((sum, name) => sum + file.info(name).bytes, 0)).toBe(storedBytes(encoded));
          await file.close();
        }
      }
    },
  );

  it("has files of the size it states: values and headers", async () => {
    const { path, out } = await pack(at("model"), "sized", "sinq");
    const file = join(path, "model.safetensors");
    const source = await openSafetensors(file);
    const values = source.names().reduce((sum, name) => sum + source.info(name).bytes, 0);
    const parts = source.names().filter((name) => /\.weight\.(codes|scale|zero|columnScale)$/.test(name));
    expect(parts).toHaveLength(14 * 4);
    const quantized = parts.reduce((sum, name) => sum + source.info(name).bytes, 0);
    await source.close();
    const weights = 2 * (64 * 64 * 2 + 32 * 64 * 2 + 96 * 64 * 3);
    expect(out).toContain(`${((8 * quantized) / weights).toFixed(4)} stored bits per weight`);
    const header = (await stat(file)).size - values;
    expect(out).toContain(`${((8 * header) / weights).toFixed(4)} more for names and descriptions (${header} bytes`);
    expect((await readdir(path)).sort()).toEqual(["config.json", "model.safetensors"]);
  });

  it("keeps shards, whose index then names the parts and describes them", async () => {
    const silent = { write: () => {} };
    const io = { stdout: silent, stderr: silent, env: {}, cwd: folder(), signal: new AbortController().signal };
    const shardBytes = 30_000;
    await synthesize(new Session(io), at("model", "config.json"), at("shards"), { seed: 0, dtype: "bf16", shardBytes });
    const { path } = await pack(at("shards"), "packed-shards", "sinq");
    expect(await readdir(path)).toEqual(await readdir(at("shards")));
    expect((await evaluated(path, "bf16")).losses).toEqual((await evaluated(at("shards"), "sinq")).losses);
    const shard = (await readdir(path)).find((name) => name.includes("00002-of"))!;
    const alone = unpacked(await openSafetensors(join(path, shard)), kernels);
    const name = alone.names().find((name) => name.includes("proj"))!;
    const whole = unpacked(await openCheckpoint(path), kernels);
    expect(await alone.readFloat32(name)).toEqual(await whole.readFloat32(name));
    await Promise.all([alone.close(), whole.close()]);
  });

  it("packs what --tensors names, embeddings too, and counts them in the model's memory", async () => {
    const { path } = await pack(at("model"), "head", "rtn", "--tensors", "lm_head|embed_tokens");
    const packed = await evaluated(path, "bf16");
    const before = await evaluated(at("model"), "bf16");
    expect(packed.losses).not.toEqual(before.losses);
    expect(packed.row.bits_per_weight).toBe(16);
    expect(packed.row.memory_gb).toBeCloseTo(before.row.memory_gb - (2 * 100 * 64 * (16 - 5)) / 8 / 1e9, 12);
  });

  it("packs a file, whose other tensors stay, and takes no packed input", async () => {
    const entries: TensorEntry[] = [
      { name: "w", dtype: "F32", shape: [8, 64], data: seededRandom(1).fillNormal(new Float32Array(8 * 64)) },
      { name: "ids", dtype: "I32", shape: [2], data: Int32Array.of(3, 4) },
    ];
    await writeSafetensors(at("file.safetensors"), entries, { made: "by a test" });
    await pack(at("file.safetensors"), "file.packed.safetensors", "rtn");
    const source = await openSafetensors(at("file.packed.safetensors"));
    expect([...source.names()].sort()).toEqual(["ids", "w.codes", "w.scale", "w.zero"]);
    expect(source.metadata.made).toBe("by a test");
    await source.close();
    const args = ["--method", "rtn", "--bits", "4", "--out", at("never.safetensors")];
    const packed = await pack(at("model"), "again", "rtn");
    for (const input of [at("file.packed.safetensors"), packed.path]) {
      const run = await runCaptured(["quantize", input, ...args]);
      expect(run.code).toBe(1);
      expect(run.notes.at(-1)).toMatch(/^error: .* holds matrices that are quantized already/);
    }
    expect(await readdir(folder())).not.toContain("never.safetensors");
  });

  it("is one clear error when the checkpoint is not complete", async () => {
    const { path } = await pack(at("model"), "damaged", "sinq");
    const file = join(path, "model.safetensors");
    const source = await openSafetensors(file);
    const lost = "model.layers.1.mlp.up_proj.weight.scale";
    const kept = await Promise.all(
      source
        .names()
        .filter((name) => name !== lost)
        .map(async (name): Promise<TensorEntry> => ({ ...source.info(name), data: await source.readBytes(name) })),
    );
    const { metadata } = source;
    await source.close();
    const run = () => runCaptured(["eval", path, "--methods", "bf16", "--tokens", at("tokens.safetensors")]);
    const errors = (notes: readonly string[]) => notes.filter((line) => line.startsWith("error: "));
    await writeSafetensors(file, kept, metadata);
    const incomplete = await run();
    expect(incomplete.code).toBe(1);
    expect(errors(incomplete.notes)).toEqual([expect.stringContaining(`its tensor "${lost}" is missing`)]);
    await writeSafetensors(file, kept);
    expect(errors((await run()).notes)).toEqual([expect.stringContaining("has no tensor")]);
    await truncate(file, (await stat(file)).size - 8);
    expect(errors((await run()).notes)).toEqual([expect.stringContaining("is damaged")]);
    await writeFile(file, "");
    expect(errors((await run()).notes)).toHaveLength(1);
  });
});

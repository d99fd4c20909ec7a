import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadKernels } from "@sinqbench/kernels";
import { linearTensorNames, readModelConfig } from "@sinqbench/models";
import { bitsPerWeight, decode } from "@sinqbench/quantizer";
import { quantizerById } from "@sinqbench/quantizers";
import {
  openCheckpoint,
  openSafetensors,
  seededRandom,
  sha256File,
  type TensorEntry,
  writeSafetensors,
} from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { Interruption } from "../io.ts";
import { Session } from "../session.ts";
import { synthesize } from "../synthesize.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);

const normal = (seed: number, rows: number, cols: number) =>
  seededRandom(seed).fillNormal(new Float32Array(rows * cols));

/** A matrix to quantize, one that is too narrow for 64, a vector and integers. */
async function mixedFile(name: string, change: (entries: TensorEntry[]) => void = () => {}): Promise<string> {
  const entries: TensorEntry[] = [
    { name: "wide", dtype: "F32", shape: [8, 128], data: normal(1, 8, 128) },
    { name: "narrow", dtype: "F32", shape: [4, 96], data: normal(2, 4, 96) },
    { name: "vector", dtype: "F32", shape: [5], data: normal(3, 1, 5) },
    { name: "cube", dtype: "F32", shape: [2, 64, 64], data: normal(4, 2, 64 * 64) },
    { name: "ids", dtype: "I32", shape: [2, 64], data: Int32Array.from({ length: 128 }, (_, i) => i) },
  ];
  change(entries);
  await writeSafetensors(at(name), entries, { made: "by a test" });
  return at(name);
}

describe("exp quantize of a file", () => {
  it("writes what the method decodes to, copies the rest, keeps names and metadata", async () => {
    const input = await mixedFile("in.safetensors");
    const out = at("out.safetensors");
    const run = await runCaptured(["quantize", input, "--method", "sinq", "--bits", "3", "--out", out]);
    expect(run).toMatchObject({ code: 0 });
    const [before, after] = await Promise.all([openSafetensors(input), openSafetensors(out)]);
    expect(new Set(after.names())).toEqual(new Set(before.names()));
    expect(after.metadata).toEqual({ made: "by a test" });
    for (const name of ["vector", "cube", "ids"]) {
      expect(after.info(name)).toEqual(before.info(name));
      expect(await after.readBytes(name)).toEqual(await before.readBytes(name));
    }
    const kernels = loadKernels();
    let stored = 0;
    for (const [name, rows, cols] of [["wide", 8, 128] as const, ["narrow", 4, 96] as const]) {
      const data = await before.readFloat32(name);
      const config = { bits: 3, groupSize: 64, tiling: "1d", aux: "f16" } as const;
      const encoded = quantizerById("sinq").quantize({ rows, cols, data }, config, { kernels });
      expect(await after.readFloat32(name)).toEqual(decode(encoded, kernels));
      stored += bitsPerWeight(encoded) * rows * cols;
    }
    expect(run.out).toContain("2 tensors, 1.41 k weights quantized");
    expect(run.out).toContain(`${(stored / (8 * 128 + 4 * 96)).toFixed(4)} stored bits per weight`);
    expect(run.notes.filter((line) => line.includes("halved"))).toEqual([
      "group size 64 does not divide 96 columns: halved to 32, as the published code does",
    ]);
    await Promise.all([before.close(), after.close()]);
  });

  it("prints the relative error of the whole: Frobenius norms of the error and of the weights", async () => {
    const input = await mixedFile("error.safetensors");
    const run = await runCaptured([
      "quantize",
      input,
      "--method",
      "rtn",
      "--bits",
      "2",
      "--out",
      at("error.out.safetensors"),
    ]);
    const [before, after] = await Promise.all([openSafetensors(input), openSafetensors(at("error.out.safetensors"))]);
    let error = 0;
    let square = 0;
    for (const name of ["wide", "narrow"]) {
      const [weight, decoded] = [await before.readFloat32(name), await after.readFloat32(name)];
      for (const [i, value] of weight.entries()) {
        error += (decoded[i] - value) ** 2;
        square += value ** 2;
      }
    }
    expect(run.out).toContain(`${Math.sqrt(error / square).toExponential(4)} relative error`);
    expect(error).toBeGreaterThan(0);
    await Promise.all([before.close(), after.close()]);
  });

  it("quantizes only the tensors that --tensors names", async () => {
    const input = await mixedFile("some.safetensors");
    const out = at("some.out.safetensors");
    const flags = ["--method", "rtn", "--bits", "4", "--aux", "f32", "--tiling", "2d", "--out", out];
    expect(await runCaptured(["quantize", input, "--tensors", "^w", ...flags])).toMatchObject({ code: 0 });
    const [before, after] = await Promise.all([openSafetensors(input), openSafetensors(out)]);
    expect(await after.readFloat32("narrow")).toEqual(await before.readFloat32("narrow"));
    expect(await after.readFloat32("wide")).not.toEqual(await before.readFloat32("wide"));
    const none = await runCaptured(["quantize", input, "--tensors", "vector|cube|ids", ...flags]);
    expect(none).toMatchObject({
      code: 1,
      notes: expect.arrayContaining([expect.stringMatching(/^error: .*vector\|cube\|ids/)]),
    });
    await Promise.all([before.close(), after.close()]);
  });

  it("names file, tensor, row and column of a NaN and leaves nothing behind", async () => {
    const bad = normal(1, 8, 128);
    bad[3 * 128 + 17] = Number.NaN;
    const input = await mixedFile("nan.safetensors", (entries) => {
      entries[0] = { ...entries[0], data: bad };
    });
    const before = await readdir(folder());
    const run = await runCaptured([
      "quantize",
      input,
      "--method",
      "rtn",
      "--bits",
      "4",
      "--out",
      at("nan.out.safetensors"),
    ]);
    expect(run.code).toBe(1);
    expect(run.notes.at(-1)).toMatch(/^error: .*nan\.safetensors, wide: .*row 3, column 17/);
    expect(await readdir(folder())).toEqual(before);
  });

  it("refuses to write over its input, also under another name", async () => {
    const input = await mixedFile("self.safetensors");
    await symlink(input, at("symlink.safetensors"));
    const digest = await sha256File(input);
    for (const out of ["self", "symlink"].map((name) => at(`${name}.safetensors`))) {
      const run = await runCaptured(["quantize", input, "--method", "rtn", "--bits", "4", "--out", out]);
      expect(run).toMatchObject({ code: 1 });
      expect(run.notes.at(-1)).toContain("is the input itself");
    }
    expect(await sha256File(input)).toBe(digest);
  });

  it("keeps the same bytes for any number of threads", async () => {
    const input = await mixedFile("threads.safetensors");
    const digest = async (threads: string) => {
      const out = at(`threads-${threads}.safetensors`);
      await runCaptured(["quantize", input, "--method", "sinq", "--bits", "4", "--threads", threads, "--out", out]);
      return sha256File(out);
    };
    expect(await digest("1")).toBe(await digest("3"));
  });
});

describe("exp quantize of a checkpoint folder", () => {
  it("quantizes the linear layers, keeps the rest byte for byte, and copies what lies beside the weights", async () => {
    const input = await makeTinyModel(folder(), "model");
    await writeFile(join(input, "tokenizer.json"), "{}");
    await writeFile(join(input, "pytorch_model.bin"), "weights in another format");
    const out = at("quantized");
    const run = await runCaptured([
      "quantize",
      input,
      "--method",
      "sinq",
      "--bits",
      "4",
      "--group-size",
      "32",
      "--out",
      out,
    ]);
    expect(run).toMatchObject({ code: 0 });
    expect(run.err).toContain("embeddings, norms and lm_head are not quantized");
    expect(run.err).toContain("config.json still says bfloat16");
    expect((await readdir(out)).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
    expect(await readFile(join(out, "config.json"))).toEqual(await readFile(join(input, "config.json")));
    const linear = new Set(linearTensorNames(await readModelConfig(input)));
    expect(linear.size).toBe(14);
    const [before, after] = await Promise.all([openCheckpoint(input), openCheckpoint(out)]);
    for (const name of before.names()) {
      expect(after.info(name).dtype).toBe(linear.has(name) ? "F32" : "BF16");
      const same = Buffer.from(await after.readBytes(name)).equals(await before.readBytes(name));
      expect(same).toBe(!linear.has(name));
    }
    await Promise.all([before.close(), after.close()]);
  });

  it("mirrors shards and index, with the index's total of the bytes written", async () => {
    const config = join(await makeTinyModel(folder(), "for-shards"), "config.json");
    const silent = { write: () => {} };
    const io = { stdout: silent, stderr: silent, env: {}, cwd: folder(), signal: new AbortController().signal };
    await synthesize(new Session(io), config, at("sharded"), { seed: 0, dtype: "bf16", shardBytes: 30_000 });
    const out = at("sharded-out");
    const args = ["quantize", at("sharded"), "--method", "rtn", "--bits", "8", "--group-size", "32", "--out", out];
    expect(await runCaptured(args)).toMatchObject({ code: 0 });
    expect(await readdir(out)).toEqual(await readdir(at("sharded")));
    const index = (path: string) => readFile(join(path, "model.safetensors.index.json"), "utf8").then(JSON.parse);
    expect((await index(out)).weight_map).toEqual((await index(at("sharded"))).weight_map);
    const source = await openCheckpoint(out);
    const total = source.names().reduce((sum, name) => sum + source.info(name).bytes, 0);
    expect((await index(out)).metadata.total_size).toBe(total);
    await source.close();
  });

  it("takes other tensors with --tensors", async () => {
    const input = await makeTinyModel(folder(), "for-tensors");
    const out = at("embedding-only");
    const flags = ["--method", "rtn", "--bits", "4", "--tensors", "embed_tokens", "--out", out];
    const run = await runCaptured(["quantize", input, ...flags]);
    expect(run.out).toContain("1 tensor, 6.40 k weights quantized");
    const source = await openCheckpoint(out);
    const floats = source.names().filter((name) => source.info(name).dtype === "F32");
    expect(floats).toEqual(["model.embed_tokens.weight"]);
    await source.close();
  });

  it("refuses an output folder that is not empty, and an input that is no checkpoint", async () => {
    const input = await makeTinyModel(folder(), "for-refusal");
    const flags = ["--method", "rtn", "--bits", "4", "--out"];
    await mkdir(at("empty-folder"));
    await mixedFile("weights.bin");
    const before = (await readdir(folder())).sort();
    const refused = [
      await runCaptured(["quantize", input, ...flags, input]),
      await runCaptured(["quantize", at("empty-folder"), ...flags, at("o")]),
      await runCaptured(["quantize", at("absent"), ...flags, at("o")]),
      await runCaptured(["quantize", at("weights.bin"), ...flags, at("o")]),
      await runCaptured(["quantize", input, ...flags, at("weights.bin")]),
    ];
    expect(refused.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    for (const { notes } of refused) expect(notes.filter((line) => line.startsWith("error: "))).toHaveLength(1);
    expect((await readdir(folder())).sort()).toEqual(before);
  });

  it("leaves nothing behind when a weight is NaN or the run is interrupted", async () => {
    const input = await makeTinyModel(folder(), "for-nan");
    const source = await openCheckpoint(input);
    const names = source.names();
    const entries: TensorEntry[] = await Promise.all(
      names.map(async (name) => ({ ...source.info(name), data: await source.readBytes(name) })),
    );
    await source.close();
    const bad = "model.layers.1.mlp.up_proj.weight";
    // A bfloat16 NaN at row 2, column 5 of rows of 64.
    (entries.find(({ name }) => name === bad)!.data as Uint8Array).set([0xc0, 0x7f], 2 * (2 * 64 + 5));
    await writeSafetensors(join(input, "model.safetensors"), entries);
    const before = await readdir(folder());
    const args = ["quantize", input, "--method", "sinq", "--bits", "4", "--out", at("nan-out")];
    const run = await runCaptured(args);
    expect(run.code).toBe(1);
    expect(run.notes.at(-1)).toMatch(/model\.safetensors, model\.layers\.1\.mlp\.up_proj\.weight: .*row 2, column 5/);
    const controller = new AbortController();
    controller.abort(new Interruption("SIGINT", 130));
    const interrupted = await runCaptured(args, { signal: controller.signal });
    expect(interrupted).toMatchObject({ code: 130 });
    expect(interrupted.notes.at(-1)).toBe("interrupted: nothing was written");
    expect(await readdir(folder())).toEqual(before);
  });
});

describe("settings of exp quantize", () => {
  it.each([
    [["--method", "sinc", "--bits", "4"], /Did you mean sinq\?/],
    [["--method", "bf16", "--bits", "4"], /bf16 .*quantizes nothing/],
    [["--method", "rtn", "--bits", "9"], /9 bits/],
    [["--method", "rtn", "--bits", "four"], /whole number/],
    [["--method", "rtn-sym", "--bits", "2"], /2 bits/],
    [["--method", "rtn", "--bits", "4", "--group-size", "8"], /at least 16/],
    [["--method", "rtn", "--bits", "4", "--tiling", "3d"], /Allowed choices are 1d, 2d/],
    [["--method", "rtn", "--bits", "4", "--aux", "f61"], /Allowed choices are f32, f16, u8/],
    [["--method", "rtn", "--bits", "4", "--tensors", "("], /expression/],
    [["--method", "rtn", "--bits", "4", "--format", "gguf"], /dequantized/],
    [["--bits", "4"], /--method/],
    [["--method", "rtn", "--bits", "4", "--tilin", "1d"], /Did you mean --tiling\?/],
  ])("rejects %j in one line with exit code 2", async (flags, message) => {
    const input = await mixedFile("settings.safetensors");
    const run = await runCaptured(["quantize", input, ...flags, "--out", at("never.safetensors")]);
    expect(run.code).toBe(2);
    expect(run.notes).toHaveLength(1);
    expect(run.err).toMatch(message);
    expect(await readdir(folder())).not.toContain("never.safetensors");
  });

  it("says which tensor takes no group of 16 or more, before anything is written", async () => {
    const input = await mixedFile("odd.safetensors", (entries) => {
      entries.push({ name: "odd", dtype: "F32", shape: [2, 20], data: normal(5, 2, 20) });
    });
    const run = await runCaptured([
      "quantize",
      input,
      "--method",
      "rtn",
      "--bits",
      "4",
      "--out",
      at("odd.out.safetensors"),
    ]);
    expect(run.code).toBe(1);
    expect(run.notes.at(-1)).toMatch(/odd\.safetensors, odd: .*20 columns/);
    expect(await readdir(folder())).not.toContain("odd.out.safetensors");
  });
});

describe("methods that learn from a layer's inputs", () => {
  async function layer(): Promise<string> {
    const path = at("layer.safetensors");
    await writeSafetensors(path, [
      { name: "weight", dtype: "F32", shape: [24, 64], data: normal(1, 24, 64) },
      { name: "inputs", dtype: "F32", shape: [2, 5, 64], data: normal(2, 10, 64) },
      { name: "narrow", dtype: "F32", shape: [10, 32], data: normal(3, 10, 32) },
    ]);
    return path;
  }
  const quantize = (path: string, method: string, ...more: string[]) =>
    runCaptured([
      "quantize",
      path,
      "--method",
      method,
      "--bits",
      "3",
      "--tensors",
      "^weight$",
      "--out",
      at("o.safetensors"),
      ...more,
    ]);

  it("take them from a file", async () => {
    const path = await layer();
    const { code, err: stderr } = await quantize(path, "asinq", "--activations", `${path}:inputs`);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    const plain = await quantize(path, "sinq", "--out", at("sinq.safetensors"));
    expect(plain.code).toBe(0);
    const [ours, sinqs] = [await openSafetensors(at("o.safetensors")), await openSafetensors(at("sinq.safetensors"))];
    expect(await ours.readFloat32("weight")).not.toEqual(await sinqs.readFloat32("weight"));
    await Promise.all([ours.close(), sinqs.close()]);
  });

  it.each([
    ["none", "asinq", [], 2, "asinq learns from a layer's inputs; give them as --activations"],
    ["for a method without need", "rtn", ["--activations", "x:y"], 2, "rtn learns from no inputs"],
    ["of another width", "asinq", ["--activations", "LAYER:narrow"], 1, "narrow has rows of 32, but weight takes 64"],
    ["that are not there", "asinq", ["--activations", "LAYER:absent"], 1, "absent"],
    ["without a tensor's name", "asinq", ["--activations", "file.safetensors"], 2, "FILE:TENSOR"],
  ])("refuse inputs: %s", async (_, method, more, code, message) => {
    const path = await layer();
    const result = await quantize(
      path,
      method,
      "--out",
      at("refused.safetensors"),
      ...more.map((word) => word.replace("LAYER", path)),
    );
    expect(result.err).toContain(message);
    expect(result.code).toBe(code);
    expect(await readdir(folder())).not.toContain("refused.safetensors");
  });
});

describe("a method that moves scales between layers", () => {
  it("writes norms scaled as float32, and names in a file have no block", async () => {
    const input = await makeTinyModel(folder(), "moves");
    const out = at("moved");
    const args = ["--method", "sinq-no-overhead", "--bits", "4", "--out"];
    expect(await runCaptured(["quantize", input, ...args, out])).toMatchObject({ code: 0 });
    const [before, after] = await Promise.all([openCheckpoint(input), openCheckpoint(out)]);
    const norm = "model.layers.1.input_layernorm.weight";
    expect([before.info(norm).dtype, after.info(norm).dtype]).toEqual(["BF16", "F32"]);
    expect(await after.readFloat32(norm)).not.toEqual(await before.readFloat32(norm));
    expect(after.info("model.norm.weight")).toEqual(before.info("model.norm.weight"));
    await Promise.all([before.close(), after.close()]);
    const run = await runCaptured(["quantize", await mixedFile("moves.safetensors"), ...args, at("moved.safetensors")]);
    expect(run.err).toContain("sinq-no-overhead moves scales between the layers of a block");
  });

  it("learns from a text where it does so by the layers' inputs, not from one layer's", async () => {
    const input = await makeTinyModel(folder(), "moves-by-inputs");
    const file = at("inputs-of-awq.safetensors");
    const ids = Int32Array.from({ length: 2 * 24 }, (_, i) => (i * i * 7 + i) % 100);
    await writeSafetensors(file, [
      { name: "x", dtype: "F32", shape: [8, 64], data: normal(5, 8, 64) },
      { name: "input_ids", dtype: "I32", shape: [2, 24], data: ids },
    ]);
    const args = ["--method", "awq", "--bits", "4", "--group-size", "32", "--out", at("awq")];
    const one = await runCaptured(["quantize", input, ...args, "--activations", `${file}:x`]);
    expect(one).toMatchObject({
      code: 2,
      err: expect.stringContaining("leave it out, and it learns from --calibration"),
    });
    const some = await runCaptured(["quantize", input, ...args, "--tensors", "q_proj"]);
    expect(some).toMatchObject({ code: 2, err: expect.stringContaining("leave --tensors out") });
    const none = await runCaptured(["quantize", input, ...args, "--calibration", at("absent.safetensors")]);
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining("absent.safetensors") });
    expect((await readdir(folder())).filter((name) => /awq$|\.tmp$/.test(name))).toEqual([]);
    const whole = await runCaptured(["quantize", input, ...args, "--calibration", file]);
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.out).toContain("14 tensors");
    expect((await readdir(at("awq"))).sort()).toEqual(["config.json", "model.safetensors"]);
    const [before, after] = await Promise.all([openCheckpoint(input), openCheckpoint(at("awq"))]);
    expect([...after.names()].sort()).toEqual([...before.names()].sort());
    await Promise.all([before.close(), after.close()]);
  });
});

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { linearTensorNames, readModelConfig } from "@sinqbench/models";
import { openCheckpoint, type TensorEntry, writeSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { Interruption } from "../io.ts";
import { Session } from "../session.ts";
import { synthesize } from "../synthesize.ts";
import { mixedFile, normal } from "../testing/mixed-file.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);

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
    await mixedFile(at("weights.bin"));
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
    const run = await runCaptured([
      "quantize",
      await mixedFile(at("moves.safetensors")),
      ...args,
      at("moved.safetensors"),
    ]);
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

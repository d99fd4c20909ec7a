import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readModelConfig } from "@sinqbench/models";
import { openCheckpoint, sha256File } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { Interruption } from "./io.ts";
import { Session } from "./session.ts";
import { synthesize } from "./synthesize.ts";
import { runCaptured } from "./testing/run-captured.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { makeTinyModel, tinyConfig } from "./testing/tiny-model.ts";

const folder = temporaryFolder();

function session(): Session {
  const silent = { write: () => {} };
  return new Session({ stdout: silent, stderr: silent, env: {}, cwd: folder(), signal: new AbortController().signal });
}

describe("exp synth", () => {
  it("writes a checkpoint that the loader takes, with the config's shapes and deviations", async () => {
    const model = await makeTinyModel(folder(), "shape");
    expect(await readModelConfig(model)).toMatchObject({ hiddenSize: 64, layers: 2 });
    const source = await openCheckpoint(model);
    expect(source.info("model.layers.1.mlp.down_proj.weight")).toMatchObject({ dtype: "BF16", shape: [64, 96] });
    expect(source.names()).toHaveLength(2 * 11 + 3);
    expect(new Set(await source.readFloat32("model.layers.0.self_attn.q_norm.weight"))).toEqual(new Set([1]));
    const values = await source.readFloat32("lm_head.weight");
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    // 6400 draws: the deviation is within five standard errors of 0.02.
    expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(5 / Math.sqrt(2 * values.length));
    await source.close();
  });

  it("gives the same bytes for the same seed and others for another", async () => {
    const config = join(await makeTinyModel(folder(), "seed-0"), "config.json");
    const weights = async (name: string, ...flags: string[]) => {
      const out = join(folder(), name);
      expect(await runCaptured(["synth", config, out, ...flags])).toMatchObject({ code: 0 });
      return sha256File(join(out, "model.safetensors"));
    };
    expect(await weights("seed-0-again", "--seed", "0")).toBe(
      await sha256File(join(folder(), "seed-0/model.safetensors")),
    );
    expect(await weights("seed-1", "--seed", "1")).not.toBe(await weights("seed-2", "--seed", "2"));
  });

  it("draws every tensor from a seed of its own, to its last value", async () => {
    // The embedding has more values than are drawn at a time.
    const model = await makeTinyModel(folder(), "long", { ...tinyConfig, vocab_size: 17_000 });
    const source = await openCheckpoint(model);
    const attention = "model.layers.0.self_attn";
    const query = await source.readFloat32(`${attention}.q_proj.weight`);
    expect(await source.readFloat32(`${attention}.o_proj.weight`)).not.toEqual(query);
    const embedding = await source.readFloat32("model.embed_tokens.weight");
    expect(embedding.length).toBeGreaterThan(2 ** 20);
    expect(embedding.indexOf(0)).toBe(-1);
    await source.close();
  });

  it("draws the same values whatever the shards, and reads back through the index", async () => {
    const config = join(await makeTinyModel(folder(), "whole"), "config.json");
    const out = join(folder(), "sharded");
    await synthesize(session(), config, out, { seed: 0, dtype: "bf16", shardBytes: 30_000 });
    const files = (await readdir(out)).filter((file) => file.endsWith(".safetensors"));
    expect(files.length).toBeGreaterThan(2);
    const index = JSON.parse(await readFile(join(out, "model.safetensors.index.json"), "utf8"));
    const whole = await openCheckpoint(join(folder(), "whole"));
    const sharded = await openCheckpoint(out);
    expect([...sharded.names()].sort()).toEqual([...whole.names()].sort());
    let total = 0;
    for (const name of whole.names()) {
      expect(await sharded.readBytes(name)).toEqual(await whole.readBytes(name));
      total += whole.info(name).bytes;
    }
    expect(index.metadata.total_size).toBe(total);
    await Promise.all([whole.close(), sharded.close()]);
  });

  it.each(["f16", "f32"])("writes %s", async (dtype) => {
    const config = join(await makeTinyModel(folder(), `as-${dtype}`), "config.json");
    const out = join(folder(), `out-${dtype}`);
    expect(await runCaptured(["synth", config, out, "--dtype", dtype])).toMatchObject({ code: 0 });
    const [half, full] = await Promise.all([openCheckpoint(join(folder(), `as-${dtype}`)), openCheckpoint(out)]);
    expect(full.info("lm_head.weight").dtype).toBe(dtype.toUpperCase());
    const [coarse, fine] = [await half.readFloat32("lm_head.weight"), await full.readFloat32("lm_head.weight")];
    expect(fine).not.toEqual(coarse);
    // Half a step of bfloat16, and of the smallest float16.
    for (const [i, value] of fine.entries())
      expect(Math.abs(value - coarse[i])).toBeLessThanOrEqual(Math.abs(value) / 255 + 2 ** -24);
    await Promise.all([half.close(), full.close()]);
  });

  it("refuses a folder that is not empty, a missing config and an unsupported architecture in one line", async () => {
    const model = await makeTinyModel(folder(), "refuse");
    const cases = [
      await runCaptured(["synth", model, model]),
      await runCaptured(["synth", join(folder(), "nothing"), join(folder(), "x")]),
      await runCaptured(["synth", model, join(folder(), "x"), "--dtype", "int8"]),
    ];
    expect(cases.map(({ code }) => code)).toEqual([1, 1, 2]);
    for (const { notes } of cases) expect(notes).toHaveLength(1);
    expect(await readdir(folder())).not.toContain("x");
    await expect(makeTinyModel(folder(), "gpt2", { ...tinyConfig, model_type: "gpt2" })).rejects.toThrow(/gpt2/);
  });

  it("leaves nothing behind when interrupted", async () => {
    const config = join(await makeTinyModel(folder(), "interrupt"), "config.json");
    const controller = new AbortController();
    controller.abort(new Interruption("SIGINT", 130));
    const before = await readdir(folder());
    const { code, notes } = await runCaptured(["synth", config, join(folder(), "y")], { signal: controller.signal });
    expect(code).toBe(130);
    expect(notes).toEqual(["interrupted: nothing was written"]);
    expect(await readdir(folder())).toEqual(before);
  });
});

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RESULT_COLUMN_NAMES, type ResultRow } from "@sinqbench/report";
import { openSafetensors, seededRandom, writeSafetensors } from "@sinqbench/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { Interruption } from "../io.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel, tinyConfig } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder(), name);
const readJson = async (name: string): Promise<ResultRow[]> => JSON.parse(await readFile(at(name), "utf8"));

async function writeTokens(name: string, windows: number, length: number, largest = 99): Promise<string> {
  const random = seededRandom(7);
  const data = Int32Array.from({ length: windows * length }, () => random.integer(largest + 1));
  await writeSafetensors(at(name), [{ name: "input_ids", dtype: "I32", shape: [windows, length], data }]);
  return at(name);
}

async function losses(name: string): Promise<Float32Array> {
  const file = await openSafetensors(at(name));
  const nll = await file.readFloat32("nll");
  await file.close();
  return nll;
}

let model: string;
let tokens: string;
beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny");
  await addTinyTokenizer(model);
  tokens = await writeTokens("tokens.safetensors", 4, 16);
  await writeFile(at("words.txt"), Array.from({ length: 100 }, (_, i) => `w${(i * 37) % 100}`).join(" "));
});

describe("exp eval", () => {
  it("writes one row per method and bit width under the CSV's names, bf16 first", async () => {
    const flags = ["--methods", "rtn,sinq,bf16", "--bits", "4,3", "--group-size", "32", "--json", at("rows.json")];
    const run = await runCaptured(["eval", model, ...flags, "--tokens", tokens]);
    expect(run).toMatchObject({ code: 0 });
    const rows = await readJson("rows.json");
    expect(rows.map(({ method, bits }) => [method, bits])).toEqual([
      ["bf16", 16],
      ["rtn", 4],
      ["sinq", 4],
      ["rtn", 3],
      ["sinq", 3],
    ]);
    for (const row of rows) expect(Object.keys(row)).toEqual(RESULT_COLUMN_NAMES);
    expect(rows[0]).toMatchObject({ model: "tiny", group_size: null, tiling: null, aux: null, bits_per_weight: 16 });
    expect(rows[1]).toMatchObject({
      group_size: 32,
      tiling: "1d",
      aux: "f16",
      dataset: "tokens",
      windows: 4,
      window: 16,
    });
    // 4 bits, and two 16-bit values for 32 weights.
    expect(rows[1].bits_per_weight).toBe(5);
    expect(rows[0]).toMatchObject({ delta_nll: 0, delta_nll_se: 0 });
    for (const row of rows.slice(1)) expect(Math.abs(row.delta_nll!)).toBeGreaterThan(0);
    expect(rows[0].memory_gb * 1e9).toBe(2 * parameters());
    expect(rows[1].memory_gb * 1e9).toBe(2 * parameters() - linearWeights() * (2 - 5 / 8));
    expect(run.err.match(/kernels: /g)).toHaveLength(1);
    expect(run.out).toContain("SINQ");
  });

  it("writes the losses whose mean the perplexity is, one file per variant", async () => {
    const flags = ["--methods", "bf16,rtn", "--bits", "2", "--group-size", "32", "--json", at("nll.json")];
    const run = await runCaptured(["eval", model, ...flags, "--tokens", tokens, "--nll", at("nll.safetensors")]);
    expect(run).toMatchObject({ code: 0 });
    const files = ["nll.bf16.safetensors", "nll.rtn-b2-g32-1d-f16.safetensors"];
    for (const name of files) expect(run.err).toContain(at(name));
    const [[bf16, rtn], rows] = [await Promise.all(files.map(losses)), await readJson("nll.json")];
    expect(bf16).toHaveLength(4 * 15);
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(rows[0].perplexity).toBeCloseTo(Math.exp(mean(bf16)), 4);
    expect(rows[1].delta_nll).toBeCloseTo(mean(rtn) - mean(bf16), 6);
    // A model of 100 tokens drawn at random is not far from knowing nothing.
    expect(Math.abs(mean(bf16) - Math.log(100))).toBeLessThan(0.2);
  });

  it("writes one variant's losses under the name given, and no differences without bf16", async () => {
    const flags = ["--methods", "rtn", "--json", at("alone.json"), "--nll", at("alone.safetensors")];
    expect(await runCaptured(["eval", model, ...flags, "--tokens", tokens])).toMatchObject({ code: 0 });
    expect(await losses("alone.safetensors")).toHaveLength(60);
    expect(await readJson("alone.json")).toMatchObject([{ method: "rtn", delta_nll: null, delta_nll_se: null }]);
  });

  it("gives the same JSON for any number of threads", async () => {
    const json = async (threads: string) => {
      const flags = ["--threads", threads, "--json", at(`threads-${threads}.json`)];
      expect(await runCaptured(["eval", model, ...flags, "--tokens", tokens])).toMatchObject({ code: 0 });
      return readFile(at(`threads-${threads}.json`), "utf8");
    };
    expect(await json("1")).toBe(await json("2"));
  });

  it("cuts a text file with the model's own tokenizer; the window is the model's positions if fewer than 2048", async () => {
    const json = async (...flags: string[]) => {
      const run = await runCaptured([
        "eval",
        model,
        "--methods",
        "bf16",
        "--text",
        at("words.txt"),
        "--json",
        at("t.json"),
        ...flags,
      ]);
      expect(run).toMatchObject({ code: 0 });
      return (await readJson("t.json"))[0];
    };
    expect(await json()).toMatchObject({ dataset: "words", protocol: "gptq-32", windows: 3, window: 32 });
    expect(await json("--window", "10")).toMatchObject({ protocol: "gptq-10", windows: 10, window: 10 });
    const first = await json("--window", "10", "--windows", "2");
    expect(first).toMatchObject({ protocol: "gptq-10-first2", windows: 2 });
    expect(first.text_sha256).toMatch(/^[0-9a-f]{16}$/);
  });

  it("scores one window, which has no standard error", async () => {
    const flags = ["--windows", "1", "--json", at("one.json")];
    expect(await runCaptured(["eval", model, "--tokens", tokens, ...flags])).toMatchObject({ code: 0 });
    expect((await readJson("one.json"))[0]).toMatchObject({ windows: 1, perplexity_se: null });
  });

  it("says once that a group was halved", async () => {
    const run = await runCaptured(["eval", model, "--tokens", tokens, "--bits", "3,4"]);
    expect(run.notes.filter((line) => line.includes("halved"))).toEqual([expect.stringContaining("96 columns")]);
  });
});

describe("wrong input of exp eval", () => {
  const refused = async (code: number, message: RegExp, ...argv: string[]) => {
    const before = (await readdir(folder())).sort();
    const run = await runCaptured(["eval", ...argv, "--json", at("no.json"), "--nll", at("no.safetensors")]);
    expect(run.code).toBe(code);
    const errors = run.notes.filter((line) => line.startsWith("error: "));
    expect(errors).toHaveLength(1);
    expect(run.notes.at(-1)).toBe(errors[0]);
    expect(errors[0]).toMatch(message);
    expect((await readdir(folder())).sort()).toEqual(before);
  };

  it("unknown method", () => refused(2, /"sinc".*mean sinq/, model, "--methods", "bf16,sinc", "--tokens", tokens));
  it("bits that the method has not", () =>
    refused(2, /2 bits/, model, "--methods", "rtn-sym", "--bits", "2", "--tokens", tokens));
  it("bits out of range", () => refused(2, /from 2 to 8/, model, "--bits", "1", "--tokens", tokens));
  it("no text", () => refused(2, /--dataset NAME, --text FILE and --tokens FILE/, model));
  it("two texts", () =>
    refused(2, /--text and --tokens were given/, model, "--tokens", tokens, "--text", at("words.txt")));
  it("unknown dataset", () => refused(2, /mean moby-dick/, model, "--dataset", "mobydick"));
  it("a missing model", () => refused(1, /no such folder/, at("absent"), "--tokens", tokens));
  it("a model that is a file", () =>
    refused(1, /: not a folder; MODEL is a checkpoint folder/, tokens, "--tokens", tokens));
  it("a folder without config.json", () => refused(1, /config\.json/, folder(), "--tokens", tokens));
  it("a window longer than the positions", () =>
    refused(1, /33 tokens.* 32 positions/, model, "--text", at("words.txt"), "--window", "33"));
  it("a text shorter than a window", async () => {
    await writeFile(at("short.txt"), "w1 w2 w3");
    await refused(1, /error: .*\/short\.txt has 3 tokens/, model, "--text", at("short.txt"));
  });
  it("token windows longer than the positions", async () =>
    refused(1, /33 tokens/, model, "--tokens", await writeTokens("long.safetensors", 1, 33)));
  it("a window that is not the rows' length", () =>
    refused(2, /one window of 16 tokens/, model, "--tokens", tokens, "--window", "8"));
  it("tokens outside the vocabulary", async () =>
    refused(1, /vocabulary of 100/, model, "--tokens", await writeTokens("outside.safetensors", 2, 8, 150)));
  it("a model without a tokenizer, for a text", async () =>
    refused(1, /tokenizer\.json/, await makeTinyModel(folder(), "dumb"), "--text", at("words.txt")));

  it("an unsupported architecture", async () => {
    const other = await makeTinyModel(folder(), "other");
    await writeFile(join(other, "config.json"), JSON.stringify({ ...tinyConfig, model_type: "gpt_neox" }));
    await refused(1, /gpt_neox/, other, "--tokens", tokens);
  });

  it("a checkpoint of another shape, and one without weights", async () => {
    const other = await makeTinyModel(folder(), "wide");
    await writeFile(join(other, "config.json"), JSON.stringify({ ...tinyConfig, intermediate_size: 128 }));
    await refused(1, /config\.json implies/, other, "--tokens", tokens);
    await rm(join(other, "model.safetensors"));
    await refused(1, /holds no \.safetensors file/, other, "--tokens", tokens);
  });

  it("a NaN in a weight", async () => {
    const other = await makeTinyModel(folder(), "nan");
    const path = join(other, "model.safetensors");
    const file = await readFile(path);
    const headerBytes = Number(file.readBigUInt64LE());
    const header = JSON.parse(file.subarray(8, 8 + headerBytes).toString());
    const [begin] = header["model.layers.0.self_attn.k_proj.weight"].data_offsets;
    file.writeUInt16LE(0x7fc0, 8 + headerBytes + begin + 2 * (3 * 64 + 9));
    await writeFile(path, file);
    await refused(1, /layers\.0\.self_attn\.k_proj.*row 3, column 9/, other, "--tokens", tokens);
  });

  it("Ctrl-C: 130, one line, nothing written", async () => {
    const before = (await readdir(folder())).sort();
    const controller = new AbortController();
    const stderr = {
      write: (text: string) => {
        if (text.startsWith("tiny: ")) controller.abort(new Interruption("SIGINT", 130));
        said += text;
      },
    };
    let said = "";
    const run = await runCaptured(["eval", model, "--tokens", tokens, "--json", at("no.json")], {
      signal: controller.signal,
      stderr,
    });
    expect(run.code).toBe(130);
    expect(said).toMatch(/\ninterrupted: nothing was written\n$/);
    expect((await readdir(folder())).sort()).toEqual(before);
  });
});

/** Of the tiny model: q, k, v, o, gate, up and down of two layers. */
function linearWeights(): number {
  return 2 * (64 * 64 + 2 * 32 * 64 + 64 * 64 + 3 * 96 * 64);
}

function parameters(): number {
  const norms = 2 * (2 * 64 + 2 * 32) + 64;
  return linearWeights() + norms + 2 * 100 * 64;
}

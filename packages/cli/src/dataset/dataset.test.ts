import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { datasetManifests } from "@sinqbench/datasets";
import { startHub } from "@sinqbench/hub/testing";
import { type ResultRow, readResultsCsv } from "@sinqbench/report";
import { openSafetensors } from "@sinqbench/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);
const c4 = datasetManifests().find(({ name }) => name === "c4")!;

/** As many records as the C4 shard has; every ninth has 40 words, the others one. */
function shard(): Buffer {
  const lines = Array.from({ length: c4.rows }, (_, i) => {
    const words = Array.from({ length: i % 9 === 0 ? 40 : 1 }, (_, j) => `w${(i * 7 + j * 13) % 100}`);
    return JSON.stringify({ text: words.join(" "), url: "" });
  });
  return gzipSync(lines.join("\n"), { level: 1 });
}

let model: string;
beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny");
  await addTinyTokenizer(model);
  await writeFile(at("c4.json.gz"), shard());
});

async function scored(...argv: string[]): Promise<ResultRow> {
  const run = await runCaptured(["eval", model, "--methods", "bf16", "--json", at("rows.json"), ...argv]);
  expect(run).toMatchObject({ code: 0 });
  return JSON.parse(await readFile(at("rows.json"), "utf8"))[0];
}

describe("exp eval --dataset", () => {
  it("draws C4's windows from a local shard; the list of the published code gives others", async () => {
    const local = `=${at("c4.json.gz")}`;
    expect(await scored("--dataset", `c4${local}`, "--windows", "3")).toMatchObject({
      dataset: "c4",
      protocol: "c4-256-window32-first3",
      windows: 3,
      window: 32,
    });
    expect(await scored("--dataset", `c4:c4-4-window24${local}`)).toMatchObject({
      protocol: "c4-4-window24",
      windows: 4,
    });
    const listed = await scored("--dataset", `c4:c4-frozen-window32${local}`);
    expect(listed.protocol).toBe("c4-frozen-window32");
    expect(await scored("--dataset", `c4:c4-new-window16${local}`)).toMatchObject({ protocol: "c4-new-window16" });
  });

  it("counts the second half of llama.cpp's windows, and its own losses only", async () => {
    const nll = at("nll.safetensors");
    const flags = ["--windows", "3", "--nll", nll];
    const row = await scored("--dataset", `c4:llamacpp-16=${at("c4.json.gz")}`, ...flags);
    expect(row).toMatchObject({ protocol: "llamacpp-16-first3", windows: 3, window: 16 });
    const file = await openSafetensors(nll);
    const losses = await file.readFloat32("nll");
    await file.close();
    expect(losses).toHaveLength(3 * 15);
    // Token 9 of 16 is the first that counts: its loss is the ninth of fifteen.
    const counted = losses.filter((_, i) => i % 15 >= 8);
    expect(counted).toHaveLength(3 * 7);
    const mean = counted.reduce((sum, loss) => sum + loss, 0) / counted.length;
    expect(row.perplexity).toBeCloseTo(Math.exp(mean), 4);
    const all = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(Math.abs(row.perplexity - Math.exp(all))).toBeGreaterThan(1e-3);
  });

  it("keeps tokens for the next run, which gives the same row", async () => {
    const cache = at("cache");
    const rows: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const flags = ["--methods", "bf16", "--windows", "2", "--dataset", "sotu:gptq-20", "--json", at("kept.json")];
      expect(await runCaptured(["eval", model, ...flags], { env: { SINQBENCH_CACHE: cache } })).toMatchObject({
        code: 0,
      });
      rows.push(JSON.parse(await readFile(at("kept.json"), "utf8")));
      expect(await readdir(join(cache, "tokens"))).toHaveLength(1);
    }
    expect(rows[1]).toEqual(rows[0]);
  });
});

describe("data sets of the hub", () => {
  it("are downloaded once, checked, and scored offline afterwards", async () => {
    const hub = await startHub({
      "datasets/allenai/c4": { files: { [c4.file]: shard() }, branches: { main: c4.revision } },
    });
    const env = { HF_ENDPOINT: hub.url, HF_HOME: at("hub-home"), HF_HUB_OFFLINE: "" };
    const flags = ["--methods", "rtn", "--bits", "4", "--windows", "2", "--dataset", "c4:c4-4-window16"];
    const online = await runCaptured(["table1", "--model", model, ...flags, "--out", at("online")], { env });
    await hub.close();
    expect(online).toMatchObject({ code: 0 });
    const offline = await runCaptured(["table1", "--model", model, ...flags, "--out", at("offline")], {
      env: { ...env, HF_HUB_OFFLINE: "1" },
    });
    expect(offline).toMatchObject({ code: 0 });
    const csv = (out: string) => at(out, "table1", "tiny.csv");
    expect(await readFile(csv("offline"), "utf8")).toBe(await readFile(csv("online"), "utf8"));
    const rows = await readResultsCsv(csv("online"));
    expect(rows.map(({ method, dataset, protocol }) => [method, dataset, protocol])).toEqual([
      ["bf16", "c4", "c4-4-window16-first2"],
      ["rtn", "c4", "c4-4-window16-first2"],
    ]);
  });

  it("that cannot be had say which file to give instead", async () => {
    const run = await runCaptured(["table1", "--model", model, "--dataset", "c4", "--out", at("none")]);
    expect(run.code).toBe(1);
    expect(run.notes.at(-1)).toMatch(/^error: .*allenai\/c4.*--dataset c4=FILE.*--dataset moby-dick/);
    expect(await readdir(folder())).not.toContain("none");
  });
});

describe("wrong data sets", () => {
  const refused = async (code: number, message: RegExp, ...argv: string[]) => {
    const run = await runCaptured([...argv, "--out", at("refused")]);
    expect(run.code).toBe(code);
    expect(run.notes.at(-1)).toMatch(message);
    expect(await readdir(folder())).not.toContain("refused");
  };
  const table1 = (...argv: string[]) => ["table1", "--model", model, ...argv];

  it("another text under a known name, with both hashes", async () => {
    await writeFile(at("wrong.txt"), "not it");
    const found = createHash("sha256").update("not it").digest("hex");
    const { textSha256 } = datasetManifests().find(({ name }) => name === "wikitext2")!;
    await refused(
      1,
      new RegExp(`wrong\\.txt is not wikitext2.*${found}.*${textSha256}`),
      ...table1("--dataset", `wikitext2=${at("wrong.txt")}`),
    );
  });
  it("one data set twice", () => refused(2, /c4 is named twice/, ...table1("--dataset", "c4", "--dataset", "c4")));
  it("an unknown protocol", () => refused(1, /"gptq".*known are/, ...table1("--dataset", "c4:gptq")));
  it("windows that the model cannot take", () =>
    refused(1, /2048 tokens is longer than the 32 positions/, ...table1("--dataset", "moby-dick:gptq-2048")));
});

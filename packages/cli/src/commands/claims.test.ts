import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claims } from "@sinqbench/experiments";
import { readClaimsCsv, readResultsCsv } from "@sinqbench/report";
import { writeSafetensors } from "@sinqbench/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { namesSeen } from "../testing/names-seen.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);
let model: string;

beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny");
  await addTinyTokenizer(model);
});

const windows = ["--windows", "3", "--calibration-windows", "3"];

describe("exp claims", () => {
  it("decides every claim at each of its bits on each text, as the tables' own numbers do", async () => {
    const out = at("results");
    const run = await runCaptured(["claims", "--model", model, ...windows, "--out", out]);
    expect(run).toMatchObject({ code: 0 });
    const rows = await readClaimsCsv(join(out, "claims", "tiny.csv"));
    expect(rows.map(({ claim, bits, dataset }) => [claim, bits, dataset])).toEqual(
      claims.flatMap(({ id, bits }) => bits.flatMap((width) => ["moby-dick", "sotu"].map((text) => [id, width, text]))),
    );
    const table = await runCaptured(["table1", "--model", model, ...windows, "--out", out]);
    expect(table).toMatchObject({ code: 0 });
    expect(table.err).toMatch(/cells from the store/);
    const results = await readResultsCsv(join(out, "table1", "tiny.csv"));
    const [row] = rows;
    const cell = (method: string) =>
      results.find((each) => each.method === method && each.bits === row.bits && each.dataset === row.dataset)!;
    expect([row.better, row.worse]).toEqual(["sinq", "rtn"]);
    expect(row.perplexity_better).toBe(cell("sinq").perplexity);
    expect(row.perplexity_worse).toBe(cell("rtn").perplexity);
    expect(row.delta_nll).toBeCloseTo(cell("sinq").delta_nll! - cell("rtn").delta_nll!, 4);
    expect(run.out).toContain(`${row.verdict.padEnd(9)} ${row.statement}; 3 bits, moby-dick`);
  });
});

it("exp claims shows how far it is while it runs", async () => {
  const argv = ["claims", "--model", model, ...windows, "--fresh", "--out", at("watched")];
  const seen = await namesSeen(at("watched", "claims"), () => runCaptured(argv));
  expect(seen).toContain("tiny.status.json");
  expect(await readdir(at("watched", "claims"))).not.toContain("tiny.status.json");
});

describe("tokens instead of texts", () => {
  it("are scored row by row, and calibrated on from the end", async () => {
    const bare = await makeTinyModel(folder(), "bare");
    const ids = Int32Array.from({ length: 6 * 16 }, (_, i) => (i * 37) % 100);
    await writeSafetensors(at("ids.safetensors"), [{ name: "input_ids", dtype: "I32", shape: [6, 16], data: ids }]);
    const tokens = ["--tokens", at("ids.safetensors"), "--calibration", at("ids.safetensors"), "--out", at("tokens")];
    const flags = ["--methods", "asinq", "--bits", "4", "--windows", "4", "--calibration-windows", "2"];
    expect(await runCaptured(["table4", "--model", bare, ...tokens, ...flags])).toMatchObject({ code: 0 });
    const rows = await readResultsCsv(at("tokens", "table4", "bare.csv"));
    expect(rows.map(({ method, dataset, protocol, windows }) => [method, dataset, protocol, windows])).toEqual([
      ["bf16", "ids", "rows-first4", 4],
      ["asinq", "ids", "rows-first4", 4],
    ]);
    expect(rows[1].calibration).toMatch(/^ids rows-last2 [0-9a-f]{16}$/);
    const both = await runCaptured(["table4", "--model", bare, ...tokens, "--dataset", "sotu"]);
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining("--tokens") });
  });
});

describe("exp compare", () => {
  const csv = (name: string) => at(name, "table1", "tiny.csv");
  beforeAll(async () => {
    for (const [name, methods] of [
      ["a", "rtn,sinq"],
      ["b", "rtn,hqq"],
    ] as const) {
      const argv = ["table1", "--model", model, "--methods", methods, "--bits", "4", "--out", at(name)];
      expect(await runCaptured([...argv, "--windows", "3"])).toMatchObject({ code: 0 });
    }
  });

  it("pairs the cells of both through the store", async () => {
    const { code, out, notes } = await runCaptured(["compare", csv("a"), csv("b")]);
    expect(code).toBe(0);
    expect(out.trim().split("\n")).toHaveLength(4);
    expect(out).toMatch(/tiny rtn 4 bits g64 1d f16 sotu gptq-32-first3: .* 0\.000000 \+- 0\.000000 nats a token/);
    expect(notes.at(-1)).toBe("4 cells in both, 4 in one only; 4 differences are paired, from the store of results");
  });

  it("says where it cannot pair, and what the plain difference is", async () => {
    const text = await readFile(csv("a"), "utf8");
    const rows = await readResultsCsv(csv("a"));
    await writeFile(
      at("c.csv"),
      text.replace(`,${rows[0].perplexity},`, `,${(rows[0].perplexity * 1.01).toFixed(3)},`),
    );
    const { out, notes } = await runCaptured(["compare", csv("a"), at("c.csv")]);
    expect(out.split("\n")[0]).toMatch(/ \+0\.0099\d\d nats a token, not paired$/);
    expect(notes.at(-1)).toMatch(/^6 cells in both, 0 in one only; 0 differences/);
  });

  it("does not take losses for a row that they are not of", async () => {
    const text = await readFile(csv("a"), "utf8");
    const [, perplexity] = /,(\d+\.\d{3}),/.exec(text)!;
    await writeFile(csv("a").replace("tiny.csv", "other.csv"), text.replace(perplexity, "9.000"));
    await writeFile(
      csv("a").replace("tiny.csv", "other.run.json"),
      await readFile(csv("a").replace(".csv", ".run.json")),
    );
    const { notes } = await runCaptured(["compare", csv("a"), csv("a").replace("tiny.csv", "other.csv")]);
    expect(notes.at(-1)).toMatch(/^6 cells in both, 0 in one only; 5 differences/);
  });

  it("refuses files without a cell in common", async () => {
    const text = await readFile(csv("a"), "utf8");
    await writeFile(at("d.csv"), text.replaceAll("\ntiny,", "\nother,"));
    const { code, err } = await runCaptured(["compare", csv("a"), at("d.csv")]);
    expect(code).toBe(1);
    expect(err).toMatch(/no cell in common/);
  });
});

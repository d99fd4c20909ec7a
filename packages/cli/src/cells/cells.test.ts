import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readResultsCsv } from "@sinqbench/report";
import { CellStore } from "@sinqbench/store";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Interruption } from "../io.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel, tinyConfig } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);

let model: string;
beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny", { ...tinyConfig, num_hidden_layers: 3 });
  await addTinyTokenizer(model);
  // The two texts need tokens of their own, or they share their cells.
  const path = join(model, "tokenizer.json");
  const words = ["the", "of", "and", "a", "to", "in", "that", "his", "my", "it", "I", "we", "our", "is", "by"];
  const text = words.reduce(
    (text, word, i) => text.replace(`"w${i + 1}":`, `"${word}":`),
    await readFile(path, "utf8"),
  );
  await writeFile(path, text);
});
beforeEach(() => rm(at("cache"), { recursive: true, force: true }));

const io = () => ({ env: { SINQBENCH_CACHE: at("cache") } });
const FLAGS = ["--windows", "3", "--bits", "4", "--methods", "rtn,sinq"];

async function table(out: string, ...flags: string[]) {
  const run = await runCaptured(["table1", "--model", model, ...FLAGS, ...flags, "--out", at(out)], io());
  expect(run).toMatchObject({ code: 0 });
  const csv = await readFile(at(out, "table1", "tiny.csv"), "utf8");
  return { ...run, csv, stored: storedLine(run.notes) };
}

const storedLine = (notes: readonly string[]) => notes.find((line) => line.includes("cells from the store"));
const cellFiles = async () =>
  (await readdir(at("cache", "cells"), { recursive: true })).filter((name) => name.endsWith(".safetensors"));

describe("the store of results", () => {
  it("gives a second run the bytes of the first, and says so", async () => {
    const first = await table("first");
    expect(first.stored).toBeUndefined();
    expect(await cellFiles()).toHaveLength(6);
    const second = await table("second");
    expect(second.stored).toBe("6 of 6 cells from the store; --fresh computes them again");
    expect(second.csv).toBe(first.csv);
    expect(second.out).toBe(first.out);
    expect(await readdir(at("cache", "work"))).toEqual([]);
  });

  it("computes only what is missing, also where that is no rectangle", async () => {
    const whole = await table("whole", "--fresh");
    await rm(at("cache"), { recursive: true });
    const evaluated = ["eval", model, "--methods", "bf16,rtn", "--bits", "4", "--dataset", "sotu", "--windows", "3"];
    expect(await runCaptured(evaluated, io())).toMatchObject({ code: 0 });
    const rest = await table("rest");
    expect(rest.stored).toMatch(/^2 of 6 /);
    expect(rest.csv).toBe(whole.csv);
  });

  it.each([
    ["another number of windows", ["--windows", "2"], undefined],
    ["another setting", ["--group-size", "32"], /^2 of 6 /],
    ["another method's settings", ["--methods", "rtn,sinq:iterations=4"], /^4 of 6 /],
    ["--fresh", ["--fresh"], undefined],
  ])("has nothing old for %s", async (_, flags, stored) => {
    await table("before");
    const run = await table("after", ...flags);
    if (stored) expect(run.stored).toMatch(stored);
    else expect(run.stored).toBeUndefined();
  });

  it("has nothing for a model with another byte", async () => {
    await table("before");
    const path = join(model, "config.json");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/"rms_norm_eps": *[^,]*/, '"rms_norm_eps": 0.01'));
    const run = await table("after");
    await writeFile(path, text);
    expect(run.stored).toBeUndefined();
    expect(run.csv).not.toBe((await table("again")).csv);
  });

  it("computes a damaged cell again, and says which file it was", async () => {
    const before = await table("before");
    const [name] = await cellFiles();
    const path = at("cache", "cells", name);
    const bytes = await readFile(path);
    bytes[bytes.length - 3] ^= 64;
    await writeFile(path, bytes);
    const after = await table("after");
    expect(after.stored).toMatch(/^5 of 6 /);
    expect(after.notes.filter((line) => line.includes("damaged"))).toEqual([
      `${path} is damaged (its checksum does not fit); its cell is computed again`,
    ]);
    expect(after.csv).toBe(before.csv);
    expect((await table("healed")).stored).toMatch(/^6 of 6 /);
  });

  it("has the losses of every row under the key that lies beside the results", async () => {
    await table("keys");
    const { cells } = JSON.parse(await readFile(at("keys", "table1", "tiny.run.json"), "utf8"));
    const rows = await readResultsCsv(at("keys", "table1", "tiny.csv"));
    const store = new CellStore(at("cache"), () => {});
    for (const [i, row] of rows.entries()) {
      const { nll, provenance } = (await store.readKey(cells[i]))!;
      expect(Math.exp(nll.reduce((sum, loss) => sum + loss, 0) / nll.length)).toBeCloseTo(row.perplexity, 3);
      expect(provenance).toMatchObject({ model: "tiny", text: `${row.dataset} ${row.protocol}` });
    }
  });
});

describe("exp cells", () => {
  it("lists what is stored, and clears it", async () => {
    await table("listed");
    const listed = await runCaptured(["cells"], io());
    expect(listed).toMatchObject({ code: 0, err: "" });
    const lines = listed.out.trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^tiny {2}\S+ +(moby-dick|sotu) gptq-32-first3 +3 x 32 +\d.* k?B +20\d\d-/);
    expect(lines.at(-1)).toMatch(/^6 cells, .*B, in /);
    expect((await runCaptured(["cells", "--clear"], io())).out).toMatch(/^\d.*B freed in /);
    expect((await runCaptured(["cells"], io())).out).toMatch(/^0 cells, 0 B, in [^\n]*\n$/);
    expect((await table("after-clear")).stored).toBeUndefined();
  });
});

describe("an interrupted run", () => {
  it("says how to continue, and continues there with the bytes of an undisturbed one", async () => {
    const calm = await table("calm", "--fresh");
    await rm(at("cache"), { recursive: true });
    const controller = new AbortController();
    const watch = setInterval(async () => {
      const files = await readdir(at("cache", "work"), { recursive: true }).catch(() => []);
      if (files.some((name) => name.endsWith("journal.json"))) controller.abort(new Interruption("SIGINT", 130));
    }, 1);
    const flags = ["table1", "--model", model, ...FLAGS, "--out", at("cut")];
    const cut = await runCaptured(flags, { ...io(), signal: controller.signal });
    clearInterval(watch);
    expect(cut.code).toBe(130);
    expect(cut.notes.at(-1)).toMatch(
      /^interrupted: run the same command again: it continues (at block \d of 3|after the last block)$/,
    );
    const written = await readdir(at("cut"), { recursive: true }).catch(() => []);
    expect(written.filter((name) => name.endsWith(".csv"))).toEqual([]);
    expect((await runCaptured(["cells"], io())).out).toMatch(/^1 interrupted run, \d.*B: the same command continues/m);
    const rest = await table("cut");
    expect(rest.err).toMatch(/tiny: continues an interrupted run (at block \d of 3|after the last block)/);
    expect(rest.csv).toBe(calm.csv);
    expect(await readdir(at("cache", "work"))).toEqual([]);
  });

  it("with --fresh says nothing of continuing", async () => {
    const controller = new AbortController();
    let last = "";
    const stderr = {
      write: (text: string) => {
        if (text.startsWith("tiny: ")) controller.abort(new Interruption("SIGINT", 130));
        last = text;
      },
    };
    const run = await runCaptured(["table1", "--model", model, ...FLAGS, "--fresh", "--out", at("cut")], {
      ...io(),
      signal: controller.signal,
      stderr,
    });
    expect(run.code).toBe(130);
    expect(last).toBe("interrupted: nothing was written\n");
  });
});

it("two runs of the same table at once compute it once, and end with the same bytes", async () => {
  const [first, second] = await Promise.all([table("one"), table("two")]);
  expect(second.csv).toBe(first.csv);
  const waited = [first, second].filter(({ err }) => err.includes("is computing the same cells; waiting for it"));
  expect(waited.length).toBeGreaterThan(0);
  expect(await cellFiles()).toHaveLength(6);
  expect(await readdir(at("cache", "work"))).toEqual([]);
});

it("--device that is not here is one line, before anything is read", async () => {
  const run = await runCaptured(["table1", "--model", at("absent"), "--device", "cuda", "--out", at("cuda")], io());
  if (run.err.includes("absent")) return;
  expect(run.code).toBe(1);
  expect(run.notes.filter((line) => line.startsWith("error: "))).toEqual([
    expect.stringMatching(/^error: --device cuda/),
  ]);
});

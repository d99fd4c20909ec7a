import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { choiceTasks, logLikelihoods, predictions } from "@sinqbench/choices";
import { evaluate } from "@sinqbench/evaluate";
import { startHub } from "@sinqbench/hub/testing";
import { loadKernels } from "@sinqbench/kernels";
import { readChoicesCsv } from "@sinqbench/report";
import { sha256File } from "@sinqbench/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { openModelFolder } from "../model-folder.ts";
import { Session } from "../session.ts";
import { namesSeen } from "../testing/names-seen.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel, tinyConfig } from "../testing/tiny-model.ts";
import { taskInputs } from "./choice-inputs.ts";
import { parseTasks } from "./task-word.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/choices/${name}`, import.meta.url));

/** What lm-evaluation-harness finds; see the fixtures' README. */
interface Harness {
  readonly modelSha256: string;
  readonly accuracy: number;
  readonly accuracyNorm: number;
  readonly logLikelihoods: readonly (readonly number[])[];
  readonly right: readonly number[];
  readonly rightNorm: readonly number[];
}

let harness: Harness;
let model: string;
beforeAll(async () => {
  harness = JSON.parse(await readFile(fixture("everyday.json"), "utf8"));
  const config = { ...tinyConfig, vocab_size: 418, max_position_embeddings: 512, initializer_range: 0.3 };
  model = await makeTinyModel(folder(), "tiny", config);
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) await cp(fixture(name), join(model, name));
});

it("the random checkpoint is the one that the harness scored", async () => {
  expect(await sha256File(join(model, "model.safetensors"))).toBe(harness.modelSha256);
});

it("likelihoods and choices are those of lm-evaluation-harness", async () => {
  const io = { stdout: { write: () => {} }, stderr: { write: () => {} }, env: {}, cwd: folder() };
  const session = new Session({ ...io, signal: new AbortController().signal });
  const opened = await openModelFolder(session, model);
  const { windows } = await taskInputs(session, opened, parseTasks(["everyday"])[0], undefined);
  const [{ nll }] = await evaluate({
    modelDir: model,
    variants: [{ id: "bf16", quantizer: null, config: null }],
    sets: windows.sets,
    kernels: loadKernels({ threads: 1 }),
    threads: 1,
  });
  const found = logLikelihoods(windows, nll);
  expect(found.map((values) => values.length)).toEqual(harness.logLikelihoods.map((values) => values.length));
  const apart = found.flatMap((values, i) => values.map((value, c) => Math.abs(value - harness.logLikelihoods[i][c])));
  expect(apart.length).toBeGreaterThan(1100);
  expect(Math.max(...apart)).toBeLessThan(1e-4);
  const { plain, normalized } = predictions(windows.items, found);
  const right = (chosen: readonly number[]) => chosen.map((choice, i) => Number(choice === windows.items[i].answer));
  expect(right(plain)).toEqual(harness.right);
  expect(right(normalized)).toEqual(harness.rightNorm);
});

describe("exp table2 and table14", () => {
  it("ask every method every item, and leave one row each", async () => {
    const flags = ["--methods", "rtn,sinq", "--bits", "2,4", "--group-size", "32"];
    const run = await runCaptured(["table2", "--model", model, ...flags, "--out", at("all")]);
    expect(run).toMatchObject({ code: 0 });
    const rows = await readChoicesCsv(at("all", "table2", "tiny.csv"));
    expect(rows.map(({ method, bits, task, items }) => [method, bits, task, items])).toEqual([
      ["bf16", 16, "everyday", 302],
      ["rtn", 2, "everyday", 302],
      ["sinq", 2, "everyday", 302],
      ["rtn", 4, "everyday", 302],
      ["sinq", 4, "everyday", 302],
    ]);
    expect(rows[0].accuracy).toBeCloseTo(100 * harness.accuracy, 3);
    expect(rows[0].accuracy_norm).toBeCloseTo(100 * harness.accuracyNorm, 3);
    expect(rows[0]).toMatchObject({ flip_rate: 0, flip_rate_se: 0, bits_per_weight: 16 });
    for (const coarse of rows.slice(1, 3)) {
      expect(coarse.flip_rate).toBeGreaterThan(0);
      expect(coarse.flip_rate_se).toBeGreaterThan(0);
    }
    expect(rows[1].flip_rate).toBeGreaterThan(rows[3].flip_rate);
    expect(rows[3].bits_per_weight).toBe(5);
    expect(run.out).toMatch(/everyday, 302 items, rtn 2 bits: flip rate/);
    expect((await readdir(at("all", "table2"))).length).toBe(7);

    // The same questions: table 14 finds them in the store.
    const again = await runCaptured(["table14", "--model", model, ...flags, "--out", at("all")]);
    expect(again).toMatchObject({ code: 0 });
    expect(again.err).toMatch(/cells from the store/);
    expect(await readChoicesCsv(at("all", "table14", "tiny.csv"))).toEqual(rows);
  });

  it("ask the first items of tasks from local files", async () => {
    const tasks = ["--task", `piqa=${fixture("piqa.parquet")}`, "--task", "everyday", "--items", "6"];
    const argv = ["table14", "--model", model, ...tasks, "--methods", "rtn", "--bits", "4", "--out", at("two")];
    const seen = await namesSeen(at("two", "table14"), async () =>
      expect(await runCaptured(argv)).toMatchObject({ code: 0 }),
    );
    expect(seen).toContain("tiny.status.json");
    const rows = await readChoicesCsv(at("two", "table14", "tiny.csv"));
    expect(rows.map(({ method, task, items }) => [method, task, items])).toEqual([
      ["bf16", "piqa", 6],
      ["bf16", "everyday", 6],
      ["rtn", "piqa", 6],
      ["rtn", "everyday", 6],
    ]);
    expect(new Set(rows.map((row) => row.tokens_sha256)).size).toBe(2);
  });
});

describe("tasks of the hub", () => {
  it("are downloaded once, and asked offline afterwards", async () => {
    const { source } = choiceTasks.find(({ name }) => name === "piqa")!;
    if (source.kind !== "hub") throw new Error("PIQA comes from the hub");
    const hub = await startHub({
      [`datasets/${source.repository}`]: {
        files: { [source.file]: await readFile(fixture("piqa.parquet")) },
        branches: { main: source.revision },
      },
    });
    const env = { HF_ENDPOINT: hub.url, HF_HOME: at("hub"), HF_HUB_OFFLINE: "" };
    const flags = ["--task", "piqa", "--items", "4", "--methods", "rtn", "--bits", "4"];
    const online = await runCaptured(["table2", "--model", model, ...flags, "--out", at("online")], { env });
    await hub.close();
    expect(online).toMatchObject({ code: 0 });
    const offline = await runCaptured(["table2", "--model", model, ...flags, "--out", at("offline")], {
      env: { ...env, HF_HUB_OFFLINE: "1" },
    });
    expect(offline).toMatchObject({ code: 0 });
    const csv = (out: string) => readFile(at(out, "table2", "tiny.csv"), "utf8");
    expect(await csv("offline")).toBe(await csv("online"));
  });
});

describe("wrong tasks", () => {
  const refused = async (code: number, message: RegExp, ...tasks: string[]) => {
    const argv = ["table2", "--model", model, ...tasks.flatMap((task) => ["--task", task]), "--out", at("refused")];
    const run = await runCaptured(argv);
    expect(run.code).toBe(code);
    expect(run.notes.at(-1)).toMatch(message);
    expect(await readdir(folder())).not.toContain("refused");
  };

  it("an unknown one", () => refused(2, /"helaswag".*mean hellaswag/, "helaswag"));
  it("one twice", () => refused(2, /everyday is named twice/, "everyday", "everyday"));
  it("a file for what comes along", () => refused(2, /everyday comes with the repository/, "everyday=x.jsonl"));
  it("a file of another task", () => refused(1, /piqa\.parquet.*question/, `mmlu=${fixture("piqa.parquet")}`));
  it("one of the hub without the network", () => refused(1, /cais\/mmlu.*--task mmlu=FILE.*--task everyday/, "mmlu"));
});

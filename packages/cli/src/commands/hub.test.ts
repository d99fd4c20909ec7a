import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fallSilentAfter, MAIN_COMMIT, type StandInHub, type StandInRepo, startHub } from "@sinqbench/hub/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Interruption, type Io } from "../io.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);
const TAG_COMMIT = "5".repeat(40);

let hub: StandInHub;
/** Where no one listens. */
let nowhere: string;
let repo: StandInRepo;
let model: string;
beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny");
  await addTinyTokenizer(model);
  const files = Object.fromEntries(
    await Promise.all((await readdir(model)).map(async (name) => [name, await readFile(join(model, name))] as const)),
  );
  repo = { files: { ...files, "README.md": "# tiny" }, branches: { main: MAIN_COMMIT, v1: TAG_COMMIT } };
  const paper = ["Qwen3-1.7B", "Qwen3-14B", "Qwen3-32B"].map((name) => [`models/Qwen/${name}`, repo] as const);
  hub = await startHub({
    "models/org/tiny": repo,
    "models/org/closed": { ...repo, gated: true },
    ...Object.fromEntries(paper),
  });
});
beforeAll(async () => {
  const gone = await startHub({});
  await gone.close();
  nowhere = gone.url;
});
afterAll(() => hub.close());

/** A command line in a folder of its own, with a cache in it. */
async function run(home: string, argv: readonly string[], io: Partial<Io> = {}) {
  const cwd = at(home);
  await mkdir(cwd, { recursive: true });
  const env = { HF_ENDPOINT: hub.url, HF_HOME: join(cwd, "hf"), HF_HUB_OFFLINE: "0", ...io.env };
  return runCaptured(argv, { cwd, ...io, env });
}

const SMALL = ["--methods", "rtn", "--bits", "4", "--dataset", "moby-dick", "--windows", "2"];
const downloads = () => hub.requests.filter(({ line }) => /resolve/.test(line)).length;

describe("exp table1 --model org/name", () => {
  it("from the hub to the CSV, and again offline to the same bytes", async () => {
    const online = await run("table", ["table1", "--model", "org/tiny", ...SMALL, "--out", "out"]);
    expect(online).toMatchObject({ code: 0 });
    expect(online.notes.filter((line) => line.startsWith("org/tiny: "))).toEqual([
      `org/tiny: commit ${MAIN_COMMIT} of main`,
    ]);
    const csv = await readFile(at("table", "out", "table1", "tiny.csv"), "utf8");
    expect(csv.split("\n").filter((line) => line.includes("tiny,"))).toHaveLength(2);

    const before = hub.requests.length;
    const offline = { HF_HUB_OFFLINE: "1", HF_ENDPOINT: nowhere, SINQBENCH_CACHE: at("table", "cells") };
    const again = await run("table", ["table1", "--model", "org/tiny", ...SMALL, "--out", "again"], { env: offline });
    expect(again).toMatchObject({ code: 0 });
    expect(await readFile(at("table", "again", "table1", "tiny.csv"), "utf8")).toBe(csv);
    expect(hub.requests).toHaveLength(before);
  });

  it("gives the rows of the same files in a folder", async () => {
    const local = await run("local", ["table1", "--model", model, ...SMALL, "--out", "out"]);
    expect(local).toMatchObject({ code: 0 });
    expect(await readFile(at("local", "out", "table1", "tiny.csv"), "utf8")).toBe(
      await readFile(at("table", "out", "table1", "tiny.csv"), "utf8"),
    );
  });

  it("records where the weights came from, to the byte", async () => {
    const about = JSON.parse(await readFile(at("table", "out", "table1", "tiny.run.json"), "utf8"));
    expect(about.hub).toMatchObject({ repo: "org/tiny", revision: "main", commit: MAIN_COMMIT });
    expect(about.hub.files.map(({ path }: { path: string }) => path)).toEqual([
      "config.json",
      "model.safetensors",
      "tokenizer.json",
    ]);
    for (const { sha256, size } of about.hub.files) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(size).toBeGreaterThan(0);
    }
  });

  it("--paper takes the paper's models from the hub, after a word on what they cost", async () => {
    const paper = await run("paper", ["table1", "--paper", ...SMALL, "--out", "out"]);
    expect(paper).toMatchObject({ code: 0 });
    expect(paper.out).toMatch(/Qwen\/Qwen3-32B: .* parameters.*GB to download/s);
    const files = await readdir(at("paper", "out", "table1"));
    const tables = ["Qwen3-1.7B.md", "Qwen3-14B.md", "Qwen3-32B.md"];
    expect(files.filter((name) => name.endsWith(".md")).sort()).toEqual(tables);
  });

  it("looks at every model before it downloads one", async () => {
    const before = downloads();
    const mistyped = await run("first", ["table1", "--model", "org/tiny", "--model", "org/absent", ...SMALL]);
    expect(mistyped).toMatchObject({ code: 1 });
    expect(mistyped.notes.at(-1)).toBe(
      `error: ${at("first", "org/absent")}: no such folder or file; and as a model of the hub: ${hub.url} has no model repository ` +
        `org/absent; check the spelling (if it is private, set HF_TOKEN to a token from ${hub.url}/settings/tokens).`,
    );
    const seen = hub.requests.slice(-(downloads() - before)).map(({ line }) => line);
    expect(seen.filter((line) => /safetensors/.test(line))).toEqual([]);
    expect(await readdir(at("first", "hf", "hub", "models--org--tiny", "blobs"))).toHaveLength(2);
  });
});

describe("other commands on a model of the hub", () => {
  const EVAL = ["--methods", "bf16", "--dataset", "moby-dick", "--windows", "2"];

  it("exp eval org/name@revision and --revision", async () => {
    const pinned = await run("eval", ["eval", "org/tiny@v1", ...EVAL]);
    expect(pinned).toMatchObject({ code: 0 });
    expect(pinned.notes).toContain(`org/tiny: commit ${TAG_COMMIT} of v1`);
    const flagged = await run("eval", ["eval", "org/tiny", "--revision", "v1", ...EVAL]);
    expect(flagged.notes).toContain(`org/tiny: commit ${TAG_COMMIT} of v1`);
    expect(flagged.out).toBe(pinned.out);
    const own = await run("eval", ["eval", "org/tiny@main", "--revision", "v1", ...EVAL]);
    expect(own.notes).toContain(`org/tiny: commit ${MAIN_COMMIT} of main`);
    const absent = await run("eval", ["eval", "org/tiny@v2", ...EVAL]);
    expect(absent.notes.at(-1)).toMatch(/^error: org\/tiny has no revision "v2"/);
  });

  it("a folder of that name wins, and takes no revision", async () => {
    await mkdir(at("wins"), { recursive: true });
    await cp(model, at("wins", "org", "tiny"), { recursive: true });
    const before = hub.requests.length;
    const local = await run("wins", ["eval", "org/tiny", ...EVAL]);
    expect(local).toMatchObject({ code: 0 });
    const refused = await run("wins", ["eval", "org/tiny", "--revision", "v1", ...EVAL]);
    expect(refused).toMatchObject({
      code: 2,
      notes: [expect.stringMatching(/^error: --revision is for models of the hub, and org\/tiny is none/)],
    });
    expect((await run("wins", ["eval", "embedded", "--revision", "v1", ...EVAL])).code).toBe(2);
    expect(hub.requests).toHaveLength(before);
  });

  it("a path that can be no model of the hub is not asked for there", async () => {
    const before = hub.requests.length;
    for (const path of ["./org/tiny", "a/b/c", "tiny"]) {
      expect((await run("path", ["eval", path, ...EVAL])).notes.at(-1)).toMatch(
        /: no such folder; MODEL is a checkpoint folder .* org\/name/,
      );
    }
    expect(hub.requests).toHaveLength(before);
  });

  it("exp quantize and exp imbalance", async () => {
    const quantized = await run("tools", ["quantize", "org/tiny", "--method", "rtn", "--bits", "4", "--out", "out"]);
    expect(quantized).toMatchObject({ code: 0 });
    expect((await readdir(at("tools", "out"))).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
    const absent = await run("tools", ["quantize", "org/absent", "--method", "rtn", "--bits", "4", "--out", "out2"]);
    expect(absent.notes.at(-1)).toMatch(
      /no such folder or file; and as a model of the hub: .* has no model repository/,
    );
    const imbalance = await run("tools", ["imbalance", "--model", "org/tiny", "--revision", "v1", "--out", "out3"]);
    expect(imbalance).toMatchObject({ code: 0 });
    expect(await readdir(at("tools", "out3", "imbalance"))).toContain("tiny.csv");
  });

  it("a gated model says how to get in, and nothing of paths", async () => {
    const closed = await run("closed", ["eval", "org/closed", ...EVAL]);
    expect(closed).toMatchObject({ code: 1 });
    expect(closed.notes.at(-1)).toMatch(/^error: org\/closed is gated: accept its terms on .*; then set HF_TOKEN/);
    expect((await run("closed", ["eval", "org/closed", ...EVAL], { env: { HF_TOKEN: "hf_member" } })).code).toBe(0);
  });

  it("no network names both readings", async () => {
    const cut = await run("cut", ["eval", "org/tiny", ...EVAL], { env: { HF_ENDPOINT: nowhere } });
    expect(cut.notes).toEqual([
      expect.stringMatching(
        /^error: .*cut\/org\/tiny: no such folder or file; and as a model of the hub: http:\/\/127\.0\.0\.1:\d+ cannot be reached: /,
      ),
    ]);
  });

  it("Ctrl-C says that the same command goes on, and it does", async () => {
    hub.faults.push({ match: /content/, times: 1, reply: fallSilentAfter(50_000) });
    const controller = new AbortController();
    let err = "";
    const stderr = {
      isTTY: true,
      columns: 200,
      write: (text: string) => {
        err += text;
        if (/model\.safetensors/.test(text)) controller.abort(new Interruption("SIGINT", 130));
      },
    };
    const stopped = await run("stop", ["eval", "org/tiny", ...EVAL], { signal: controller.signal, stderr });
    expect(stopped.code).toBe(130);
    expect(err).toMatch(
      /interrupted: what was downloaded is kept in .*stop\/hf\/hub; the same command goes on from there\n$/,
    );
    expect(await run("stop", ["eval", "org/tiny", ...EVAL])).toMatchObject({ code: 0 });
    expect(hub.requests.filter(({ line }) => /content/.test(line)).at(-1)?.range).toMatch(/^bytes=[1-9]/);
  });
});

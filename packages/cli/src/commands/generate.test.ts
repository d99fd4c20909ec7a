import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { embeddedModels } from "@sinqbench/embedded";
import { beforeAll, describe, expect, it } from "vitest";
import { endTokens } from "../generate/end-tokens.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";

const folder = temporaryFolder();
const prompt = "The history of the city";
const run = (...argv: string[]) => runCaptured(["generate", "embedded", "--prompt", prompt, ...argv]);

describe("exp generate", () => {
  it("continues the prompt by the tokens asked for, the same ones every time", async () => {
    const [short, long] = [await run("--tokens", "4"), await run("--tokens", "8")];
    expect(short).toMatchObject({ code: 0 });
    expect(short.out.startsWith(prompt)).toBe(true);
    expect(short.out.length).toBeGreaterThan(prompt.length + 4);
    expect(long.out.startsWith(short.out.trimEnd())).toBe(true);
    expect(long.out.length).toBeGreaterThan(short.out.length);
    expect((await run("--tokens", "4", "--threads", "1")).out).toBe(short.out);
  });

  it("draws by its seed", async () => {
    const sampled = ["--tokens", "6", "--temperature", "1.5"];
    const texts = await Promise.all(["1", "1", "2"].map(async (seed) => (await run(...sampled, "--seed", seed)).out));
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).not.toBe(texts[0]);
  });

  it.each([
    [["--prompt", ""], 2, /--prompt/],
    [["--tokens", "100000"], 2, /positions/],
    [["--temperature", "-1"], 2, /from 0 to 10/],
    [["--top-p", "1.1"], 2, /from 0 to 1/],
  ])("refuses %s", async (argv, code, message) => {
    const { code: exit, err, out } = await run(...argv);
    expect(exit).toBe(code);
    expect(err.trim().split("\n").at(-1)).toMatch(message);
    expect(out).toBe("");
  });
});

describe("the tokens that end a text", () => {
  let dir: string;
  beforeAll(async () => {
    dir = join(folder(), "model");
    await cp(embeddedModels[0].dir, dir, { recursive: true });
  });

  it("are those of generation_config.json, else of config.json, else none", async () => {
    expect(await endTokens(dir)).toEqual(new Set([0]));
    await writeFile(join(dir, "generation_config.json"), JSON.stringify({ eos_token_id: [7, 9] }));
    expect(await endTokens(dir)).toEqual(new Set([7, 9]));
    await rm(join(dir, "generation_config.json"));
    const config = JSON.parse(await readFile(join(dir, "config.json"), "utf8"));
    await writeFile(join(dir, "config.json"), JSON.stringify({ ...config, eos_token_id: null }));
    expect(await endTokens(dir)).toEqual(new Set());
  });
});

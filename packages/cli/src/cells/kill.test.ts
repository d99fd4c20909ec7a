import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { inspectNative } from "@sinqbench/kernels";
import { seededRandom } from "@sinqbench/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel, tinyConfig } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const KILLS = 20;
const NEVER = 2 ** 31 - 1;
/** One that learns from the layers as they are, and one from those that it quantized before. */
const METHODS = "rtn,awq-column,gptq";
const folder = temporaryFolder();

let model: string;
beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny", { ...tinyConfig, num_hidden_layers: 6 });
  await addTinyTokenizer(model);
});

/** A cache of its own, with the kernels that are built already. */
async function newCache(name: string): Promise<string> {
  const cache = join(folder(), name);
  await mkdir(cache);
  const { cacheDir } = inspectNative();
  if (existsSync(cacheDir)) await symlink(cacheDir, join(cache, "kernels"));
  return cache;
}

interface Run {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  /** When it has said that, or ended. */
  readonly saying: (text: string) => Promise<void>;
}

function start(cache: string, out: string): Run {
  const flags = [
    "--model",
    model,
    "--methods",
    METHODS,
    "--bits",
    "4",
    "--windows",
    "150",
    "--calibration-windows",
    "20",
  ];
  const argv = ["--import", "tsx", MAIN, "table1", ...flags, "--threads", "1", "--out", join(folder(), out)];
  const env = { ...process.env, SINQBENCH_CACHE: cache };
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  child.stderr.on("data", (chunk) => {
    text += chunk;
  });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const saying = async (wanted: string) => {
    while (!text.includes(wanted) && child.exitCode === null && child.signalCode === null) {
      await Promise.race([once(child.stderr, "data"), ended]);
    }
  };
  return { child, said: () => text, ended, saying };
}

/** When a run in that cache last kept something, in milliseconds; 0: never. */
async function journalTime(cache: string): Promise<number> {
  const names = await readdir(join(cache, "work"), { recursive: true }).catch(() => []);
  const journal = names.find((name) => name.endsWith("journal.json"));
  const about = journal && (await stat(join(cache, "work", journal)).catch(() => null));
  return about ? about.mtimeMs : 0;
}

/** When a run has kept something after `before`, or ended. */
async function keepsMore(cache: string, before: number, { child }: Run): Promise<void> {
  while (child.exitCode === null && child.signalCode === null && (await journalTime(cache)) <= before) {
    await setTimeoutPromise(2);
  }
}

const csvOf = (out: string) => readFile(join(folder(), out, "table1", "tiny.csv"), "utf8");

describe("a table whose run is killed", () => {
  let expected: string;
  /** Milliseconds from the word about calibration to the first thing kept, and to the end. */
  let firstKept = 0;
  let whole = 0;
  beforeAll(async () => {
    const cache = await newCache("calm-cache");
    const run = start(cache, "calm");
    await run.saying("calibration on");
    const started = performance.now();
    await keepsMore(cache, 0, run);
    firstKept = performance.now() - started;
    expect(await run.ended, run.said()).toBe(0);
    whole = performance.now() - started;
    expected = await csvOf("calm");
  });

  it(`${KILLS} times at random moments has the bytes of an undisturbed one`, { timeout: 900_000 }, async () => {
    const random = seededRandom(20);
    let kills = 0;
    let continued = 0;
    for (let table = 0; kills < KILLS; table++) {
      const cache = await newCache(`killed-cache-${table}`);
      for (;;) {
        const before = await journalTime(cache);
        const run = start(cache, `killed-${table}`);
        await run.saying("calibration on");
        // Every other one on the way to the first thing kept; the rest so soon after it that all kills may hit one table.
        const late = kills % 2 === 1;
        if (late) await keepsMore(cache, before, run);
        const range = late ? 0.15 * (whole - firstKept) : firstKept;
        const patience = kills < KILLS ? random.uniform() * range : NEVER;
        const timer = setTimeout(() => run.child.kill("SIGKILL"), patience);
        const code = await run.ended;
        clearTimeout(timer);
        if (run.said().includes("continues an interrupted run")) continued++;
        if (code === null) kills++;
        else {
          expect(code, run.said()).toBe(0);
          break;
        }
      }
      expect(await csvOf(`killed-${table}`)).toBe(expected);
    }
    expect(continued).toBeGreaterThan(KILLS / 4);
  });

  it("while another waits for it, is taken over by that one", { timeout: 300_000 }, async () => {
    const cache = await newCache("shared-cache");
    const first = start(cache, "first");
    await first.saying("calibration on");
    await keepsMore(cache, 0, first);
    // Held in the middle of its work, so that it cannot be done before the second comes, however busy the machine.
    first.child.kill("SIGSTOP");
    const second = start(cache, "second");
    await second.saying("waiting for it");
    expect(second.said()).toContain(`(process ${first.child.pid} on `);
    first.child.kill("SIGKILL");
    expect(await second.ended, second.said()).toBe(0);
    expect(second.said()).toContain("continues an interrupted run");
    expect(await csvOf("second")).toBe(expected);
    expect(await first.ended).toBeNull();
  });
});

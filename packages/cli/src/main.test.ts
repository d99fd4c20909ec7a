import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { embeddedModels } from "@sinqbench/embedded";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { tinyConfig } from "./testing/tiny-model.ts";

const folder = temporaryFolder();
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** The command as its script starts it. */
function start(argv: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", MAIN, ...argv], {
    cwd: PACKAGE,
    env: { ...process.env, npm_lifecycle_event: "", ...env },
  });
}

async function finish(child: ChildProcess) {
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => (out += chunk));
  child.stderr?.on("data", (chunk) => (err += chunk));
  const [code] = await once(child, "close");
  return { code, out, err };
}

describe("the exp process", () => {
  it("prints results on stdout and ends with 0", async () => {
    const { code, out, err } = await finish(start(["list"]));
    expect(err).toBe("");
    expect(code).toBe(0);
    const models = embeddedModels.map(({ name }) => `\n  ${name}  `);
    for (const word of ["table1", "sinq", "moby-dick", "\n  embedded  ", ...models]) expect(out).toContain(word);
  });

  it("ends with 2 and one line for a command line that cannot be run", async () => {
    expect(await finish(start(["evil"]))).toEqual({
      code: 2,
      out: "",
      err: "error: unknown command 'evil' (Did you mean eval?)\n",
    });
  });

  it("takes paths from where a package script was called", async () => {
    await mkdir(join(folder(), "called-here"));
    await writeFile(join(folder(), "called-here", "config.json"), JSON.stringify(tinyConfig));
    const env = { npm_lifecycle_event: "exp", INIT_CWD: join(folder(), "called-here") };
    expect(await finish(start(["synth", "config.json", "model"], env))).toMatchObject({ code: 0 });
    expect(await readdir(join(folder(), "called-here", "model"))).toContain("model.safetensors");
  });

  it("stays quiet when its reader goes away", async () => {
    const child = start(["list"]);
    child.stdout?.destroy();
    const { err } = await finish(child);
    expect(err).toBe("");
  });

  it("tidies up after Ctrl-C, says what was kept and ends with 130", async () => {
    const home = join(folder(), "interrupted");
    await mkdir(home);
    const config = join(home, "config.json");
    // 400 M weights: many seconds of work.
    await writeFile(config, JSON.stringify({ ...tinyConfig, hidden_size: 2048, vocab_size: 100_000 }));
    const child = start(["synth", config, join(home, "model")]);
    const ended = finish(child);
    while ((await readdir(home)).length === 1) await setTimeout(20);
    // A package manager passes on what the terminal has sent already.
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect(await ended).toEqual({ code: 130, out: "", err: "interrupted: nothing was written\n" });
    expect(await readdir(home)).toEqual(["config.json"]);
  });
});

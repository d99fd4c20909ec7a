import { describe, expect, it } from "vitest";
import { endRun } from "./end-run.ts";
import { Interruption } from "./io.ts";
import { Session } from "./session.ts";
import { runCaptured } from "./testing/run-captured.ts";

describe("exp", () => {
  it.each([[[]], [["--help"]], [["help"]], [["--"]]])("%j lists the commands on stdout", async (argv) => {
    const { code, out, err } = await runCaptured(argv);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const name of ["list", "table1", "eval", "quantize", "synth", "bench", "doctor"]) {
      expect(out).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    }
  });

  it.each([["table1"], ["eval"], ["quantize"], ["synth"], ["bench"], ["doctor"], ["list"]])(
    "%s has a help of its own",
    async (name) => {
      const [asked, told] = [await runCaptured([name, "--help"]), await runCaptured(["help", name])];
      expect(asked.code).toBe(0);
      expect(asked.out).toContain(`Usage: exp ${name}`);
      expect(told.out).toBe(asked.out);
    },
  );

  it("lists what can be chosen of a method: options with their defaults, and presets", async () => {
    const { out } = await runCaptured(["list"]);
    expect(out).toMatch(/^ +options iterations=4, stepMin=0.7, stepMax=2, earlyStop=true, repeats=3$/m);
    expect(out).toMatch(/^ +presets paper, algorithm-1, code-2026-02$/m);
  });

  it("takes the dashes that npm users put before the arguments", async () => {
    expect((await runCaptured(["--", "list"])).out).toBe((await runCaptured(["list"])).out);
  });

  it.each([
    [["tabel1"], "error: unknown command 'tabel1' (Did you mean table1?)"],
    [["list", "--jsn"], "error: unknown option '--jsn'"],
    [["list", "more"], "error: too many arguments for 'list'. Expected 0 arguments but got 1."],
    [["eval"], "error: missing required argument 'model'"],
    [["eval", "embedded", "--bitz", "3"], "error: unknown option '--bitz' (Did you mean --bits?)"],
    [
      ["eval", "embedded", "--threads", "0"],
      "error: option '--threads <n>' argument '0' is invalid. Expected a whole number of at least 1.",
    ],
  ])("answers %j in one line and ends with 2", async (argv, line) => {
    const { code, out, notes } = await runCaptured(argv);
    expect({ code, out, notes }).toEqual({ code: 2, out: "", notes: [line] });
  });
});

describe("the end of a run", () => {
  function end(error: unknown, env: Record<string, string> = {}, reason?: Interruption) {
    let err = "";
    const controller = new AbortController();
    if (reason) controller.abort(reason);
    const stderr = { write: (text: string) => void (err += text) };
    const session = new Session({ stdout: stderr, stderr, env, cwd: "/", signal: controller.signal });
    session.kept = "a.csv is complete";
    return { code: endRun(error, session), err };
  }

  it("gives an unexpected error one line and the way to its stack", () => {
    expect(end(new TypeError("x is\n  not y"))).toEqual({
      code: 1,
      err: "error: x is not y (unexpected; SINQBENCH_DEBUG=1 shows where)\n",
    });
    expect(end(new TypeError("x"), { SINQBENCH_DEBUG: "1" }).err).toMatch(/TypeError: x\n\s+at .*\nerror: x\n$/s);
    expect(end("thrown text").err).toContain("error: thrown text");
  });

  it("takes whatever an interrupted run threw for the interruption", () => {
    const error = new Error("the runtime was closed");
    expect(end(error, {}, new Interruption("SIGINT", 130))).toEqual({
      code: 130,
      err: "interrupted: a.csv is complete\n",
    });
    expect(end(error, {}, new Interruption("SIGTERM", 143)).code).toBe(143);
    expect(end(error, {}, new Interruption("SIGPIPE", 141))).toEqual({ code: 141, err: "" });
  });
});

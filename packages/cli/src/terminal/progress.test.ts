import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";

const steps = (perSecond: number) => `${perSecond.toFixed(0)} steps/s`;

function recorder(isTTY: boolean, columns = 100) {
  const written: string[] = [];
  return { stderr: { write: (text: string) => written.push(text), isTTY, columns }, written };
}

function clock() {
  const state = { time: 0 };
  return { state, now: () => state.time };
}

describe("progress", () => {
  it("elsewhere than on a terminal prints a line after 5 s and then every 30 s", () => {
    const { stderr, written } = recorder(false);
    const { state, now } = clock();
    const bar = createProgress({ stderr, env: {} }, { label: "blocks", total: 200, rate: steps, now });
    for (let second = 0; second <= 64; second++) {
      state.time = second * 1000;
      bar.update(second, `layer ${second}`);
    }
    bar.end();
    expect(written).toEqual([
      "blocks: 2 %, 1 steps/s, 3:15 left  layer 5\n",
      "blocks: 17 %, 1 steps/s, 2:45 left  layer 35\n",
    ]);
  });

  it("leaves the time left out when all is done", () => {
    const { stderr, written } = recorder(false);
    const { state, now } = clock();
    const bar = createProgress({ stderr, env: {} }, { label: "x", total: 4, rate: steps, now });
    state.time = 8000;
    bar.update(4);
    expect(written).toEqual(["x: 100 %, 1 steps/s\n"]);
  });

  it("on a terminal redraws one line, at most ten times a second, never wider than the terminal, and removes it", () => {
    const { stderr, written } = recorder(true, 60);
    const { state, now } = clock();
    const bar = createProgress({ stderr, env: {} }, { label: "head", total: 4, rate: steps, now });
    bar.update(1, "first");
    state.time = 50;
    bar.update(2, "too soon");
    state.time = 2000;
    bar.update(2, "a note that is far too long for what is left of the line");
    bar.end();
    bar.end();
    expect(written).toHaveLength(3);
    expect(written.join("")).not.toContain("too soon");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is tested.
    const plain = written[1].replace(/\u001b\[[0-9;]*[a-zA-Z]|\r/g, "");
    expect(plain).toMatch(/^head █{12}░{12} 50 %, 1 steps\/s, 2 s left/);
    expect(plain.length).toBeLessThan(60);
    expect(written[2]).toBe("\r\u001b[2K");
  });

  it("honours NO_COLOR and takes CI for no terminal", () => {
    const draw = (env: Record<string, string>) => {
      const { stderr, written } = recorder(true);
      createProgress({ stderr, env }, { label: "x", total: 2, rate: steps, now: () => 0 }).update(1);
      return written.join("");
    };
    expect(draw({})).toContain("\u001b[36m");
    expect(draw({ NO_COLOR: "1" })).not.toContain("\u001b[36m");
    expect(draw({ CI: "true" })).toBe("");
  });
});

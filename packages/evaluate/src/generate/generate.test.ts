import { referenceKernels } from "@sinqbench/kernels";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { fixture, referenceOptions } from "../test-support.ts";
import { chooseToken } from "./choose-token.ts";
import { generate } from "./generate.ts";

const greedy = (logits: Float32Array) => chooseToken(logits, { temperature: 0, topP: 1, random: seededRandom(0) });

async function continued(name: "qwen3-tied" | "llama", count: number, tokens: number): Promise<number[]> {
  const { sets } = await referenceOptions(name);
  const prompt = sets[0]!.ids.slice(0, count);
  const ids: number[] = [];
  const options = { modelDir: fixture(name), prompt, tokens, choose: greedy, kernels: referenceKernels, threads: 1 };
  for await (const id of generate(options)) ids.push(id);
  return ids;
}

describe("generate", () => {
  // Greedy continuation of the first 20 reference tokens by transformers 5.18 in float32.
  it.each([
    [
      "qwen3-tied",
      [
        501, 222, 112, 485, 289, 63, 441, 162, 509, 184, 56, 471, 375, 472, 206, 143, 422, 367, 116, 367, 116, 367, 44,
        44,
      ],
    ],
    [
      "llama",
      [
        452, 256, 303, 27, 253, 200, 104, 19, 286, 425, 182, 50, 29, 286, 358, 424, 342, 91, 481, 64, 141, 106, 270,
        287,
      ],
    ],
  ] as const)("continues as transformers does: %s", async (name, expected) => {
    expect(await continued(name, 20, 24)).toEqual(expected);
    expect(await continued(name, 20, 3)).toEqual(expected.slice(0, 3));
  });

  it("refuses a prompt that does not fit with what is to follow", async () => {
    await expect(continued("llama", 150, 1000)).rejects.toMatchObject({ code: "window-too-long" });
  });
});

describe("chooseToken", () => {
  const logits = Float32Array.from([0.1, 0.6, 0.3], Math.log);
  const counts = (options: { temperature: number; topP: number }, values = logits) => {
    const random = seededRandom(5);
    const seen = values.map(() => 0);
    for (let i = 0; i < 20_000; i++) seen[chooseToken(values, { ...options, random })]! += 1 / 20_000;
    return Array.from(seen);
  };

  /** 20 000 draws: a share is 0.0035 off at one standard error; 0 and 1 are exact. */
  const expectNear = (shares: readonly number[], expected: readonly number[]) => {
    for (const [i, share] of expected.entries()) {
      if (share === 0) expect(shares[i]).toBe(0);
      expect(Math.abs(shares[i]! - share)).toBeLessThan(0.012);
    }
  };

  it("takes the likeliest, the first of equals, at temperature 0", () => {
    expect(greedy(logits)).toBe(1);
    expect(greedy(Float32Array.of(1, 3, 3))).toBe(1);
  });

  it("draws by the model's probabilities at temperature 1", () => {
    expectNear(counts({ temperature: 1, topP: 1 }), [0.1, 0.6, 0.3]);
  });

  it("draws sharper below temperature 1: 0.5 squares the odds", () => {
    expectNear(counts({ temperature: 0.5, topP: 1 }), [0.02, 0.78, 0.2]);
  });

  it("draws among the fewest that reach the sum", () => {
    expectNear(counts({ temperature: 1, topP: 0.89 }), [0, 0.67, 0.33]);
    expectNear(counts({ temperature: 1, topP: 0.91 }), [0.1, 0.6, 0.3]);
    expectNear(counts({ temperature: 1, topP: 0.59 }), [0, 1, 0]);
    expectNear(counts({ temperature: 1, topP: 0.01 }), [0, 1, 0]);
  });
});

import { describe, expect, test } from "vitest";
import { ConfigReader } from "./config-reader.ts";
import { readRope } from "./rope.ts";
import { MSCALE } from "./test-configs.ts";

const read = (json: Record<string, unknown>) => readRope(new ConfigReader("config.json", json));

describe("both spellings of rope parameters", () => {
  test("rope_theta alone", () => {
    const rope = { type: "default", theta: 1e6 };
    expect(read({ rope_theta: 1_000_000, rope_scaling: null })).toEqual(rope);
    expect(read({ rope_parameters: { rope_theta: 1e6, rope_type: "default" } })).toEqual(rope);
  });

  test("rope_scaling, with its older name for the type", () => {
    const rope = { type: "linear", theta: 10_000, factor: 4 };
    expect(read({ rope_scaling: { type: "linear", factor: 4 } })).toEqual(rope);
    expect(read({ rope_parameters: { rope_type: "linear", factor: 4, rope_theta: 10_000 } })).toEqual(rope);
  });

  test("an unknown rule is refused by name", () => {
    expect(() => read({ rope_scaling: { rope_type: "dynamic" } })).toThrow(/config\.json: rope type = "dynamic"/);
  });
});

describe("yarn", () => {
  const deepseek = {
    type: "yarn",
    factor: 40,
    beta_fast: 32,
    beta_slow: 1,
    mscale: MSCALE,
    mscale_all_dim: MSCALE,
    original_max_position_embeddings: 4096,
  };
  const config = { rope_theta: 10_000, max_position_embeddings: 163_840 };

  test("DeepSeek's two mscales cancel in the tables and leave a factor of the scores", () => {
    const rope = read({ ...config, rope_scaling: deepseek });
    expect(rope).toMatchObject({ type: "yarn", factor: 40, betaFast: 32, betaSlow: 1, truncate: true, amplitude: 1 });
    expect(rope).toHaveProperty("scoreFactor", expect.closeTo((0.1 * MSCALE * Math.log(40) + 1) ** 2, 12));
    const { type, ...rest } = deepseek;
    expect(
      read({ max_position_embeddings: 163_840, rope_parameters: { ...rest, rope_type: type, rope_theta: 1e4 } }),
    ).toEqual(rope);
  });

  test("without mscales the tables grow, and scores do not", () => {
    const { mscale: _, mscale_all_dim: __, ...plain } = deepseek;
    expect(read({ ...config, rope_scaling: plain })).toMatchObject({
      amplitude: expect.closeTo(0.1 * Math.log(40) + 1, 12),
      scoreFactor: 1,
    });
    expect(read({ ...config, rope_scaling: { ...plain, attention_factor: 1.5 } })).toHaveProperty("amplitude", 1.5);
  });

  test("the factor follows from the positions where it is not given", () => {
    const scaling = { type: "yarn", original_max_position_embeddings: 4096, factor: null };
    expect(read({ ...config, rope_scaling: scaling })).toMatchObject({ factor: 40, betaFast: 32, betaSlow: 1 });
  });
});

describe("longrope", () => {
  const scaling = { type: "su", short_factor: [1, 2], long_factor: [3, 4] };
  const config = { max_position_embeddings: 131_072, original_max_position_embeddings: 4096 };
  const names = ["longrope", "su", "yarn"];
  const readLong = (json: Record<string, unknown>) => readRope(new ConfigReader("config.json", json), names);

  test("Phi-3's spellings, with the original window beside the factors or in them", () => {
    const rope = {
      type: "longrope",
      theta: 10_000,
      shortFactors: [1, 2],
      longFactors: [3, 4],
      originalPositions: 4096,
      amplitude: Math.sqrt(1 + Math.log(32) / Math.log(4096)),
    };
    expect(readLong({ ...config, rope_scaling: scaling })).toEqual(rope);
    const inner = { ...scaling, type: "longrope", original_max_position_embeddings: 4096, factor: 32 };
    expect(readLong({ max_position_embeddings: 131_072, rope_scaling: inner })).toEqual(rope);
  });

  test("a window that was not stretched keeps its amplitude", () => {
    const same = { ...config, max_position_embeddings: 4096 };
    expect(readLong({ ...same, rope_scaling: scaling })).toHaveProperty("amplitude", 1);
  });

  test("factors that are no numbers are refused", () => {
    const broken = { ...scaling, long_factor: [1, "2"] };
    expect(() => readLong({ ...config, rope_scaling: broken })).toThrow(/long_factor is \[1,"2"\], expected a list/);
  });
});

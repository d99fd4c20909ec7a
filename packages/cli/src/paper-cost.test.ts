import { experiments } from "@sinqbench/experiments";
import { modelTensors } from "@sinqbench/models";
import { type Experiment, publishedRows } from "@sinqbench/report";
import { describe, expect, it } from "vitest";
import { paperCost, paperCostLines } from "./paper-cost.ts";
import { paperModel, paperModelIds } from "./paper-models.ts";

describe("what the paper's models cost", () => {
  it.each(paperModelIds())("%s has the parameters of the published memory in 16 bits", (id) => {
    const { config, storesTiedHead } = paperModel(id)!;
    const published = publishedRows({ table: "1", bits: 16, model: id }).find(({ metric }) => metric === "memory")!;
    const { parameters, downloadBytes } = paperCost(config, storesTiedHead, 1);
    expect(((2 * parameters) / 1e9).toFixed(2)).toBe(published.printed);
    expect(downloadBytes / 1e9).toBeCloseTo(published.value + (storesTiedHead ? 0.62 : 0), 1);
  });

  it("grows with the variants, and is about two operations per parameter and token", () => {
    const { config, storesTiedHead } = paperModel("Qwen/Qwen3-14B")!;
    const one = paperCost(config, storesTiedHead, 1);
    expect(paperCost(config, storesTiedHead, 5).flops).toBe(5 * one.flops);
    const embedding = modelTensors(config).find(({ kind }) => kind === "embedding")!.shape;
    const computed = one.parameters - embedding[0] * embedding[1];
    const perToken = one.flops / (402 * 2048) / computed;
    expect(perToken).toBeGreaterThan(2);
    expect(perToken).toBeLessThan(2.2);
  });

  it("knows every model of the record", () => {
    for (const experiment of Object.values<Experiment>(experiments)) {
      const [, ...lines] = paperCostLines(experiment, 5);
      expect(lines).toHaveLength(experiment.paperModels.length);
      for (const line of lines) expect(line).toMatch(/parameters, .*B to download, about .*FLOP \(\d+ hours/);
    }
  });
});

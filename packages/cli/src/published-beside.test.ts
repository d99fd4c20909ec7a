import { datasetManifests, type EvaluationInput } from "@sinqbench/datasets";
import { describe, expect, it } from "vitest";
import type { ModelFolder } from "./model-folder.ts";
import { paperModel } from "./paper-models.ts";
import { publishedBeside } from "./published-beside.ts";

const [paper, c4] = datasetManifests();
const input: EvaluationInput = {
  name: paper.name,
  label: paper.label,
  protocol: paper.protocol,
  protocolSha256: "",
  windows: { name: paper.name, length: 2048, count: 1, ids: new Int32Array(2048), firstScored: 1 },
  textSha256: paper.textSha256!,
  tokensSha256: "",
};
const model: ModelFolder = {
  name: "Qwen3-1.7B",
  dir: "/models/Qwen3-1.7B",
  config: paperModel("Qwen/Qwen3-1.7B")!.config,
  embedded: false,
};

const PAPER = { groupSize: 64, tiling: "1d", aux: "f16" } as const;

describe("published numbers beside ours", () => {
  it("stand there when model, text and protocol are the paper's", () => {
    const rows = publishedBeside(model, input, PAPER, "1");
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map((row) => row.metric))).toEqual(new Set(["memory", "wikitext2_ppl"]));
    expect(new Set(rows.map((row) => row.model))).toEqual(new Set(["Qwen/Qwen3-1.7B"]));
  });

  it("stand beside C4 under the rule of the paper and under the list of its code", () => {
    for (const protocol of ["c4-256", "c4-frozen"]) {
      const rows = publishedBeside(
        model,
        { ...input, name: c4.name, textSha256: "0".repeat(64), protocol },
        PAPER,
        "1",
      );
      expect(new Set(rows.map((row) => row.metric))).toEqual(new Set(["memory", "c4_ppl"]));
    }
  });

  it.each<[string, Partial<ModelFolder>, Partial<EvaluationInput>]>([
    ["another model's name", { name: "Qwen3-1.7B-Base" }, {}],
    ["another shape under the name", { config: { ...model.config, layers: 27 } }, {}],
    ["the shape under another paper model's name", { name: "Qwen3-14B" }, {}],
    ["another text under the name", {}, { textSha256: "0".repeat(64) }],
    ["another name of the text", {}, { name: "moby-dick" }],
    ["other windows", {}, { protocol: "gptq-2048-first8" }],
    ["C4 under another protocol", {}, { name: "c4", protocol: "c4-new" }],
  ])("do not for %s", (_, otherModel, otherInput) => {
    expect(publishedBeside({ ...model, ...otherModel }, { ...input, ...otherInput }, PAPER, "1")).toEqual([]);
  });

  it.each([{ groupSize: 128 }, { tiling: "2d" as const }, { aux: "u8" as const }])("do not for %j", (change) => {
    expect(publishedBeside(model, input, { ...PAPER, ...change }, "1")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { isPaperInput, paperDatasetOf } from "./paper-input.ts";

const sha256 = "696cca6b65a171b0a358a4be6732cdfdf2dd6164a32e20fd70e3c13fc4dfae83";

describe("isPaperInput", () => {
  it("is WikiText-2 with the paper's text and protocol", () => {
    expect(isPaperInput("wikitext2", sha256, "gptq-2048")).toBe(true);
    expect(isPaperInput("wikitext2", sha256.slice(0, 16), "gptq-2048")).toBe(true);
  });

  it.each([
    ["another name", "wikitext", sha256, "gptq-2048"],
    ["another text", "wikitext2", `0${sha256.slice(1)}`, "gptq-2048"],
    ["a text that differs in the last digit", "wikitext2", `${sha256.slice(0, -1)}4`, "gptq-2048"],
    ["too few digits", "wikitext2", sha256.slice(0, 15), "gptq-2048"],
    ["no digits", "wikitext2", "", "gptq-2048"],
    ["another window", "wikitext2", sha256, "gptq-256"],
    ["some of the windows", "wikitext2", sha256, "gptq-2048-first40"],
  ])("is not %s", (_, name, hash, protocol) => {
    expect(isPaperInput(name, hash, protocol)).toBe(false);
  });

  it("is C4 by its name, which only an opened data set has, under the paper's two protocols", () => {
    expect(isPaperInput("c4", "0".repeat(64), "c4-256")).toBe(true);
    expect(isPaperInput("c4", "0".repeat(64), "c4-frozen")).toBe(true);
    expect(isPaperInput("c4", "0".repeat(64), "c4-new")).toBe(false);
    expect(isPaperInput("c4", "0".repeat(64), "c4-256-first8")).toBe(false);
    expect(isPaperInput("c4-train", "0".repeat(64), "c4-256")).toBe(false);
  });
});

describe("a text's name", () => {
  const name = "wikitext2";

  it.each([64, 16])("follows from %i digits of its hash", (digits) => {
    expect(paperDatasetOf(sha256.slice(0, digits))?.name).toBe(name);
  });

  it("does not follow from fewer, or from another hash", () => {
    expect(paperDatasetOf(sha256.slice(0, 15))).toBeUndefined();
    expect(paperDatasetOf("0".repeat(64))).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { modelSlug } from "./model-slug.ts";

describe("modelSlug", () => {
  it.each([
    ["Qwen/Qwen3-1.7B", "Qwen--Qwen3-1.7B"],
    ["embedded", "embedded"],
    ["/data/models/stories15M", "stories15M"],
    ["/data/models/stories15M/", "stories15M"],
    ["./models/stories15M", "stories15M"],
    ["C:\\models\\stories15M", "stories15M"],
  ])("%s is %s", (model, slug) => expect(modelSlug(model)).toBe(slug));

  it("keeps organisations apart", () => {
    expect(modelSlug("a/model")).not.toBe(modelSlug("b/model"));
    expect(modelSlug("a/model")).not.toBe(modelSlug("model"));
  });

  it.each(["my model", "modèle", ".hidden", "", "..", "/", "a:b", "x".repeat(300), "con*"])(
    "%j is a safe file name",
    (model) => {
      expect(modelSlug(model)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}$/);
    },
  );

  it("does not let two names meet after their characters were replaced or cut", () => {
    expect(modelSlug("a b")).not.toBe(modelSlug("a:b"));
    expect(modelSlug("a b")).not.toBe(modelSlug("a_b"));
    expect(modelSlug(`${"x".repeat(200)}1`)).not.toBe(modelSlug(`${"x".repeat(200)}2`));
  });
});

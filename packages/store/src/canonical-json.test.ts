import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

describe("canonicalJson", () => {
  it("does not depend on the order of keys, and drops what is undefined", () => {
    const text = '{"a":[1,"x",null],"b":{"c":true,"d":-0.5}}';
    expect(canonicalJson({ b: { d: -0.5, c: true }, gone: undefined, a: [1, "x", null] })).toBe(text);
    expect(canonicalJson({ a: [1, "x", null], b: { c: true, d: -0.5 } })).toBe(text);
  });

  it("tells infinities and NaN apart", () => {
    const texts = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, null, "Infinity"].map(canonicalJson);
    expect(new Set(texts).size).toBe(5);
  });

  it("keeps the order of lists", () => expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2])));

  it.each([[() => 1], [new Float32Array(2)], [10n], [[undefined]]])("refuses %s", (value) =>
    expect(() => canonicalJson({ value })).toThrow(TypeError),
  );
});

import { describe, expect, it } from "vitest";
import { colorDistance, contrastToWhite, VISIONS } from "./fixtures/color-vision.ts";
import { isMethodId, METHOD_STYLES, methodStyle, publishedId } from "./method-styles.ts";

const ids = Object.keys(METHOD_STYLES);
const pairs = (list: readonly string[]) => list.flatMap((a, i) => list.slice(0, i).map((b) => [a, b] as const));

/** Every id that the command line knows or will know. */
const METHODS = `bf16 rtn rtn-sym hadamard-rtn hqq hqq-sinq nf4 fp4 nf4-shift sinq sinq-sym sinq-nf4 sinq-nf3 sinq-hqq
  sinq-no-overhead awq awq-column asinq gptq hadamard-gptq`.split(/\s+/);

describe("method styles", () => {
  it("has every method, each with its own name", () => {
    expect([...ids].sort()).toEqual([...METHODS].sort());
    expect(new Set(ids.map((id) => methodStyle(id).label)).size).toBe(ids.length);
    for (const id of ids) expect(methodStyle(id).color).toMatch(/^#[0-9A-F]{6}$/);
  });

  it.each(VISIONS)("keeps any two colours apart to readers with %s vision", (vision) => {
    const close = pairs(ids).filter(
      ([a, b]) => colorDistance(methodStyle(a).color, methodStyle(b).color, vision) < 0.07,
    );
    expect(close).toEqual([]);
  });

  it.each(VISIONS)("keeps the methods of the first table well apart to readers with %s vision", (vision) => {
    const close = pairs(["bf16", "rtn", "hadamard-rtn", "hqq", "sinq"]).filter(
      ([a, b]) => colorDistance(methodStyle(a).color, methodStyle(b).color, vision) < 0.12,
    );
    expect(close).toEqual([]);
  });

  it("has colours that show on white", () => {
    expect(ids.filter((id) => contrastToWhite(methodStyle(id).color) < 2)).toEqual([]);
  });

  it("keeps the colours that earlier charts were drawn with", () => {
    expect(["rtn", "sinq", "hqq"].map((id) => methodStyle(id).color)).toEqual(["#D55E00", "#0072B2", "#58A888"]);
  });

  it("names a method it does not know by its id, in grey", () => {
    expect(isMethodId("mine")).toBe(false);
    expect(isMethodId("toString")).toBe(false);
    expect(methodStyle("toString")).toEqual({ label: "toString", color: "#767676" });
  });

  it("knows what the paper calls the bitsandbytes methods", () => {
    expect(["nf4", "fp4", "sinq", "mine"].map(publishedId)).toEqual(["bnb-nf4", "bnb-fp4", "sinq", "mine"]);
  });
});

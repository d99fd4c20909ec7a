import { describe, expect, it } from "vitest";
import { measure, quantity } from "./quantity.ts";

describe("quantity", () => {
  it.each([
    [0, "0"],
    [950, "950"],
    [9.996, "10.0"],
    [999.4, "999"],
    [999.6, "1.00 k"],
    [1000, "1 k"],
    [7020, "7.02 k"],
    [250e6, "250 M"],
    [1.254e9, "1.25 G"],
    [6.4e13, "64 T"],
  ])("%d prints as %s", (value, text) => expect(quantity(value)).toBe(text));

  it("puts a unit behind the prefix", () => {
    expect(measure(512, "B")).toBe("512 B");
    expect(measure(1_254_000_000, "B")).toBe("1.25 GB");
  });
});

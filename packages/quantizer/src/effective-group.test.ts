import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveGroup } from "./effective-group.ts";

describe("effectiveGroup", () => {
  it.each([
    [128, 64, 64],
    [64, 64, 64],
    [96, 64, 32],
    [48, 64, 16],
    [16, 64, 16],
    [16, 16, 16],
    [96, 48, 48],
    [34, 17, 17],
    [100, 200, 100],
    [68, 35, 17],
  ])("%i columns, group %i: %i", (width, requested, group) => {
    expect(effectiveGroup(width, requested).group).toBe(group);
  });

  it("tells of a halved group, and only of that", () => {
    expect(effectiveGroup(128, 64)).toEqual({ group: 64 });
    expect(effectiveGroup(96, 64).notice).toBe(
      "group size 64 does not divide 96 columns: halved to 32, as the published code does",
    );
  });

  it.each([
    [40, 64, /64 cannot be halved to 16 or more .* 40 columns; choose --group-size 40\.$/],
    [40, 32, /choose --group-size 20\.$/],
    [48, 20, /choose --group-size 16\.$/],
    [100, 30, /choose --group-size 25\.$/],
    [19, 16, /choose --group-size 19\.$/],
    [32, 8, /Group size 8 .*; choose --group-size 16\.$/],
    [24, 15, /choose --group-size 24\.$/],
    [15, 64, /15 columns; leave this tensor in full precision\.$/],
  ])("%i columns, group %i: refused with what to do", (width, requested, message) => {
    expect(() => effectiveGroup(width, requested)).toThrow(message);
    expect(() => effectiveGroup(width, requested)).toThrow(expect.objectContaining({ code: "group-does-not-fit" }));
  });

  it.each([0, -64, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d as a group size", (requested) => {
    expect(() => effectiveGroup(64, requested)).toThrow(expect.objectContaining({ code: "invalid-group-size" }));
  });

  it("gives the first of the halvings that divides the width", () => {
    const widths = fc.integer({ min: 1, max: 4096 });
    const sizes = fc.integer({ min: 1, max: 512 });
    fc.assert(
      fc.property(widths, sizes, (width, requested) => {
        const halvings = [requested];
        while (halvings[0] > 1) halvings.unshift(Math.floor(halvings[0] / 2));
        const first = halvings.reverse().find((size) => width % size === 0);
        if (first !== undefined && first >= 16) expect(effectiveGroup(width, requested).group).toBe(first);
        else expect(() => effectiveGroup(width, requested)).toThrow(`Group size ${requested} `);
      }),
    );
  });
});

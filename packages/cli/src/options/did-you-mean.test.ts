import { describe, expect, it } from "vitest";
import { closest, editDistance } from "./did-you-mean.ts";

describe("did you mean", () => {
  it.each([
    ["", "abc", 3],
    ["sinq", "sinq", 0],
    ["snqi", "sinq", 2],
    ["isnq", "sinq", 1],
    ["kitten", "sitting", 3],
  ])("%s and %s differ by %d", (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

  it("finds the nearest name, whatever the case, and none when all are far", () => {
    const known = ["bf16", "rtn", "sinq"];
    expect(closest("SINK", known)).toBe("sinq");
    expect(closest("rtm", known)).toBe("rtn");
    // Equally near: the first in the list.
    expect(closest("rtx", ["rtn", "rta"])).toBe("rtn");
    expect(closest("completely-else", known)).toBeUndefined();
    expect(closest("xyz", known)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { closestName } from "./closest-name.ts";

const names = ["rtn", "rtn-sym", "nf4-shift", "sinq", "sinq-sym", "sinq-nf4"];

describe("closestName", () => {
  it.each([
    ["sinqq", "sinq"],
    ["snq", "sinq"],
    ["siqn", "sinq"],
    ["sing", "sinq"],
    ["SINQ", "sinq"],
    ["sinq_sym", "sinq-sym"],
    ["sinq-nf5", "sinq-nf4"],
    ["rtn sym", "rtn-sym"],
    ["trn", "rtn"],
    ["nf4shift", "nf4-shift"],
    ["nf-hsitf", "nf4-shift"],
  ])("%s is %s", (typed, name) => expect(closestName(typed, names)).toBe(name));

  it.each(["", "gptq", "banana", "rn4", "sn", "sqin4", "f-hsit"])("%j is like none of them", (typed) => {
    expect(closestName(typed, names)).toBeUndefined();
  });

  it("takes the nearest, and the first of equals", () => {
    expect(closestName("sinq-nf", ["sinq-sym", "sinq-nf3", "sinq-nf4"])).toBe("sinq-nf3");
    expect(closestName("abcdef", ["abcxyf", "abcdxf"])).toBe("abcdxf");
    expect(closestName("rtx", ["rtn", "rta"])).toBe("rtn");
  });
});

import { describe, expect, it } from "vitest";
import { bitList, methodList, nameList, regularExpression, wholeList, wholeNumber } from "./parse.ts";

describe("option values", () => {
  it("reads whole numbers from a least one on", () => {
    expect(wholeNumber(1)("12")).toBe(12);
    expect(wholeNumber(16)("16")).toBe(16);
    for (const text of ["0", "-1", "1.5", "1e3", "", "many", "99999999999999999999"]) {
      expect(() => wholeNumber(1)(text)).toThrow(/whole number of at least 1/);
    }
    expect(() => wholeNumber(16)("15")).toThrow(/16/);
  });

  it("reads lists in the order typed, each name once", () => {
    expect(nameList("sinq, rtn,,sinq")).toEqual(["sinq", "rtn"]);
    expect(bitList("4,3,4")).toEqual([4, 3]);
    expect(bitList("2,8")).toEqual([2, 8]);
    expect(() => nameList(" , ")).toThrow(/names/);
    for (const text of ["1", "9", "3.5", "three", ""]) expect(() => bitList(text)).toThrow();
  });

  it("reads lists of whole numbers that are multiples", () => {
    expect(wholeList(64)("1024, 64,1024")).toEqual([1024, 64]);
    expect(wholeList(1)("1,7")).toEqual([1, 7]);
    expect(() => wholeList(64)("64,100")).toThrow(/multiples of 64/);
    for (const text of ["0", "64,-64", "64;128", ","]) expect(() => wholeList(64)(text)).toThrow();
  });

  it("reads methods with their options, each once", () => {
    expect(methodList("rtn, sinq:code-2026-02,iterations=4,asinq,rtn")).toEqual([
      "rtn",
      "sinq:code-2026-02,iterations=4",
      "asinq",
    ]);
    expect(methodList("sinq:iterations=4, earlyStop=false,asinq:iterations=4,earlyStop=false")).toEqual([
      "sinq:iterations=4,earlyStop=false",
      "asinq:iterations=4,earlyStop=false",
    ]);
    expect(methodList("sinq:aux=u8,rtn:aux=u8")).toEqual(["sinq:aux=u8", "rtn:aux=u8"]);
    expect(methodList("iterations=4")).toEqual(["iterations=4"]);
    expect(() => methodList(" , ")).toThrow(/method/);
  });

  it("rejects a broken regular expression", () => {
    expect(regularExpression("^a").test("ab")).toBe(true);
    expect(() => regularExpression("(")).toThrow(/expression/i);
  });
});

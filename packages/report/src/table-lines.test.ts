import { describe, expect, it } from "vitest";
import { experiment, invent } from "./fixtures/rows.ts";
import { tableLines } from "./table-lines.ts";

const lines = (rows: ReturnType<typeof invent>) => tableLines(experiment, rows).map((line) => [line.bits, line.label]);

describe("tableLines", () => {
  it("puts bf16 first, then bits and methods in the experiment's order", () => {
    expect(lines(invent())).toEqual([
      [16, "BF16"],
      ...[3, 4].flatMap((bits) => ["RTN", "Hadamard + RTN", "HQQ", "SINQ"].map((label) => [bits, label])),
    ]);
  });

  it("puts what the experiment does not name last, as it first appears", () => {
    const more = ["zeta", "alpha"].flatMap((method) => invent("m", { method, bits: 4 }).slice(0, 1));
    const five = invent("m", { bits: 5 }).filter((row) => row.method === "sinq");
    expect(lines([...five, ...more, ...invent("m")]).slice(5)).toEqual([
      [4, "RTN"],
      [4, "Hadamard + RTN"],
      [4, "HQQ"],
      [4, "SINQ"],
      [4, "zeta"],
      [4, "alpha"],
      [5, "SINQ"],
    ]);
  });

  it("gathers models and texts of a method into one line", () => {
    const all = tableLines(experiment, [...invent("a"), ...invent("b")]);
    expect(all).toHaveLength(9);
    expect(all.map((line) => line.rows.length)).toEqual(all.map(() => 4));
  });

  it("says the settings where a method stands there twice", () => {
    const other = invent("Qwen/Qwen3-1.7B", { group_size: 128, tiling: "2d", aux: "u8" });
    const sinq4 = other.filter((row) => row.method === "sinq" && row.bits === 4);
    expect(lines([...invent(), ...sinq4]).slice(-3)).toEqual([
      [4, "HQQ"],
      [4, "SINQ (g64 1d f16)"],
      [4, "SINQ (g128 2d u8)"],
    ]);
    const eight = invent("m", { aux: "u8" }).filter((row) => row.method === "sinq" && row.bits === 4);
    expect(lines([...invent("m"), ...eight]).slice(-2)).toEqual([
      [4, "SINQ (f16)"],
      [4, "SINQ (u8)"],
    ]);
    const four = invent("m", { options: "iterations=4" }).filter((row) => row.method === "sinq" && row.bits === 4);
    expect(lines([...invent("m"), ...four]).slice(-2)).toEqual([
      [4, "SINQ"],
      [4, "SINQ (iterations=4)"],
    ]);
  });

  it("finds a method that the experiment names with settings", () => {
    const named = { ...experiment, methods: ["sinq:aux=u8", "rtn"] };
    expect(tableLines(named, invent()).map((line) => line.method)).toEqual([
      "bf16",
      "sinq",
      "rtn",
      "hqq",
      "hadamard-rtn",
      "sinq",
      "rtn",
      "hqq",
      "hadamard-rtn",
    ]);
  });
});

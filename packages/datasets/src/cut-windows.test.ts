import { describe, expect, it } from "vitest";
import { cutWindows } from "./cut-windows.ts";
import { protocolName } from "./protocol-name.ts";

const ids = Int32Array.from({ length: 11 }, (_, i) => i);

describe("cutWindows", () => {
  it("cuts windows without overlap and drops the incomplete tail", () => {
    const cut = cutWindows(ids, { length: 4 });
    expect(cut).toEqual({ length: 4, count: 2, ids: ids.slice(0, 8), dropped: 3 });
  });

  it("keeps a last window that is exactly full", () => {
    expect(cutWindows(ids.subarray(0, 8), { length: 4 })).toMatchObject({ count: 2, dropped: 0 });
    expect(cutWindows(ids, { length: 11 })).toMatchObject({ count: 1, dropped: 0 });
  });

  it("keeps the last whole windows when asked to, where the first cuts would put them", () => {
    const cut = cutWindows(ids, { length: 3, limit: 2, keep: "end" });
    expect(cut).toEqual({ length: 3, count: 2, ids: ids.slice(3, 9), dropped: 5 });
    expect(cutWindows(ids, { length: 3, limit: 9, keep: "end" })).toEqual(cutWindows(ids, { length: 3 }));
    expect(protocolName("gptq-3", 2, 3, "end")).toBe("gptq-3-last2");
    expect(protocolName("gptq-3", 3, 3, "end")).toBe("gptq-3");
  });

  it("keeps the first windows up to a limit", () => {
    expect(cutWindows(ids, { length: 3, limit: 2 })).toEqual({ length: 3, count: 2, ids: ids.slice(0, 6), dropped: 5 });
    expect(cutWindows(ids, { length: 3, limit: 3 }).count).toBe(3);
    expect(cutWindows(ids, { length: 3, limit: 9 })).toMatchObject({ count: 3, dropped: 2 });
  });

  it("does not share memory with what it was given", () => {
    const own = ids.slice();
    const cut = cutWindows(own, { length: 4 });
    own.fill(-1);
    expect(cut.ids[0]).toBe(0);
  });

  it("refuses a text shorter than one window", () => {
    expect(() => cutWindows(ids, { length: 12 }, "poem")).toThrow(
      expect.objectContaining({ code: "text-too-short", message: expect.stringMatching(/^poem has 11 tokens.*12/) }),
    );
    expect(() => cutWindows(new Int32Array(0), { length: 2 })).toThrow(/has 0 tokens/);
  });

  it.each([1, 0, -4, 2.5, Number.NaN])("refuses windows of %d tokens", (length) => {
    expect(() => cutWindows(ids, { length })).toThrow(expect.objectContaining({ code: "bad-window" }));
  });

  it("takes windows of two tokens, the shortest with a prediction", () => {
    expect(cutWindows(ids, { length: 2 }).count).toBe(5);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a limit of %d windows", (limit) => {
    expect(() => cutWindows(ids, { length: 4, limit })).toThrow(expect.objectContaining({ code: "bad-window-limit" }));
  });
});

describe("protocolName", () => {
  it.each([
    ["gptq-2048", 146, 146, "gptq-2048"],
    ["gptq-2048", 40, 146, "gptq-2048-first40"],
    ["gptq-2048", 145, 146, "gptq-2048-first145"],
    ["rows", 400, 400, "rows"],
    ["rows", 8, 400, "rows-first8"],
  ] as const)("of %s with %i of %i windows", (rule, taken, whole, name) => {
    expect(protocolName(rule, taken, whole)).toBe(name);
  });
});

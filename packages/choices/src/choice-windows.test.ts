import { describe, expect, it } from "vitest";
import type { ChoiceItem } from "./choice-item.ts";
import { choiceWindows } from "./choice-windows.ts";
import { logLikelihoods } from "./log-likelihoods.ts";

/** A token a character. */
const characters = (bos: number | null = null) => ({
  encode: (text: string) => Int32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
  bos,
});
const item = (context: string, ...choices: string[]): ChoiceItem => ({ id: context, context, choices, answer: 0 });
const items = [
  item("The cat", "sat", "is a bird of the sea"),
  item("A", "b", "c d", "e"),
  item("A much longer context that goes on", "and on", "and"),
];

/** A loss that tells the token and all that came before it. */
const lossOf = (ids: Int32Array, position: number) => {
  let state = 17;
  for (let i = 0; i <= position; i++) state = (Math.imul(state, 31) + ids[i]) % 9973;
  return Math.fround(Math.abs(state) / 997);
};

function losses(sets: readonly { length: number; count: number; ids: Int32Array }[]): Float32Array[] {
  return sets.map(({ length, count, ids }) => {
    const nll = new Float32Array(count * (length - 1));
    for (let window = 0; window < count; window++) {
      const own = ids.subarray(window * length, (window + 1) * length);
      for (let i = 1; i < length; i++) nll[window * (length - 1) + i - 1] = lossOf(own, i);
    }
    return nll;
  });
}

describe("choiceWindows", () => {
  it("puts every answer behind its context, once", () => {
    const { sets, spans } = choiceWindows("some", items, characters(), 100);
    for (const [i, { context, choices }] of items.entries()) {
      for (const [c, choice] of choices.entries()) {
        const { set, window, start, end } = spans[i][c];
        const { ids, length } = sets[set];
        const own = ids.subarray(window * length, (window + 1) * length);
        expect(String.fromCharCode(...own.subarray(0, start))).toBe(context);
        expect(String.fromCharCode(...own.subarray(start, end))).toBe(` ${choice}`);
        expect([...own.subarray(end)]).toEqual(new Array(length - end).fill(0));
      }
    }
    const places = spans.flat().map(({ set, window }) => `${set}/${window}`);
    expect(new Set(places).size).toBe(7);
    expect(sets.reduce((sum, { count }) => sum + count, 0)).toBe(7);
    for (const { name, length, count, ids } of sets) {
      expect(name).toBe(`some-${length}`);
      expect(ids).toHaveLength(count * length);
    }
    expect(sets.map(({ length }) => length)).toEqual([...sets.map(({ length }) => length)].sort((a, b) => a - b));
  });

  it("pads by less than a quarter, or seven tokens", () => {
    for (let tokens = 3; tokens < 600; tokens++) {
      const one = choiceWindows("some", [item("x".repeat(tokens - 2), "y", "z")], characters(), 1000);
      expect(one.sets).toHaveLength(1);
      const [{ length }] = one.sets;
      expect(length).toBeGreaterThanOrEqual(tokens);
      expect(length - tokens).toBeLessThan(Math.max(8, tokens / 4));
      expect(length).toBeLessThanOrEqual(1000);
    }
  });

  it("cuts a context from its beginning where the model has too few positions", () => {
    const { sets, spans } = choiceWindows("some", [item("abcdefghij", "kl", "m")], characters(), 9);
    const [[first, second]] = spans;
    expect(sets.map(({ length }) => length)).toEqual([9]);
    expect(String.fromCharCode(...sets[0].ids.subarray(0, 9))).toBe("efghij kl");
    expect(first).toEqual({ set: 0, window: 0, start: 6, end: 9 });
    expect(String.fromCharCode(...sets[0].ids.subarray(9))).toBe("defghij m");
    expect(second).toEqual({ set: 0, window: 1, start: 7, end: 9 });
  });

  it("refuses an answer that leaves no token before it", () => {
    expect(choiceWindows("some", [item("abc", "1234567", "x")], characters(), 9).spans[0][0].start).toBe(1);
    expect(() => choiceWindows("some", [item("abc", "12345678", "x")], characters(), 9)).toThrow(
      expect.objectContaining({ code: "choice-too-long", message: expect.stringContaining("some, item abc") }),
    );
  });

  it("refuses an answer without tokens of its own", () => {
    const deaf = { encode: (text: string) => characters().encode(text.trimEnd().slice(0, 3)), bos: null };
    expect(() => choiceWindows("some", [item("abc", "d", "e")], deaf, 100)).toThrow(
      expect.objectContaining({ code: "empty-continuation", message: expect.stringContaining("answer 1") }),
    );
  });

  it("begins with the tokenizer's first token", () => {
    const { sets, spans } = choiceWindows("some", [item("ab", "c", "d")], characters(94), 100);
    expect(String.fromCharCode(...sets[0].ids.subarray(0, 5))).toBe("^ab c");
    expect(spans[0][0]).toMatchObject({ start: 3, end: 5 });
  });
});

describe("logLikelihoods", () => {
  it("sums the losses of an answer's own tokens", () => {
    const windows = choiceWindows("some", items, characters(), 100);
    const found = logLikelihoods(windows, losses(windows.sets));
    const expected = items.map(({ context, choices }) =>
      choices.map((choice) => {
        const ids = characters().encode(`${context} ${choice}`);
        let sum = 0;
        for (let position = context.length; position < ids.length; position++) sum -= lossOf(ids, position);
        return sum;
      }),
    );
    expect(found).toEqual(expected);
  });
});

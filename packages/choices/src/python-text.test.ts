import { describe, expect, it } from "vitest";
import { capitalize, length, rstrip, strip } from "./python-text.ts";

/** What Python 3.11 answers. */
describe("Python's string methods", () => {
  it.each([
    ["  a b\t\n", "a b"],
    ["\u001c\u0085\u00a0\u3000x\u2009\u2029", "x"],
    ["\ufeffx\ufeff", "\ufeffx\ufeff"],
    ["\u200bx\u200b", "\u200bx\u200b"],
    ["", ""],
    [" \n ", ""],
  ])("strip(%j) is %j", (text, stripped) => expect(strip(text)).toBe(stripped));

  it("rstrip leaves the beginning", () => expect(rstrip("\n a \u0085")).toBe("\n a"));

  it.each([
    ["then HE", "Then he"],
    ["élan ÉT", "Élan ét"],
    ["ßeta", "Sseta"],
    ["ﬁne", "Fine"],
    [" x", " x"],
    ["𐐨b", "𐐀b"],
    ["1ST", "1st"],
    ["", ""],
  ])("capitalize(%j) is %j", (text, expected) => expect(capitalize(text)).toBe(expected));

  it("len counts characters", () => expect(["", "aé", "🙂b", "e\u0301"].map(length)).toEqual([0, 2, 2, 2]));
});

import { describe, expect, it } from "vitest";
import { duration } from "./duration.ts";

describe("duration", () => {
  it.each([
    [-3, "0 s"],
    [0.4, "0 s"],
    [59.4, "59 s"],
    [59.6, "1:00"],
    [125, "2:05"],
    [3599.6, "1:00:00"],
    [3729, "1:02:09"],
  ])("%d seconds read %s", (seconds, text) => expect(duration(seconds)).toBe(text));
});

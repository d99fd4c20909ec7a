import { describe, expect, it } from "vitest";
import { invented as run } from "../testing/invented-run.ts";
import { clock, statusHtml } from "./status-html.ts";

describe("a run's status", () => {
  it("says how far it is, what is left, and shows its table filling in", () => {
    const { text } = statusHtml([run], new Date("2026-01-01T00:03:59.000Z"));
    expect(text).toContain("table1 is running on tiny&lt;model&gt;");
    expect(text).toContain("block 3 of 7, about 2:05 min left");
    expect(text).toContain('value="40"');
    expect(text).toContain("2 of 4 cells done, 1 running, 1 to come</p>");
    expect(text).toContain(
      '<td>SINQ</td><td>4 bits</td><td class="num running">running</td><td class="num waiting">to come</td>',
    );
    expect(text).toContain('<td>BF16</td><td>16 bits</td><td class="num done">149.58</td><td class="num absent"></td>');
    expect(text).toContain('<td class="num done">done</td>');
  });

  it("wonders about a run that has long said nothing, and says nothing where nothing runs", () => {
    const { text } = statusHtml([{ ...run, seconds_left: null, done: 7 }], new Date("2026-01-01T00:04:01.000Z"));
    expect(text).toContain("(no news for 3:01 min; was the run ended?)");
    expect(statusHtml([run], new Date("2026-01-01T00:04:00.000Z")).text).not.toContain("no news");
    expect(text).toContain("<p>block 3 of 7</p>");
    expect(text).toContain('value="100"');
    expect(statusHtml([], new Date()).text).toBe("");
  });

  it.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [59.6, "1:00 min"],
    [3599, "59:59 min"],
    [3600, "1:00:00 h"],
    [-3, "0 s"],
  ])("%f seconds are %s", (seconds, words) => expect(clock(seconds)).toBe(words));
});

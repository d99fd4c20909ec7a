import { expect, it } from "vitest";
import { Stopwatch } from "./stopwatch.ts";

/** A watch on a clock that is set by hand. */
function watchAt(times: number[]): Stopwatch {
  return new Stopwatch(2, () => times.shift()!);
}

it("counts what the runtime took, and what lies between two runs of one pass", () => {
  // Runs from 10 to 12, 15 to 16 and 17 to 20, of which the last is of another pass.
  const watch = watchAt([12, 16, 20]);
  watch.ran(2, "block 1");
  watch.ran(1, "block 1");
  watch.ran(3, "block 2");
  expect(watch).toMatchObject({ calibration: 6, statistics: 3 });
});

it("counts what lies between the last run and the method, once", () => {
  const watch = watchAt([12, 17]);
  watch.ran(2, "block 1");
  watch.begin();
  watch.begin();
  expect(watch).toMatchObject({ calibration: 2, statistics: 5 });
});

it("does not count as statistics what the method takes between two passes", () => {
  const watch = watchAt([12, 13, 30]);
  watch.ran(2, "block 1");
  watch.begin();
  watch.ran(4, "block 1");
  expect(watch).toMatchObject({ calibration: 6, statistics: 1 });
});

it("takes nothing back where a run began before the last one's end was heard of", () => {
  const watch = watchAt([12, 13]);
  watch.ran(2, "block 1");
  watch.ran(4, "block 1");
  expect(watch.statistics).toBe(0);
});

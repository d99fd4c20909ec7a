import { expect, test } from "vitest";
import { Losses, targetColumns } from "./losses.ts";

/** Two windows of three tokens over a vocabulary of five, whose logits are written out. */
const SET = { name: "set", length: 3, count: 2, ids: Int32Array.of(0, 4, 1, 2, 3, 0) };
const BATCH = { set: 0, length: 3, firstWindow: 0, windows: 2, tokens: 6 };
const LOGITS = Array.from({ length: 6 }, (_, token) =>
  Array.from({ length: 5 }, (_, v) => ((token * 7 + v * 3) % 5) - v),
);
const logSumExp = (values: number[]) => Math.log(values.reduce((sum, x) => sum + Math.exp(x), 0));

/** What the head graph returns for rows [first, end). */
function headOutputs(first: number, end: number) {
  const columns = targetColumns(SET, BATCH, first, end);
  const logit = LOGITS.map((row, token) => row[first + Number(columns[token])]!);
  const share = LOGITS.map((row, token) => logit[token]! - logSumExp(row.slice(first, end)));
  return [Float32Array.from(logit), Float32Array.from(share)] as const;
}

test.each([[[5]], [[2, 4, 5]], [[1, 2, 3, 4, 5]]])(
  "slices ending at %j give the losses of the whole vocabulary",
  (ends) => {
    const losses = new Losses([SET]);
    let first = 0;
    for (const end of ends) {
      losses.add(BATCH, ...headOutputs(first, end), first, end);
      first = end;
    }
    const expected = [0, 1, 3, 4].map((token) => logSumExp(LOGITS[token]!) - LOGITS[token]![SET.ids[token + 1]!]!);
    const [nll] = losses.finish();
    expect(nll).toHaveLength(4);
    nll!.forEach((loss, i) => {
      expect(loss).toBeCloseTo(expected[i]!, 5);
    });
  },
);

test("a column outside the slice, and the last position of a window, read the first row", () => {
  expect(Array.from(targetColumns(SET, BATCH, 1, 4))).toEqual([0n, 0n, 0n, 2n, 0n, 0n]);
});

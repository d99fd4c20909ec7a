import { loadTokenizer } from "@sinqbench/datasets";
import { describe, expect, it } from "vitest";
import { encodeChoice } from "./encode-choice.ts";
import { fixture, harness } from "./testing.ts";

const tokenizer = await loadTokenizer(fixture("tokenizer"));

describe("encodeChoice", () => {
  it.each([
    ["with the tokenizer's first token", tokenizer, harness().pairs],
    ["without", { ...tokenizer, bos: null }, harness().pairsWithoutBos],
  ])("splits as lm-evaluation-harness does, %s", (_, encoder, pairs) => {
    for (const { context, continuation, contextIds, continuationIds } of pairs) {
      const { ids, start } = encodeChoice(encoder, context, continuation);
      // A context that merges into its continuation is not the beginning of both: only the split counts.
      expect([...ids.subarray(start)], JSON.stringify([context, continuation])).toEqual(continuationIds);
      expect(start).toBe(contextIds.length);
    }
  });
});

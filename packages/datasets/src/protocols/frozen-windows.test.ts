import { expect, it } from "vitest";
import { datasetManifests } from "../manifests/read-manifests.ts";
import { pythonRandom } from "../random/python-random.ts";
import { frozenWindows } from "./frozen-windows.ts";

/** Documents that may be passed over before one is long enough. */
const MOST_SHORT = 400;
/** Draws of one start that may lie beyond the document's last start. */
const MOST_REJECTED = 40;
/** Bits of a number of starts: no document of the shard has 2^17 tokens. */
const MOST_BITS = 17;

/**
 * Positions in the generator's words at which a listed start can have been drawn completely: for some number of starts (which
 * the list does not tell), the high bits of a word are the start, and those of all words before it are too large.
 */
function afterStart(words: Uint32Array, from: number, start: number): number[] {
  const ends: number[] = [];
  for (let bits = Math.max(1, start.toString(2).length); bits <= MOST_BITS; bits++) {
    const fewest = Math.max(2 ** (bits - 1), start + 1);
    for (let at = from; at < from + MOST_REJECTED; at++) {
      const value = words[at] >>> (32 - bits);
      if (value === start && start < 2 ** bits) ends.push(at + 1);
      if (value < fewest) break;
    }
  }
  return ends;
}

it("the published list is what the rule of c4-256 draws with this generator, whatever tokenizer it was made with", () => {
  const { rows } = datasetManifests().find(({ name }) => name === "c4")!;
  const random = pythonRandom(0);
  // One value short of all 32 bits: the words as they come.
  const words = Uint32Array.from({ length: 20_000 }, () => random.randint(0, 2 ** 32 - 2));
  const documentBits = rows.toString(2).length;
  let positions = new Set([0]);
  for (const { document, offset } of frozenWindows()) {
    const next = new Set<number>();
    for (const position of positions) {
      for (let at = position, tried = 0; tried < MOST_SHORT && at < words.length; at++) {
        const drawn = words[at] >>> (32 - documentBits);
        if (drawn >= rows) continue;
        tried++;
        if (drawn === document) for (const end of afterStart(words, at + 1, offset)) next.add(end);
      }
    }
    expect(next.size, `window at token ${offset} of document ${document}`).toBeGreaterThan(0);
    positions = next;
  }
  expect([...positions]).toEqual([13_433]);
});

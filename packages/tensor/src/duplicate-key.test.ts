import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duplicateKey } from "./duplicate-key.ts";

describe("duplicateKey", () => {
  it("finds nothing in what JSON.stringify writes", () => {
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), (json) => duplicateKey(json) === undefined));
  });

  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"a":{"x":1},"b":{"y":1,"y":2}}', "y"],
    ['{"a":[{"k":1}],"b":[1,"a"],"a":0}', "a"],
    ['{ "a\\"b" : "," , "a\\u0022b" : 1 }', 'a"b'],
    ['{"A":1,"\\u0041":2}', "A"],
    ['[{"q":[],"q":{}}]', "q"],
  ])("finds the one in %s", (json, key) => {
    expect(duplicateKey(json)).toBe(key);
  });

  it.each(['{"a":"a","b":["a","a"],"c":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":"{\\"a\\":1}"}', '"a"'])(
    "takes no value for a key in %s",
    (json) => {
      expect(duplicateKey(json)).toBeUndefined();
    },
  );
});

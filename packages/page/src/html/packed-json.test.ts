import { inflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { packedJson } from "./packed-json.ts";

it("packs JSON so that it comes back, is small where it repeats itself, and cannot end its element", () => {
  const value = Array.from({ length: 500 }, (_, i) => ({ name: "</script><!--", umlaut: "\u00e4\u2212", i: i % 7 }));
  const packed = packedJson(value);
  expect(packed).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(JSON.parse(inflateRawSync(Buffer.from(packed, "base64")).toString())).toEqual(value);
  expect(packed.length * 20).toBeLessThan(JSON.stringify(value).length);
  expect(packedJson(value)).toBe(packed);
});

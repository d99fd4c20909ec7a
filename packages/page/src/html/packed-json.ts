import { deflateRawSync } from "node:zlib";

/** A value as JSON, compressed and in base64: nothing in it can end a script element. `client/unpack.ts` reads it. */
export function packedJson(value: unknown): string {
  return deflateRawSync(JSON.stringify(value), { level: 9 }).toString("base64");
}

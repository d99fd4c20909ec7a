import { sha256Hex } from "@sinqbench/tensor";
import type { Protocol } from "./protocol.ts";

/** sha256 of what a protocol does, whatever it is called: 64 hexadecimal digits. */
export function protocolSha256({ window, firstScored, rule }: Protocol): string {
  return sha256Hex(JSON.stringify({ window, firstScored, rule: Object.fromEntries(Object.entries(rule).sort()) }));
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { unreadableFile } from "./messages.ts";

/** sha256 of bytes, or of a text's UTF-8 bytes, as 64 hexadecimal digits. */
export function sha256Hex(bytes: NodeJS.ArrayBufferView | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * sha256 of a file's bytes as 64 hexadecimal digits, read as a stream.
 *
 * @throws BenchError `missing-file`, `unreadable-file`
 */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  return hash.digest("hex");
}

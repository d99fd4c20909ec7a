import { decodedText } from "./decoded-text.ts";

/**
 * A whole UTF-8 file, every character of it (line ends and a byte order mark stay as they are).
 *
 * @throws BenchError `unreadable-text`, `not-utf8`, `damaged-gzip`
 */
export async function readText(path: string): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of decodedText(path)) pieces.push(piece);
  return pieces.join("");
}

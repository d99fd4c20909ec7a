import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { damagedGzip, notUtf8, unreadableText } from "../messages.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * The characters of a UTF-8 file in pieces of about a megabyte; a name ending in .gz is unpacked on the way. A byte order
 * mark stays as it is.
 *
 * @throws BenchError `unreadable-text`, `not-utf8`, `damaged-gzip`
 */
export async function* decodedText(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for await (const bytes of unpackedBytes(path)) yield decode(path, () => decoder.decode(bytes, { stream: true }));
  yield decode(path, () => decoder.decode());
}

async function* unpackedBytes(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const unpack = createGunzip({ chunkSize: CHUNK_BYTES });
  try {
    // pipe() hands no errors on: a missing file must end the unpacking too.
    yield* /\.gz$/i.test(path) ? file.on("error", (cause) => unpack.destroy(cause)).pipe(unpack) : file;
  } catch (cause) {
    throw (cause as { code?: string }).code?.startsWith("Z_") ? damagedGzip(path, cause) : unreadableText(path, cause);
  } finally {
    file.destroy();
    unpack.destroy();
  }
}

function decode(path: string, read: () => string): string {
  try {
    return read();
  } catch {
    throw notUtf8(path);
  }
}

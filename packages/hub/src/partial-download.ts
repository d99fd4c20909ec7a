import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import type { BlobDownload } from "./download-blob.ts";
import type { Hub } from "./hub.ts";
import { connectionCut, wrongChecksum } from "./messages.ts";
import { PassingFailure } from "./passing-failure.ts";
import { exchange } from "./request.ts";
import { withRetries } from "./with-retries.ts";

const READ_BYTES = 1 << 20;

/** One file on its way: the partial file, how much of it is there, and the checksum of that. */
export class PartialDownload {
  #hash: Hash;
  /** Bytes written, and taken into the checksum. */
  #size = 0;

  constructor(
    private readonly hub: Hub,
    private readonly download: BlobDownload,
    private readonly path: string,
  ) {
    this.#hash = this.#newHash();
  }

  /** Downloads what is missing and moves the file to its place. Bytes that do not give the checksum are fetched anew, once. */
  async run(): Promise<void> {
    const { target, file, blob } = this.download;
    const partial = await open(this.path, "a+");
    try {
      await this.#adopt(partial);
      let found = await this.#complete(partial);
      if (found !== file.blob) {
        await this.#startOver(partial);
        found = await this.#complete(partial);
      }
      if (found !== file.blob) {
        await rm(this.path, { force: true });
        throw wrongChecksum(target, file.path, file.blob, found);
      }
      await partial.datasync();
    } finally {
      await partial.close();
    }
    await rename(this.path, blob);
  }

  /** Takes over what an earlier download left. */
  async #adopt(partial: FileHandle): Promise<void> {
    const { size } = await partial.stat();
    if (size > this.download.file.size) return this.#startOver(partial);
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    while (this.#size < size) {
      this.hub.signal?.throwIfAborted();
      const { bytesRead } = await partial.read(buffer, 0, READ_BYTES, this.#size);
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#size += bytesRead;
    }
  }

  async #startOver(partial: FileHandle): Promise<void> {
    await partial.truncate(0);
    this.download.onBytes(-this.#size);
    this.#hash = this.#newHash();
    this.#size = 0;
  }

  /** Fetches the rest, over as many connections as it takes; the checksum of the whole. */
  async #complete(partial: FileHandle): Promise<string> {
    await withRetries(
      this.hub,
      () => this.#fetchRest(partial),
      () => this.#size,
    );
    return this.#hash.copy().digest("hex");
  }

  async #fetchRest(partial: FileHandle): Promise<void> {
    const { target, file, onBytes } = this.download;
    if (this.#size === file.size) return;
    const headers = this.#size > 0 ? { Range: `bytes=${this.#size}-` } : {};
    const subject = { ...target, path: file.path };
    await exchange(this.hub, subject, this.#url(), { headers }, async (response, alive) => {
      if (this.#size > 0 && response.status !== 206) await this.#startOver(partial);
      for await (const chunk of this.#chunks(response, alive)) {
        await partial.appendFile(chunk);
        this.#hash.update(chunk);
        this.#size += chunk.length;
        onBytes(chunk.length);
        // The checksum will say the rest; an answer without an end must not fill the disk.
        if (this.#size > file.size) break;
      }
    });
    if (this.#size < file.size) throw this.#cut();
  }

  async *#chunks(response: Response, alive: () => void): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.body ?? []) {
        alive();
        yield chunk;
      }
    } catch (cause) {
      this.hub.signal?.throwIfAborted();
      throw this.#cut(cause);
    }
  }

  #cut(cause?: unknown): PassingFailure {
    const { path, size } = this.download.file;
    return new PassingFailure(connectionCut(path, this.#size, size, cause));
  }

  #newHash(): Hash {
    const { blob, size } = this.download.file;
    // Git names a file by the sha1 of a header and the bytes.
    return blob.length === 64 ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
  }

  #url(): string {
    const { target, commit, file } = this.download;
    const prefix = target.type === "model" ? "" : `${target.type}s/`;
    const path = file.path.split("/").map(encodeURIComponent).join("/");
    return `${this.hub.settings.endpoint}/${prefix}${target.repo}/resolve/${commit}/${path}`;
  }
}

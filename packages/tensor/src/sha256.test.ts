import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256File, sha256Hex } from "./sha256.ts";
import { temporaryFolder } from "./test-files.ts";

const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe("sha256", () => {
  const folder = temporaryFolder();

  it("gives the standard's digest of text and of bytes", () => {
    expect(sha256Hex("abc")).toBe(abc);
    expect(sha256Hex(new TextEncoder().encode("abc"))).toBe(abc);
  });

  it("hashes only the bytes that a view covers", () => {
    expect(sha256Hex(new TextEncoder().encode("xabcx").subarray(1, 4))).toBe(abc);
    expect(sha256Hex(Int32Array.of(0x636261))).toBe(sha256Hex(Uint8Array.of(0x61, 0x62, 0x63, 0)));
  });

  it("hashes a file of several reads as its bytes", async () => {
    const bytes = Buffer.alloc((1 << 20) * 2 + 3, "SINQ");
    const path = join(folder(), "file");
    await writeFile(path, bytes);
    expect(await sha256File(path)).toBe(sha256Hex(bytes));
  });

  it("names a file that is not there", async () => {
    const path = join(folder(), "absent");
    await expect(sha256File(path)).rejects.toMatchObject({
      code: "missing-file",
      message: expect.stringContaining(path),
    });
  });
});

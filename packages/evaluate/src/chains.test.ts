import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Chains, openChains } from "./chains.ts";
import { FileChains } from "./file-chains.ts";

const chainFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("sinqbench-chains-"));

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "evaluate-chains-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const LENGTHS = [8, 3, 8];

const kinds: [string, () => Promise<Chains>][] = [
  ["memory", () => openChains(2, LENGTHS, 2 ** 20)],
  ["temporary files", () => openChains(2, LENGTHS, 0)],
  [
    "kept files",
    async () => new FileChains({ folder: await temporaryFolder(), lengths: LENGTHS, name: "c", kept: new Map() }),
  ],
];

describe.each(kinds)("%s", (_, open) => {
  async function filled(): Promise<Chains> {
    const chains = await open();
    onTestFinished(() => chains.close());
    for (const chain of [0, 1]) {
      for (const [batch, length] of LENGTHS.entries()) {
        await chains.put(chain, batch, chains.borrow(length).fill(10 * chain + batch));
      }
    }
    return chains;
  }

  test("every chain and batch keeps its own states, before and after a unit ends", async () => {
    const chains = await filled();
    for (const round of [0, 100, 200]) {
      for (const chain of [1, 0]) {
        for (const [batch, length] of LENGTHS.entries()) {
          const states = await chains.take(chain, batch);
          expect(states).toEqual(new Float32Array(length).fill(10 * chain + batch + round));
          await chains.put(chain, batch, states.fill(10 * chain + batch + round + 100));
          const again = await chains.take(chain, batch);
          expect(again[0]).toBe(10 * chain + batch + round + 100);
          await chains.restore(chain, batch, again);
        }
        chains.endUnit(chain, LENGTHS.length);
      }
    }
  });

  test("rows are gathered, and added to with a weight, in the last states put", async () => {
    const chains = await filled();
    chains.endUnit(1, LENGTHS.length);
    await chains.put(
      1,
      2,
      chains.borrow(8).map((_, i) => i),
    );
    const values = Float32Array.of(-1, -1, 10, 20, 30, 40);
    await chains.addRows(1, 2, 2, Int32Array.of(0, 3), values, 1, Float32Array.of(2, 0.5));
    const out = new Float32Array(10).fill(-7);
    await chains.gatherRows(1, 2, 2, Int32Array.of(0, 2, 3), out, 1);
    expect([...out]).toEqual([-7, -7, 20, 41, 4, 5, 21, 27, -7, -7]);
    expect([...(await chains.take(1, 0))]).toEqual(new Array(8).fill(10));
  });
});

test("temporary files are gone after close", async () => {
  const before = await chainFolders();
  const chains = await openChains(1, [4], 0);
  await chains.put(0, 0, chains.borrow(4));
  expect(await chainFolders()).toHaveLength(before.length + 1);
  await chains.close();
  expect(await chainFolders()).toEqual(before);
});

describe("kept files", () => {
  const open = (folder: string, kept = new Map<number, number>()) =>
    new FileChains({ folder, lengths: [2, 2], name: "c", kept });
  const put = async (chains: FileChains, chain: number, value: number, batches = [0, 1]) => {
    for (const batch of batches) await chains.put(chain, batch, chains.borrow(2).fill(value));
  };
  const read = async (chains: FileChains, chain: number) => (await chains.take(chain, 1))[0];

  test("what a unit ended with survives a unit that did not end", async () => {
    const folder = await temporaryFolder();
    const chains = open(folder);
    await put(chains, 0, 1);
    chains.endUnit(0, 2);
    const slot = chains.slotOf(0)!;
    chains.settled();
    await put(chains, 0, 2, [1]);
    expect(await read(chains, 0)).toBe(2);
    await chains.close();
    const later = open(folder, new Map([[0, slot]]));
    expect(await read(later, 0)).toBe(1);
    await later.close();
  });

  test("a slot is not used again before the record that names it is replaced", async () => {
    const folder = await temporaryFolder();
    const chains = open(folder);
    await put(chains, 0, 1);
    chains.endUnit(0, 2);
    const recorded = chains.slotOf(0)!;
    chains.settled();
    for (const value of [2, 3, 4]) {
      await put(chains, 0, value);
      chains.endUnit(0, 2);
      expect(chains.slotOf(0)).not.toBe(recorded);
    }
    await chains.close();
    const later = open(folder, new Map([[0, recorded]]));
    expect(await read(later, 0)).toBe(1);
    await later.close();
  });

  test("one slot more than chains is enough when every unit is recorded", async () => {
    const folder = await temporaryFolder();
    const chains = open(folder);
    for (let block = 0; block < 4; block++) {
      for (const chain of [0, 1, 2]) {
        await put(chains, chain, block);
        chains.endUnit(chain, 2);
        chains.settled();
      }
    }
    await chains.close();
    expect(await readdir(folder)).toHaveLength(4);
  });

  test("a unit with a batch missing is refused", async () => {
    const chains = open(await temporaryFolder());
    await put(chains, 0, 1, [0]);
    expect(() => chains.endUnit(0, 2)).toThrow("1 of 2 batches");
    await chains.close();
  });

  test.runIf(process.platform === "linux")("a full disk is one line that says what to do", async () => {
    const folder = await temporaryFolder();
    await symlink("/dev/full", join(folder, "c-0.f32"));
    const chains = open(folder);
    await expect(put(chains, 0, 1)).rejects.toMatchObject({
      code: "disk-full",
      message: expect.stringMatching(
        /^\S+: the disk is full; free some space and run the same command again, it continues[^\n]*$/,
      ),
    });
    await chains.close();
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readJournal, writeJournal } from "./journal.ts";
import { KeptState } from "./kept-state.ts";

const layouts = { variants: { count: 2, lengths: [2, 3] }, calibration: { count: 1, lengths: [4] } };

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "evaluate-kept-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(folder: string, plan = "plan") {
  const sums = [{ bytes: 0 }, { bytes: 0 }];
  const state = await KeptState.open({ folder, plan, layouts, sums });
  onTestFinished(() => state.close());
  return { state, sums };
}

async function pass(state: KeptState, kind: "variants" | "calibration", chain: number, value: number): Promise<void> {
  const { lengths } = layouts[kind];
  for (const [batch, length] of lengths.entries()) {
    await state[kind].put(chain, batch, new Float32Array(length).fill(value));
  }
  state.passed(kind, chain, lengths.length);
}

const firstOf = async (state: KeptState, kind: "variants" | "calibration", chain: number) =>
  (await state[kind].take(chain, 0))[0];

/** A run that passed one block with variant 0 and the calibration, two with variant 1, and was killed in a third. */
async function killedRun(): Promise<string> {
  const folder = await temporaryFolder();
  const { state, sums } = await open(folder);
  await pass(state, "calibration", 0, 5);
  await pass(state, "variants", 0, 1);
  sums[0]!.bytes = 100;
  await state.commit();
  for (const value of [2, 3]) {
    await pass(state, "variants", 1, value);
    sums[1]!.bytes = 10 * value;
    await state.commit();
  }
  sums[1]!.bytes = -1;
  await pass(state, "variants", 1, 4);
  await state.variants.put(0, 0, Float32Array.of(9, 9));
  return folder;
}

describe("a run that was killed", () => {
  test("is found as of its last commit", async () => {
    const { state, sums } = await open(await killedRun());
    expect([0, 1].map((chain) => state.done("variants", chain))).toEqual([1, 2]);
    expect(state.done("calibration", 0)).toBe(1);
    expect(await firstOf(state, "variants", 0)).toBe(1);
    expect(await firstOf(state, "variants", 1)).toBe(3);
    expect(await firstOf(state, "calibration", 0)).toBe(5);
    expect(sums).toEqual([{ bytes: 100 }, { bytes: 30 }]);
  });

  test("leaves no file that nobody names", async () => {
    const folder = await killedRun();
    const before = await readdir(folder);
    await open(folder);
    expect(before.filter((name) => name.endsWith(".f32"))).toHaveLength(5);
    expect((await readdir(folder)).filter((name) => name.endsWith(".f32"))).toHaveLength(3);
  });

  test("can go on and be killed again", async () => {
    const folder = await killedRun();
    const { state } = await open(folder);
    await pass(state, "variants", 0, 6);
    await state.commit();
    await pass(state, "variants", 0, 7);
    const again = (await open(folder)).state;
    expect(again.done("variants", 0)).toBe(2);
    expect(await firstOf(again, "variants", 0)).toBe(6);
    expect(await firstOf(again, "variants", 1)).toBe(3);
  });

  const isNew = async (folder: string, plan?: string) => {
    const { state, sums } = await open(folder, plan);
    expect(state.done("variants", 1)).toBe(0);
    expect(sums).toEqual([{ bytes: 0 }, { bytes: 0 }]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".f32"))).toEqual([]);
  };

  test.each([0, 1, 20, -2, -70])("starts over with a journal cut at %i", async (end) => {
    const folder = await killedRun();
    const path = join(folder, "journal.json");
    await writeFile(path, (await readFile(path)).subarray(0, end));
    await isNew(folder);
  });

  test("starts over with one changed digit in the journal", async () => {
    const folder = await killedRun();
    const path = join(folder, "journal.json");
    await writeFile(path, (await readFile(path, "utf8")).replace('"bytes":100', '"bytes":101'));
    await isNew(folder);
  });

  test("starts over where a file of states is gone", async () => {
    const folder = await killedRun();
    const journal = (await readJournal(folder))!;
    await rm(join(folder, `variants-${journal.variants.slots[1]}.f32`));
    await isNew(folder);
  });

  test("starts over for another plan", async () => isNew(await killedRun(), "another plan"));

  test("believes states that may not be on the disk only until the machine restarts", async () => {
    const folder = await killedRun();
    const journal = (await readJournal(folder))!;
    await writeJournal(folder, { ...journal, boot: "another boot" });
    await isNew(folder);
  });

  test("believes states that are on the disk after a restart too", async () => {
    const folder = await killedRun();
    await writeJournal(folder, { ...(await readJournal(folder))!, boot: null });
    expect((await open(folder)).state.done("variants", 1)).toBe(2);
  });
});

describe("the head", () => {
  test("is found as last kept, beside the chains", async () => {
    const folder = await killedRun();
    const { state } = await open(folder);
    expect(await state.head()).toBeNull();
    await state.keepHead(10, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
    await state.keepHead(20, [Uint8Array.of(4), Uint8Array.of(5, 6)]);
    const again = (await open(folder)).state;
    expect(await again.head()).toEqual({ rows: 20, bytes: Uint8Array.of(4, 5, 6) });
    expect(again.done("variants", 1)).toBe(2);
    expect((await readdir(folder)).filter((name) => name.endsWith(".losses"))).toEqual(["20.losses"]);
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { thisProcess } from "./process-identity.ts";
import { temporaryFolder } from "./test-support.ts";
import { claimWorkFolder, idleWorkFolders } from "./work-folder.ts";

const KEY = "k";
const never = new AbortController().signal;

function claim(root: string, said: string[] = [], signal = never) {
  return claimWorkFolder(root, KEY, { note: (line) => said.push(line), signal });
}

/** Puts a claim of somebody else into the folder. */
async function foreignClaim(root: string, identity: object): Promise<string> {
  const path = join(root, "work", KEY, "claim-0-foreign");
  await mkdir(join(root, "work", KEY), { recursive: true });
  await writeFile(path, JSON.stringify({ ...thisProcess(), ...identity }));
  return path;
}

describe("claimWorkFolder", () => {
  it("keeps what is in the folder over release, and deletes it on remove", async () => {
    const root = await temporaryFolder();
    const first = await claim(root);
    await writeFile(join(first.path, "state"), "7");
    await first.release();
    const second = await claim(root);
    expect(second.waited).toBe(false);
    expect(await readFile(join(second.path, "state"), "utf8")).toBe("7");
    await second.remove();
    expect(await readdir(join(root, "work"))).toEqual([]);
  });

  it("removes its own claim only: somebody may have put another just now", async () => {
    const root = await temporaryFolder();
    const folder = await claim(root);
    const other = await foreignClaim(root, {});
    await folder.remove();
    expect(await readdir(folder.path)).toEqual([basename(other)]);
  });

  it("is one process's at a time; the next waits, says for whom, and goes on when it is free", async () => {
    const root = await temporaryFolder();
    let inside = 0;
    let most = 0;
    const said: string[] = [];
    const work = async () => {
      const folder = await claim(root, said);
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
      await folder.remove();
      return folder.waited;
    };
    const waited = await Promise.all([work(), work(), work(), work()]);
    expect(most).toBe(1);
    expect(waited.filter(Boolean).length).toBeGreaterThanOrEqual(3);
    expect(said[0]).toMatch(`another run (process ${process.pid} on `);
  });

  it("a wait ends with Ctrl-C, and leaves the owner alone", async () => {
    const root = await temporaryFolder();
    const owner = await claim(root);
    const controller = new AbortController();
    const waiting = claim(root, [], controller.signal);
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(await readdir(owner.path)).toHaveLength(1);
    await owner.remove();
  });

  it("a process that was killed locks nobody out", async () => {
    const root = await temporaryFolder();
    const child = spawn(process.execPath, ["-e", ""]);
    const { pid } = child;
    await once(child, "exit");
    await foreignClaim(root, { pid });
    const folder = await claim(root);
    expect(folder.waited).toBe(false);
    expect(await readdir(folder.path)).toHaveLength(1);
    await folder.remove();
  });

  it.runIf(process.platform === "linux")("nor does one whose number another process has now", async () => {
    const root = await temporaryFolder();
    await foreignClaim(root, { start: "1" });
    const folder = await claim(root);
    expect(folder.waited).toBe(false);
    await folder.remove();
  });

  it("a process on another machine holds the folder while it shows life", async () => {
    const root = await temporaryFolder();
    const path = await foreignClaim(root, { host: "elsewhere", pid: 1 });
    const said: string[] = [];
    const controller = new AbortController();
    const waiting = claim(root, said, controller.signal);
    await expect.poll(() => said).toHaveLength(1);
    expect(said[0]).toContain("on elsewhere");
    const silent = new Date(Date.now() - 3 * 60_000);
    await utimes(path, silent, silent);
    const folder = await waiting;
    expect(folder.waited).toBe(true);
    await folder.remove();
  });
});

describe("idleWorkFolders", () => {
  it("are those that nobody works in", async () => {
    const root = await temporaryFolder();
    expect(await idleWorkFolders(root)).toEqual([]);
    const folder = await claim(root);
    expect(await idleWorkFolders(root)).toEqual([]);
    await folder.release();
    expect(await idleWorkFolders(root)).toEqual([folder.path]);
  });
});

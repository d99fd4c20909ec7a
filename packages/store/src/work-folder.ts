import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, rmdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BenchError, writeFileAtomic } from "@sinqbench/tensor";
import { cacheNotWritable, waitingFor } from "./messages.ts";
import { isRunning, type ProcessIdentity, thisProcess } from "./process-identity.ts";

/** How often an owner shows that it lives, for processes on other machines that share the disk. */
const HEARTBEAT_MS = 20_000;
const SILENT_MS = 6 * HEARTBEAT_MS;
const RETRY_MS = 300;
const CLAIM = "claim-";

export interface ClaimOptions {
  /** Takes one line for people when another process has the folder. */
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A folder that this process alone works in, kept until it is removed: what an interrupted run left is found again. */
export interface WorkFolder {
  readonly path: string;
  /** Another process had it before; what it finished may be in the store now. */
  readonly waited: boolean;
  /** Leaves the folder to the next run of the same key. */
  release(): Promise<void>;
  /** Deletes the folder: its run is finished. */
  remove(): Promise<void>;
}

/**
 * The work folder of a key, for this process alone; waits while another process has it. Each process puts a claim of its own
 * beside the others' and then looks: of two that come at once at least one sees the other and steps back. A claim whose
 * process has ended counts for nothing, so a killed run locks nobody out.
 *
 * @throws BenchError `disk-full`, `cache-not-writable`; the signal's reason
 */
export async function claimWorkFolder(root: string, key: string, options: ClaimOptions): Promise<WorkFolder> {
  const path = join(root, "work", key);
  const name = `${CLAIM}${process.pid}-${randomBytes(6).toString("hex")}`;
  const claim = join(path, name);
  for (let waited = false; ; waited = true) {
    options.signal.throwIfAborted();
    await writeClaim(claim);
    const [owner] = await otherOwners(path, name);
    if (!owner) return ownedFolder(path, claim, waited);
    await rm(claim, { force: true });
    if (!waited) options.note(waitingFor(owner.pid, owner.host));
    await sleep(RETRY_MS * (1 + Math.random()), undefined, { signal: options.signal }).catch(() => {});
  }
}

function ownedFolder(path: string, claim: string, waited: boolean): WorkFolder {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(claim, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  beat.unref();
  const release = async () => {
    clearInterval(beat);
    await rm(claim, { force: true });
  };
  return {
    path,
    waited,
    release,
    async remove() {
      const names = await readdir(path).catch(() => []);
      for (const name of names.filter((name) => !name.startsWith(CLAIM))) {
        await rm(join(path, name), { recursive: true, force: true });
      }
      await release();
      // Stays where somebody has just put a claim.
      await rmdir(path).catch(() => {});
    },
  };
}

async function writeClaim(claim: string): Promise<void> {
  try {
    await writeFileAtomic(claim, JSON.stringify(thisProcess()));
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    // The last owner removed the folder after it was made and before the claim was in it.
    if ((error.cause as NodeJS.ErrnoException)?.code === "ENOENT") return writeClaim(claim);
    throw cacheNotWritable(claim, error.cause);
  }
}

/** Processes that live and have a claim; claims of those that do not are swept away. */
async function otherOwners(path: string, own: string): Promise<ProcessIdentity[]> {
  const owners: ProcessIdentity[] = [];
  for (const name of await readdir(path)) {
    if (!name.startsWith(CLAIM) || name === own) continue;
    const claim = join(path, name);
    const owner = await readClaim(claim);
    if (!owner) continue;
    if (isRunning(owner) ?? (await hasBeaten(claim))) owners.push(owner);
    else await rm(claim, { force: true });
  }
  return owners;
}

async function readClaim(claim: string): Promise<ProcessIdentity | null> {
  try {
    return JSON.parse(await readFile(claim, "utf8")) as ProcessIdentity;
  } catch {
    // Withdrawn meanwhile: claims appear whole.
    return null;
  }
}

async function hasBeaten(claim: string): Promise<boolean> {
  const about = await stat(claim).catch(() => null);
  return about !== null && Date.now() - about.mtimeMs < SILENT_MS;
}

/** Work folders that nobody works in: what interrupted runs left. */
export async function idleWorkFolders(root: string): Promise<string[]> {
  const folder = join(root, "work");
  const idle: string[] = [];
  for (const key of await readdir(folder).catch(() => [])) {
    const path = join(folder, key);
    const owners = await otherOwners(path, "").catch(() => null);
    if (owners?.length === 0) idle.push(path);
  }
  return idle;
}

import { createHash } from "node:crypto";
import { readdir, readlink, rename, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * Partial downloads lie beside the blobs as `<blob>.<owner>.incomplete`, where the owner is a process, so that no two write to one
 * file even where file locks do nothing (network file systems). The name of a process that is gone, or `resume` after a call that
 * ended in good order, may be taken over by renaming, which one process wins.
 */
const RESUME = "resume";
/** Longer than any pause of a download that is alive, waits that a server asks for included. */
const ABANDONED_MS = 15 * 60_000;

let own: string | undefined;

/** Machine, process-id namespace (two containers may share a cache and a host name) and process id. */
async function ownName(): Promise<string> {
  if (own === undefined) {
    const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
    own = `${createHash("sha256").update(`${hostname()} ${namespace}`).digest("hex").slice(0, 8)}-${process.pid}`;
  }
  return own;
}

/** The name under which this process writes; it may hold bytes already. `busy` is another process that is downloading it now. */
export async function claimPartial(blob: string): Promise<{ path: string } | { busy: true }> {
  const mine = partialPath(blob, await ownName());
  if ((await stat(mine).catch(() => undefined)) !== undefined) return { path: mine };
  for (const { path, free } of await partials(blob)) {
    if (!free) return { busy: true };
    const won = await rename(path, mine).then(
      () => true,
      () => false,
    );
    if (won) break;
  }
  return { path: mine };
}

/** Leaves a partial file to whoever comes next. */
export async function releasePartial(blob: string): Promise<void> {
  await rename(partialPath(blob, await ownName()), partialPath(blob, RESUME)).catch(() => {});
}

/** Bytes that a download of this blob would go on from. */
export async function partialBytes(blob: string): Promise<number> {
  return (await partials(blob)).find(({ free }) => free)?.size ?? 0;
}

/** The partial files of a blob that are this package's; those in use first, then the largest. */
async function partials(blob: string): Promise<{ path: string; size: number; free: boolean }[]> {
  const mine = await ownName();
  const found: { path: string; size: number; free: boolean }[] = [];
  for (const name of await readdir(dirname(blob)).catch((): string[] => [])) {
    const owner = ownerOf(basename(blob), name);
    if (owner === undefined) continue;
    const path = join(dirname(blob), name);
    const file = await stat(path).catch(() => undefined);
    if (!file) continue;
    const free = owner === RESUME || owner === mine || isGone(owner, mine) || Date.now() - file.mtimeMs > ABANDONED_MS;
    found.push({ path, size: file.size, free });
  }
  return found.sort((a, b) => Number(a.free) - Number(b.free) || b.size - a.size);
}

function partialPath(blob: string, owner: string): string {
  return `${blob}.${owner}.incomplete`;
}

/** Other tools' partial files have no owner, or eight digits: they do not promise that what is there is a beginning. */
function ownerOf(blob: string, name: string): string | undefined {
  const owner = name.startsWith(`${blob}.`)
    ? /^([0-9a-f]{8}-\d+|resume)\.incomplete$/.exec(name.slice(blob.length + 1))
    : null;
  return owner?.[1];
}

/** Whether the process is of this machine and no longer there. */
function isGone(owner: string, mine: string): boolean {
  const [machine, pid] = owner.split("-");
  if (machine !== mine.split("-")[0]) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // A process of another user cannot be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

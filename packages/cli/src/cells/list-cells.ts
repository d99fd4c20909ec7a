import { rm } from "node:fs/promises";
import { CellStore, idleWorkFolders } from "@sinqbench/store";
import { cacheRoot } from "@sinqbench/tensor";
import { folderBytes } from "../doctor/folders.ts";
import type { Session } from "../session.ts";
import { measure } from "../terminal/quantity.ts";

/** One line a cell, by model, and one for what interrupted runs left. */
export async function listCells(session: Session): Promise<void> {
  const root = cacheRoot(session.io.env);
  const stored = await openStore(session, root).list();
  const lines = stored.map(({ cell: { provenance, inputs }, bytes }) => {
    const { count, length } = inputs.tokens;
    const { model, variant, text, computed } = provenance;
    return [model, variant, text, `${count} x ${length}`, measure(bytes, "B"), computed].map(String);
  });
  lines.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const widths = lines.reduce(
    (most, line) => line.map((word, i) => Math.max(word.length, most[i] ?? 0)),
    [] as number[],
  );
  for (const line of lines)
    session.print(
      line
        .map((word, i) => word.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    );
  const bytes = stored.reduce((sum, cell) => sum + cell.bytes, 0);
  const { length: runs } = await idleWorkFolders(root);
  session.print(`${stored.length} cells, ${measure(bytes, "B")}, in ${root}`);
  if (runs > 0) {
    const left = measure(await idleBytes(root), "B");
    session.print(
      `${runs} interrupted ${runs === 1 ? "run" : "runs"}, ${left}: the same command continues, --clear deletes`,
    );
  }
}

/** Deletes every cell, and the work folders that nobody works in. */
export async function clearCells(session: Session): Promise<void> {
  const root = cacheRoot(session.io.env);
  const left = await idleBytes(root);
  const cells = await openStore(session, root).clear();
  for (const path of await idleWorkFolders(root)) await rm(path, { recursive: true, force: true });
  session.print(`${measure(cells + left, "B")} freed in ${root}`);
}

function openStore(session: Session, root: string): CellStore {
  return new CellStore(root, (line) => session.note(line));
}

async function idleBytes(root: string): Promise<number> {
  let bytes = 0;
  for (const path of await idleWorkFolders(root)) bytes += (await folderBytes(path)) ?? 0;
  return bytes;
}

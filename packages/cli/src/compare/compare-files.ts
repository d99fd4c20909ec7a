import { readFile } from "node:fs/promises";
import { pairedDelta, perplexity } from "@sinqbench/evaluate";
import { type ResultRow, readResultsCsv } from "@sinqbench/report";
import { CellStore } from "@sinqbench/store";
import { cacheRoot } from "@sinqbench/tensor";
import { nothingToCompare } from "../messages.ts";
import type { Session } from "../session.ts";
import { matchRows } from "./match-rows.ts";

/** Prints the difference of every cell that two results files share. */
export async function compareFiles(session: Session, first: string, second: string): Promise<void> {
  const [a, b] = [await readRun(session, first), await readRun(session, second)];
  const pairs = matchRows(a.rows, b.rows);
  if (pairs.length === 0) throw nothingToCompare(first, second);
  const store = new CellStore(cacheRoot(session.io.env), (line) => session.note(line));
  let paired = 0;
  for (const pair of pairs) {
    const [ours, theirs] = [a.rows[pair.a], b.rows[pair.b]];
    const losses = await Promise.all(
      [a.cells[pair.a], b.cells[pair.b]].map((key) => (key === undefined ? null : store.readKey(key))),
    );
    const difference = differenceOf(ours, theirs, losses[0]?.nll, losses[1]?.nll);
    if (difference.paired) paired++;
    session.print(`${label(ours)}: ${ours.perplexity} -> ${theirs.perplexity}, ${difference.text}`);
  }
  const alone = a.rows.length + b.rows.length - 2 * pairs.length;
  session.note(
    `${pairs.length} cells in both, ${alone} in one only; ${paired} differences are paired, from the store of results`,
  );
}

interface Run {
  readonly rows: readonly ResultRow[];
  /** Keys of the rows' cells; empty where nothing says them. */
  readonly cells: readonly string[];
}

async function readRun(session: Session, word: string): Promise<Run> {
  const path = session.path(word);
  const rows = await readResultsCsv(path);
  const sidecar = await readFile(path.replace(/\.csv$/, ".run.json"), "utf8").catch(() => "{}");
  return { rows, cells: cellsOf(sidecar, rows.length) };
}

/** A sidecar of another run than the CSV's has another number of rows; one that is no JSON says nothing. */
function cellsOf(sidecar: string, rows: number): string[] {
  try {
    const { cells } = JSON.parse(sidecar);
    return Array.isArray(cells) && cells.length === rows ? cells : [];
  } catch {
    return [];
  }
}

function differenceOf(
  a: ResultRow,
  b: ResultRow,
  ours: Float32Array | undefined,
  theirs: Float32Array | undefined,
): { readonly text: string; readonly paired: boolean } {
  if (ours && theirs && ours.length === theirs.length && isOf(ours, a) && isOf(theirs, b)) {
    const { delta, se } = pairedDelta(theirs, ours, a.window - 1);
    const error = se === null ? "" : ` +- ${se.toFixed(6)}`;
    return { text: `${signed(delta)}${error} nats a token`, paired: true };
  }
  const delta = Math.log(b.perplexity / a.perplexity);
  return { text: `${signed(delta)} nats a token, not paired`, paired: false };
}

/** A protocol that scores a part of each window has other losses in the store than in its row. */
function isOf(nll: Float32Array, row: ResultRow): boolean {
  return Math.abs(perplexity(nll, row.window - 1).perplexity - row.perplexity) < 1e-3;
}

function signed(value: number): string {
  const text = value.toFixed(6);
  if (Number(text) === 0) return "0.000000";
  return value > 0 ? `+${text}` : text;
}

function label({ model, method, bits, group_size: group, tiling, aux, options, dataset, protocol }: ResultRow): string {
  const settings = [group === null ? null : `g${group}`, tiling, aux, options].filter((part) => part !== null);
  return [model, method, `${bits} bits`, ...settings, dataset, protocol].join(" ");
}

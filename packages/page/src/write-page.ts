import { writeFileAtomic } from "@sinqbench/tensor";
import { pageDocument } from "./page-document.ts";
import type { PageOptions } from "./page-options.ts";
import { readResults } from "./results/read-results.ts";

/** What went into a page. */
export interface WrittenPage {
  /** Tables read, `<experiment>/<model>.csv`. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/**
 * Reads a folder of results and writes its page, whole or not at all.
 *
 * @throws BenchError what reading the results, making the page or writing a file throws; nothing is written then
 */
export async function writePage(results: string, out: string, options: PageOptions): Promise<WrittenPage> {
  const tables = await readResults(results);
  const document = await pageDocument(tables, options);
  await writeFileAtomic(out, document);
  return { files: tables.map((table) => table.path), bytes: Buffer.byteLength(document) };
}

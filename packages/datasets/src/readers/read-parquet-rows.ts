import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { badParquet, unreadableText } from "../messages.ts";
import type { Row } from "./row.ts";

/**
 * Records of a Parquet file, one row group in memory at a time, in any compression that Parquet knows.
 *
 * @param columns to read; all where it is left out
 * @throws BenchError `unreadable-text`, `bad-parquet`
 */
export async function* readParquetRows(path: string, columns?: readonly string[]): AsyncGenerator<Row> {
  const file = await asyncBufferFromFile(path).catch((cause: unknown) => {
    throw unreadableText(path, cause);
  });
  const metadata = await guarded<FileMetaData>(path, () => parquetMetadataAsync(file));
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await guarded(path, () =>
      parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd, ...(columns && { columns: [...columns] }) }),
    );
    for (const row of rows) yield withNumbers(row);
    rowStart = rowEnd;
  }
}

async function guarded<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw badParquet(path, cause);
  }
}

/** 64-bit whole numbers come as bigint, which neither compares nor indexes like a number. */
function withNumbers(row: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
  );
}

import { readFile } from "node:fs/promises";
import Papa from "papaparse";
import { damagedTable, unreadableTable, wrongColumns } from "./messages.ts";

/** How a column is written: as text, with fixed decimals, or with so many significant digits. */
export type ColumnFormat = "text" | number | { readonly digits: number };

type Column<T> = null extends T
  ? { readonly type: FormatOf<NonNullable<T>>; readonly optional: true }
  : { readonly type: FormatOf<T>; readonly optional?: false };
type FormatOf<T> = T extends string ? "text" : Exclude<ColumnFormat, "text">;

/** The columns of a CSV file of rows `R`, in order. A column left out, or given the wrong kind, is a compile error. */
export type TidyColumns<R> = { readonly [K in keyof R]-?: Column<R[K]> };

/** A number as results show it: fixed decimals, and never "-0.00", which would say a direction where there is none. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/**
 * Rows as CSV text: a header, one line per row, "\n" line ends, numbers in their column's format, null as an empty field.
 * The same rows give the same bytes. `check` sees every number before it is written.
 */
export function tidyCsv<R extends object>(
  columns: TidyColumns<R>,
  rows: readonly R[],
  check: (row: R, column: keyof R & string, value: number) => void,
): string {
  const names = columnNames(columns);
  const data = rows.map((row) =>
    names.map((name) => {
      const value: unknown = row[name];
      const { type } = columns[name] as { readonly type: ColumnFormat };
      if (value === null) return "";
      if (typeof value !== "number" || type === "text") return String(value);
      check(row, name, value);
      return typeof type === "number" ? fixed(value, type) : value.toPrecision(type.digits);
    }),
  );
  return `${Papa.unparse({ fields: names, data }, { newline: "\n" })}\n`;
}

/**
 * Reads what `tidyCsv` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export async function readTidyCsv<R extends object>(columns: TidyColumns<R>, path: string): Promise<R[]> {
  const names = columnNames(columns);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw unreadableTable(path, cause);
  });
  const [header = [], ...lines] = Papa.parse<string[]>(text.replace(/\r?\n$/, ""), { delimiter: "," }).data;
  if (header.join() !== names.join()) throw wrongColumns(path, names, header);
  return lines.map((fields, i) => {
    if (fields.length !== names.length) {
      throw damagedTable(path, i + 2, `${fields.length} fields where the header has ${names.length}`);
    }
    return Object.fromEntries(names.map((name, k) => [name, parse(path, i + 2, name, columns[name], fields[k])])) as R;
  });
}

export function columnNames<R extends object>(columns: TidyColumns<R>): (keyof R & string)[] {
  return Object.keys(columns) as (keyof R & string)[];
}

function parse(
  path: string,
  line: number,
  name: string,
  { type, optional }: { readonly type: ColumnFormat; readonly optional?: boolean },
  text: string,
): string | number | null {
  if (text === "") {
    if (optional) return null;
    throw damagedTable(path, line, `${name} is empty`);
  }
  if (type === "text") return text;
  const value = Number(text);
  if (!Number.isFinite(value)) throw damagedTable(path, line, `${name} is ${JSON.stringify(text)}, not a number`);
  return value;
}

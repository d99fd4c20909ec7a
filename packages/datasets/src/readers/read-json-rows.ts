import { badJsonRow, badJsonRows } from "../messages.ts";
import { decodedLines } from "./decoded-lines.ts";
import { decodedText } from "./decoded-text.ts";
import type { Row } from "./row.ts";

/**
 * Records of a JSON file in any of the forms that datasets come in: one object a line (also under the name .json, as C4
 * has it), an array of objects, an array of texts (each becomes the column "text"), or an object whose "rows" are objects
 * or the hub's `{row}` wrappers. Lines are streamed; the other forms are read whole.
 *
 * @throws BenchError `bad-json-rows`, `bad-json-row`, and those of `decodedText`
 */
export async function* readJsonRows(path: string): AsyncGenerator<Row> {
  const lines = decodedLines(decodedText(path));
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const value = parse(line);
    if (number === 1 && !isRecordLine(value)) {
      yield* wholeRows(path, line, lines);
      return;
    }
    if (!isRow(value)) throw badJsonRow(path, number);
    yield value;
  }
}

/** A first line that stands for itself; anything else belongs to a larger whole. */
function isRecordLine(value: unknown): boolean {
  return isRow(value) && !Array.isArray(value.rows);
}

async function* wholeRows(path: string, first: string, rest: AsyncIterable<string>): AsyncGenerator<Row> {
  const text = [first];
  for await (const line of rest) text.push(line);
  const value = parse(text.join("\n"));
  const rows = isRow(value) ? value.rows : value;
  if (!Array.isArray(rows)) throw badJsonRows(path);
  for (const [i, row] of rows.entries()) {
    if (typeof row === "string") yield { text: row };
    else if (isRow(row)) yield isRow(row.row) ? row.row : row;
    else throw badJsonRow(path, i + 1);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

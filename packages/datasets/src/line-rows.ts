/** Rows of a text file whose lines they are, line feed included; a line that reads `emptyLine` stands for an empty row. */
export function rowsOfLines(text: string, emptyLine: string): string[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => (line === emptyLine ? "" : line));
}

/**
 * Rows of a text in which they stand joined by two line feeds, where every row is either empty or one line with its line
 * feed: what makes the text unambiguous although the rows end as they are joined. Undefined where it is no such text.
 */
export function rowsOfJoined(text: string): string[] | undefined {
  const join = "\n\n";
  const rows: string[] = [];
  for (let at = 0; ; at += join.length) {
    const empty = at === text.length || text.startsWith(join, at);
    const end = empty ? at : text.indexOf("\n", at) + 1;
    if (!empty && end === 0) return undefined;
    rows.push(text.slice(at, end));
    at = end;
    if (at === text.length) return rows;
    if (!text.startsWith(join, at)) return undefined;
  }
}

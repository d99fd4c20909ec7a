/** Lines of a text that comes in pieces, without their line feed; what follows the last line feed is a line unless empty. */
export async function* decodedLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  // A long line's pieces are kept apart until its end comes: joining them each time would cost the square of its length.
  let open: string[] = [];
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
      yield open.join("") + piece.slice(start, end);
      open = [];
      start = end + 1;
    }
    if (start < piece.length) open.push(piece.slice(start));
  }
  if (open.length > 0) yield open.join("");
}

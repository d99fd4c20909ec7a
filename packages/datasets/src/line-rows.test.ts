import { describe, expect, it } from "vitest";
import { rowsOfJoined, rowsOfLines } from "./line-rows.ts";

const rows = ["", " = A = \n", "", " Text . \n", " More . \n", ""];

describe("rows that are lines", () => {
  it("come back from the file in which an empty one is a line of its own", () => {
    expect(rowsOfLines(" \n = A = \n \n Text . \n More . \n \n", " \n")).toEqual(rows);
    expect(rowsOfLines("a\nb", " \n")).toEqual(["a\n", "b"]);
    expect(rowsOfLines("", " \n")).toEqual([]);
  });

  it.each([[rows], [["a\n"]], [["a\n", ""]], [["", ""]], [["", "a\n"]], [["a\n", "b\n"]], [[""]]])(
    "come back from the text that joins them: %j",
    (some) => expect(rowsOfJoined(some.join("\n\n"))).toEqual(some),
  );

  it.each(["a\nb", "\n\nlast", "no line feed", "a\n\nb\n", "a\n\n\nlast"])("are not in %j", (text) =>
    expect(rowsOfJoined(text)).toBeUndefined(),
  );
});

import { describe, expect, it } from "vitest";
import { blockWidth, columnWidths, packGroups } from "./column-layout.ts";
import type { ColumnGroup } from "./table-columns.ts";

/** A group of one column, `width` characters wide. */
const group = (model: string, width: number): ColumnGroup => ({
  model,
  title: "t",
  columns: [{ title: "ours", cells: [{ text: "x".repeat(width), best: false }] }],
});
const packed = (groups: readonly ColumnGroup[], width: number) =>
  packGroups(groups, width).map((block) => block.map(({ model }) => model).join(""));

describe("packGroups", () => {
  // 10 + 10 and the gap of 3 between them.
  const groups = [group("a", 10), group("a", 10), group("b", 10), group("b", 10)];

  it.each([
    [49, ["aabb"]],
    [48, ["aa", "bb"]],
    [23, ["aa", "bb"]],
    [22, ["a", "a", "b", "b"]],
    [1, ["a", "a", "b", "b"]],
  ])("fills lines of %d characters, models whole where they fit", (width, blocks) => {
    expect(packed(groups, width)).toEqual(blocks);
  });

  it("counts what it draws", () => {
    expect(blockWidth(groups)).toBe(49);
  });
});

describe("columnWidths", () => {
  it("makes room for a title wider than its columns, in the first of them", () => {
    const cells = [{ text: "12.345", best: false }];
    const columns = [
      { title: "ours", cells },
      { title: "paper", cells },
    ];
    expect(columnWidths({ model: "m", title: "C4", columns })).toEqual([6, 6]);
    expect(columnWidths({ model: "m", title: "x".repeat(20), columns })).toEqual([12, 6]);
  });

  it("does not count the title of a lone column, which is not drawn", () => {
    expect(columnWidths(group("m", 2))).toEqual([2]);
  });
});

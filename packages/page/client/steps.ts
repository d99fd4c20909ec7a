import type { Item, View } from "vega";
import type { CellDatum } from "./charts.ts";
import { follow } from "./follow.ts";
import { hideTip, showTip } from "./tip.ts";

/** The marks of this name are a chart's cells. */
const CELLS = "cells_marks";

interface Group {
  readonly name?: string;
  readonly items?: readonly (Item & Group & { readonly x?: number; readonly y?: number })[];
  readonly x?: number;
  readonly y?: number;
}

interface PlacedCell {
  readonly datum: CellDatum;
  /** From the chart's upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** Arrow keys step through a chart's cells as they lie, Enter follows the method, Escape ends. */
export function steppable(place: HTMLElement, view: View): void {
  let at = -1;
  const show = () => {
    const found = cells(view);
    const cell = found[at];
    if (!cell) return;
    const { left, top } = place.querySelector("svg")!.getBoundingClientRect();
    showTip(cell.datum.facts, left + cell.x, top + cell.y);
  };
  place.addEventListener("keydown", (event) => {
    const found = cells(view);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      at = (Math.max(at, step > 0 ? -1 : 0) + step + found.length) % found.length;
      show();
    }
    if (event.key === "Enter" && found[at]) follow(found[at].datum.method);
  });
  place.addEventListener("blur", hideTip);
}

function cells(view: View): PlacedCell[] {
  const [x, y] = view.origin();
  const root = (view.scenegraph() as unknown as { root: Group }).root;
  return collect(root, x, y, false).sort((a, b) => a.y - b.y || a.x - b.x);
}

function collect(group: Group, x: number, y: number, inside: boolean): PlacedCell[] {
  return (group.items ?? []).flatMap((item) => {
    const [left, top] = [x + (item.x ?? 0), y + (item.y ?? 0)];
    if (inside) return [{ datum: item.datum as CellDatum, x: left, y: top }];
    const marks = (item.items ?? []) as readonly Group[];
    if (item.items && !item.name && marks.every((mark) => mark.items !== undefined)) {
      return marks.flatMap((mark) => collect(mark, left, top, mark.name?.endsWith(CELLS) ?? false));
    }
    return [];
  });
}

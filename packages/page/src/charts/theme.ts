import type { Config } from "vega-lite";

/** Family of all text on the page. */
export const PAGE_FONT = "Inter Variable, Inter, system-ui, sans-serif";

/** Colours are the page's own variables, so that a chart changes with the page's theme without being drawn again. */
export const INK = "var(--ink)";
export const MUTED = "var(--muted)";
export const LINE = "var(--line)";

/** Colour of a method: a variable that the page defines for light and dark. */
export function methodColor(method: string): string {
  return `var(${methodVariable(method)})`;
}

/** Name of the variable. Ids of methods are kebab-case; whatever else a CSV holds must not leave the name. */
export function methodVariable(method: string): string {
  return `--m-${method.replaceAll(/[^A-Za-z0-9-]/g, "_")}`;
}

export const PAGE_THEME: Config = {
  aria: false,
  background: "transparent",
  font: PAGE_FONT,
  padding: 0,
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    grid: true,
    gridColor: LINE,
    labelColor: INK,
    labelFontSize: 12,
    labelLimit: 0,
    labelPadding: 6,
    titleColor: MUTED,
    titleFontSize: 12,
    titleFontWeight: 400,
    titleLimit: 0,
    titlePadding: 8,
  },
  text: { fontSize: 11.5, color: INK },
};

import type { Config } from "vega-lite";
import { FONT_FAMILY } from "./fonts.ts";

const INK = "#1A1A1A";
const MUTED = "#5A5A5A";
const FAINT = "#E4E4E4";

/** Look of all charts: one family, quiet grid, text dark enough to read on a projector. */
export const CHART_THEME: Config = {
  background: "white",
  font: FONT_FAMILY,
  view: { stroke: null },
  concat: { spacing: 28 },
  facet: { spacing: 10 },
  title: {
    anchor: "start",
    color: INK,
    fontSize: 13,
    fontWeight: 600,
    subtitleColor: MUTED,
    subtitleFontSize: 11,
    subtitlePadding: 3,
    subtitleLineHeight: 15,
    offset: 10,
  },
  axis: {
    domain: false,
    ticks: false,
    grid: true,
    gridColor: FAINT,
    labelColor: INK,
    labelFontSize: 11,
    labelLimit: 0,
    labelPadding: 6,
    titleColor: MUTED,
    titleFontSize: 11,
    titleFontWeight: 400,
    titleLimit: 0,
    titlePadding: 8,
  },
  header: { labelColor: INK, labelFontSize: 11, labelFontWeight: 600, title: null, labelLimit: 0 },
  text: { font: FONT_FAMILY, fontSize: 10.5, color: INK },
};

import { METHOD_STYLES, methodStyle } from "@sinqbench/report";
import { describe, expect, it } from "vitest";
import { darkColor } from "./dark-color.ts";
import { contrast, fromOklab, toOklab } from "./oklab.ts";

/** The ground of a chart in the dark theme, as client/page.css has it. */
const SURFACE = "#1B1D21";
const ids = Object.keys(METHOD_STYLES);

describe("colours of methods on a dark ground", () => {
  it("can be told from the ground", () => {
    for (const id of ids) expect(contrast(darkColor(methodStyle(id).color), SURFACE), id).toBeGreaterThan(3);
  });

  it("keep their hue and their order of lightness", () => {
    const colours = ids.filter((id) => id !== "bf16").map((id) => methodStyle(id).color);
    const hue = (color: string) => {
      const [, a, b] = toOklab(color);
      return Math.hypot(a, b) < 0.03 ? undefined : Math.atan2(b, a);
    };
    for (const color of colours) {
      const [paper, dark] = [hue(color), hue(darkColor(color))];
      if (paper === undefined || dark === undefined) continue;
      expect(Math.abs(Math.sin((paper - dark) / 2)), color).toBeLessThan(0.05);
    }
    const lightness = (color: string) => toOklab(color)[0];
    const byPaper = [...colours].sort((a, b) => lightness(a) - lightness(b));
    const onDark = byPaper.map((color) => lightness(darkColor(color)));
    for (const [i, value] of onDark.slice(1).entries()) expect(value).toBeGreaterThan(onDark[i] - 0.01);
  });

  it("stay apart from one another", () => {
    const distance = (a: string, b: string) => Math.hypot(...toOklab(a).map((value, i) => value - toOklab(b)[i]));
    const close = ids.flatMap((a, i) =>
      ids.slice(0, i).filter((b) => distance(darkColor(methodStyle(a).color), darkColor(methodStyle(b).color)) < 0.06),
    );
    expect(close).toEqual([]);
  });

  it("turn black into what is nearly white", () => {
    expect(contrast(darkColor("#000000"), SURFACE)).toBeGreaterThan(12);
  });
});

describe("Oklab", () => {
  it("comes back from every colour", () => {
    for (const color of ["#000000", "#FFFFFF", "#0072B2", "#D55E00", "#C040F0"])
      expect(fromOklab(toOklab(color))).toBe(color);
    expect(toOklab("#FFFFFF")[0]).toBeCloseTo(1, 4);
    expect(fromOklab([0.9, 0.3, 0])).toBeUndefined();
  });

  it("has the contrast of the guidelines", () => {
    expect(contrast("#000000", "#FFFFFF")).toBeCloseTo(21, 6);
    expect(contrast("#777777", "#FFFFFF")).toBeCloseTo(4.48, 2);
  });
});

import { fromOklab, toOklab } from "./oklab.ts";

/** Lightness of the darkest and the lightest colours of charts on paper, and what they become on a dark ground. */
const PAPER = [0.24, 0.76] as const;
const DARK = [0.54, 0.87] as const;

/**
 * A method's colour for a dark ground: the same hue, as light as the ground asks for, in the same order of lightness. Where
 * sRGB has no such colour, it gets paler until it has.
 */
export function darkColor(color: string): string {
  const [lightness, a, b] = toOklab(color);
  const place = (lightness - PAPER[0]) / (PAPER[1] - PAPER[0]);
  // Black stands for the checkpoint's own weights; on a dark ground its place is taken by what is nearly white.
  const target = lightness < 0.1 ? 0.95 : DARK[0] + (DARK[1] - DARK[0]) * Math.min(1, Math.max(0, place));
  for (let share = 1; share > 0; share -= 0.02) {
    const found = fromOklab([target, a * share, b * share]);
    if (found) return found;
  }
  return fromOklab([target, 0, 0])!;
}

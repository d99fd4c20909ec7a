import { median } from "@sinqbench/tensor";

/**
 * R2 of the straight line through (x, y) after each run of `span` neighbours is centred on its mean in both: how much of the
 * variation within spans the line explains. 0 where x or y do not vary.
 */
export function centredR2(x: Float64Array, y: Float64Array, span: number): number {
  let [xx, yy, xy] = [0, 0, 0];
  for (let start = 0; start < x.length; start += span) {
    const end = Math.min(start + span, x.length);
    const [mx, my] = [mean(x.subarray(start, end)), mean(y.subarray(start, end))];
    for (let i = start; i < end; i++) {
      xx += (x[i] - mx) ** 2;
      yy += (y[i] - my) ** 2;
      xy += (x[i] - mx) * (y[i] - my);
    }
  }
  return xx > 0 && yy > 0 ? xy ** 2 / (xx * yy) : 0;
}

/** Pearson's kurtosis (3 for a normal distribution) of every run of `span` neighbours that varies, their median. */
export function medianKurtosis(values: Float32Array, span: number): number {
  const all: number[] = [];
  for (let start = 0; start < values.length; start += span) {
    const own = Float64Array.from(values.subarray(start, start + span));
    const centre = mean(own);
    let [second, fourth] = [0, 0];
    for (const value of own) {
      const square = (value - centre) ** 2;
      second += square;
      fourth += square * square;
    }
    if (second > 0) all.push((own.length * fourth) / (second * second));
  }
  return median(all);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const bits = new Int32Array(1);
const value = new Float32Array(bits.buffer);

/** Neighbouring float32 in the direction of `step` (+1 up, -1 down). */
function neighbour(x: number, step: 1 | -1): number {
  value[0] = x;
  if (value[0] === 0) {
    bits[0] = 1;
    return step * value[0];
  }
  bits[0] += value[0] > 0 ? step : -step;
  return value[0];
}

/**
 * Largest float32 that still belongs to the lower of two neighbouring levels, for every pair: the nearest level to x is
 * the number of thresholds below x.
 *
 * "Nearest" is measured as the published code does, |x - level| rounded to float32 with ties to the lower index. That
 * distance is monotone in x, so one threshold per pair says the same as an argmin over all levels.
 */
export function codebookThresholds(levels: Float32Array): Float32Array {
  const thresholds = new Float32Array(levels.length - 1);
  for (let k = 0; k < thresholds.length; k++) {
    const low = levels[k];
    const high = levels[k + 1];
    const belongsToLow = (x: number) => Math.fround(Math.abs(x - low)) <= Math.fround(Math.abs(x - high));
    let x = Math.fround((low + high) / 2);
    while (!belongsToLow(x)) x = neighbour(x, -1);
    for (let next = neighbour(x, 1); belongsToLow(next); next = neighbour(x, 1)) x = next;
    thresholds[k] = x;
  }
  return thresholds;
}

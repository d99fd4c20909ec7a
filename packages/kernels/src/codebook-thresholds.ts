/**
 * Largest float32 that still belongs to the lower of two neighbouring levels, for every pair: the nearest level to x is
 * the number of thresholds below x.
 *
 * "Nearest" is measured as the published code does, |x - level| rounded to float32 with ties to the lower index. That
 * distance is monotone in x, so one threshold per pair says the same as an argmin over all levels.
 */
export function codebookThresholds(levels: Float32Array): Float32Array {
  const thresholds = new Float32Array(levels.length - 1);
  for (let k = 0; k < thresholds.length; k++) thresholds[k] = lastOfLower(levels[k], levels[k + 1]);
  return thresholds;
}

/** Bisects the float32 values between two levels, counted in order of size. */
function lastOfLower(low: number, high: number): number {
  let lower = rank(low);
  let upper = rank(high);
  while (upper - lower > 1) {
    const middle = Math.floor((lower + upper) / 2);
    const x = ofRank(middle);
    if (Math.fround(Math.abs(x - low)) <= Math.fround(Math.abs(x - high))) lower = middle;
    else upper = middle;
  }
  return ofRank(lower);
}

const word = new Int32Array(1);
const float = new Float32Array(word.buffer);

/** Position of a float32 among all of them: neighbours differ by one, and both zeros are 0. */
function rank(x: number): number {
  float[0] = x;
  return word[0] < 0 ? -(word[0] & 0x7fffffff) : word[0];
}

function ofRank(position: number): number {
  word[0] = Math.abs(position);
  return position < 0 ? -float[0] : float[0];
}

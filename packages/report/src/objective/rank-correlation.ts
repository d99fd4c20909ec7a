/**
 * Spearman's rank correlation of paired values: Pearson's of their ranks, ties at the mean of theirs. null where one of the
 * two does not vary, or there are fewer than three pairs.
 */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number | null {
  if (x.length < 3) return null;
  const [a, b] = [ranks(x), ranks(y)];
  const middle = (x.length + 1) / 2;
  let [aa, bb, ab] = [0, 0, 0];
  for (const [i, rank] of a.entries()) {
    aa += (rank - middle) ** 2;
    bb += (b[i] - middle) ** 2;
    ab += (rank - middle) * (b[i] - middle);
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null;
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/**
 * Kurtosis of the values of a matrix: mean (w - mean)^4 / (mean (w - mean)^2)^2, 3 for normally distributed ones; float64 sums in
 * their order. 0 where all are equal.
 */
export function kurtosis(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  let fourths = 0;
  for (let i = 0; i < values.length; i++) {
    const square = (values[i] - mean) ** 2;
    squares += square;
    fourths += square * square;
  }
  return squares > 0 ? (fourths * values.length) / (squares * squares) : 0;
}

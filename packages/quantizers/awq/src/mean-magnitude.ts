/**
 * Sums of the magnitudes of a weight's columns over its rows, each group of a row relative to its largest: |w| / (max |w| of the
 * group + 1e-6), AutoAWQ's measure of how much a column matters within its groups.
 *
 * @param values float32 [rows, cols], row-major
 * @param group divides the columns
 * @param sums float64 [cols], to which they are added
 */
export function addRelativeMagnitudes(values: Float32Array, group: number, sums: Float64Array): void {
  const cols = sums.length;
  for (let at = 0; at < values.length; at += group) {
    let largest = 0;
    for (let i = at; i < at + group; i++) largest = Math.max(largest, Math.abs(values[i]));
    const first = at % cols;
    for (let i = 0; i < group; i++) sums[first + i] += Math.abs(values[at + i]) / (largest + 1e-6);
  }
}

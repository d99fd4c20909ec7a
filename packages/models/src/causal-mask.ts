/**
 * What is added to the scores of queries [start, end) over keys [0, end), float32 [end - start, end]: 0, or -infinity for keys
 * after the query and for those `window` or more tokens before it.
 */
export function causalMask(start: number, end: number, window: number | null = null): Float32Array {
  const mask = new Float32Array((end - start) * end);
  for (let query = start; query < end; query++) {
    const row = mask.subarray((query - start) * end, (query - start + 1) * end);
    row.fill(-Infinity, query + 1);
    if (window !== null) row.fill(-Infinity, 0, Math.max(0, query + 1 - window));
  }
  return mask;
}

/**
 * Positions of `count` tokens evenly spaced over `tokens`, each in the middle of its share; all tokens where there are no
 * more.
 */
export function samplePositions(tokens: number, count: number): number[] {
  if (count >= tokens) return Array.from({ length: tokens }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * tokens) / count));
}

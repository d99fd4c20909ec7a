/** Tokens in a window of the paper's protocols. */
export const PAPER_WINDOW = 2048;

/** The paper's window, or all positions of a model that has fewer. */
export function defaultWindow(positions: number): number {
  return Math.min(PAPER_WINDOW, positions);
}

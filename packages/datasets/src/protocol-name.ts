/**
 * Name of an evaluation protocol: `gptq-<length>` for windows without overlap, no beginning-of-sequence token, tail
 * dropped (`gptq-2048` is the paper's), `rows` for a token file whose rows are the windows. `-first<N>` says that only
 * the first N windows were taken, `-last<N>` the last.
 *
 * @param rule "rows", or the length of a window
 * @param taken windows kept
 * @param whole windows that the text has
 */
export function protocolName(
  rule: "rows" | number,
  taken: number,
  whole: number,
  keep: "start" | "end" = "start",
): string {
  const base = rule === "rows" ? rule : `gptq-${rule}`;
  return taken < whole ? `${base}-${keep === "start" ? "first" : "last"}${taken}` : base;
}

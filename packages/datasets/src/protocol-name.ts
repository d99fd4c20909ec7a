/**
 * Name of the windows that were taken: the protocol's own, for example "gptq-2048", or "rows" for a token file whose rows
 * are the windows, and then `-first<N>` where only the first N were taken, `-last<N>` for the last.
 *
 * @param taken windows kept
 * @param whole windows that there are
 */
export function protocolName(base: string, taken: number, whole: number, keep: "start" | "end" = "start"): string {
  return taken < whole ? `${base}-${keep === "start" ? "first" : "last"}${taken}` : base;
}

import { fixed, type PublishedRow, protocolNote, type ResultRow, settingsInWords, sourceNote } from "@sinqbench/report";
import type { Fact } from "./charts/chart.ts";

/** "3 bits" */
export function bitsInWords(bits: number): string {
  return `${bits} bits`;
}

/** A number with its sign, as people set it: "+0.019", "−0.002", "0.000". */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return Number(text) > 0 ? `+${text}` : text.replace("-", "\u2212");
}

/** "192.43", and without decimals from a thousand on. */
export function perplexityInWords(value: number): string {
  return fixed(value, value < 1000 ? 2 : 0);
}

/** Two decimals as in the paper, more where a small model would show fewer than three digits. */
export function memoryInWords(gb: number): string {
  const decimals = gb > 0 ? Math.min(6, Math.max(2, 2 - Math.floor(Math.log10(gb)))) : 2;
  return fixed(gb, decimals);
}

/** "±0.003"; nothing where no error is known. */
export function plusMinus(error: number | null, decimals: number): string {
  return error === null ? "" : ` \u00B1${fixed(error, decimals)}`;
}

/** What is said of a row on hover: its value with its error, its cost, and where it comes from. */
export function rowFacts(row: ResultRow, method: string, path: string, published?: PublishedRow): Fact[] {
  const stored = settingsInWords(row);
  return [
    ["", `${method}${row.method === "bf16" ? "" : `, ${bitsInWords(row.bits)}`}`],
    ["text", row.dataset],
    ["perplexity", `${fixed(row.perplexity, 3)}${plusMinus(row.perplexity_se, 3)}`],
    ...(row.delta_nll === null || row.method === "bf16"
      ? []
      : [["loss to BF16", `${signed(row.delta_nll, 5)}${plusMinus(row.delta_nll_se, 5)} nats`] as const]),
    ["bits per weight", fixed(row.bits_per_weight, 3)],
    ["memory", `${memoryInWords(row.memory_gb)} GB`],
    ...(stored === "" ? [] : [["stored as", stored] as const]),
    ...(row.options === null ? [] : [["options", row.options] as const]),
    ...(row.calibration === null ? [] : [["calibration", row.calibration] as const]),
    ["windows", protocolNote(row)],
    ["text sha256", row.text_sha256],
    ["tokens sha256", row.tokens_sha256],
    ["file", path],
    ...(published ? [["published", `${published.printed}, ${sourceNote([published])}`] as const] : []),
  ];
}

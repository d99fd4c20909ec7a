const PREFIXES = [
  [1e18, "E"],
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** A count or rate with three digits and a decimal SI prefix: `7.02 k`, `1.25 G`, `950`. */
export function quantity(value: number): string {
  for (const [factor, prefix] of PREFIXES) {
    // 999.5 would print as 1000 of the smaller prefix.
    if (Math.abs(value) >= factor * 0.9995) return `${digits(value / factor)} ${prefix}`;
  }
  return digits(value);
}

/** A quantity of a unit that takes SI prefixes: `1.25 GB`, `512 B`, `140 GFLOP`. */
export function measure(value: number, unit: string): string {
  const text = quantity(value);
  return /[kMGTPE]$/.test(text) ? `${text}${unit}` : `${text} ${unit}`;
}

function digits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 99.95 ? value.toFixed(0) : Math.abs(value) >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

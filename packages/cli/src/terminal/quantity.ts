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

/** Bytes in decimal units: `1.25 GB`, `512 B`. */
export function bytes(value: number): string {
  const text = quantity(value);
  return /[A-Z]$/i.test(text) ? `${text}B` : `${text} B`;
}

function digits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 99.95 ? value.toFixed(0) : Math.abs(value) >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

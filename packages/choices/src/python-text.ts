/**
 * What lm-evaluation-harness does to texts with Python's string methods, where JavaScript's differ: white space in Python is
 * also U+001C to U+001F and U+0085, and is not U+FEFF.
 */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const LEADING = new RegExp(`^${SPACE}+`);
const TRAILING = new RegExp(`${SPACE}+$`);

/** `text.strip()` */
export function strip(text: string): string {
  return rstrip(text.replace(LEADING, ""));
}

/** `text.rstrip()` */
export function rstrip(text: string): string {
  return text.replace(TRAILING, "");
}

/** `text.capitalize()`: the first character in title case, all others in lower case. */
export function capitalize(text: string): string {
  const [first = ""] = text;
  // Of letters that become two, title case leaves the second small: "ß" is "Ss".
  const [large = "", ...small] = first.toUpperCase();
  return large + (small.join("") + text.slice(first.length)).toLowerCase();
}

/** `len(text)`: characters, not UTF-16 code units. */
export function length(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

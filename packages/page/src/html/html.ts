/** Text that is HTML already and must not be escaped again. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Part = Html | string | number | undefined | null | false | readonly Part[];

/** A template whose values are escaped, unless they are HTML themselves; lists are joined, what is missing is left out. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, i) => text + string + (i < parts.length ? render(parts[i]) : ""), ""));
}

/** Replaces the characters that mean something in HTML, in text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return "";
  if (part instanceof Html) return part.text;
  return Array.isArray(part) ? part.map(render).join("") : escapeHtml(String(part));
}

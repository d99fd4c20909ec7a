import { createHash } from "node:crypto";
import { methodStyle } from "@sinqbench/report";
import { type PageAssets, pageAssets } from "./assets.ts";
import { methodColor, methodVariable } from "./charts/theme.ts";
import { darkColor } from "./color/dark-color.ts";
import { escapeHtml, html } from "./html/html.ts";
import { packedJson } from "./html/packed-json.ts";
import { type PageContent, pageContent } from "./page-content.ts";
import type { PageOptions } from "./page-options.ts";
import type { ResultsTable } from "./results/read-results.ts";

/**
 * The page as one HTML document: styles, font, script, charts and tables in it, nothing to be fetched. The same results give
 * the same bytes.
 *
 * @throws BenchError `missing-asset`, `chart-warning`
 */
export async function pageDocument(tables: readonly ResultsTable[], options: PageOptions): Promise<string> {
  return documentOf(pageContent(tables, options), false);
}

/** The document around a content; a live one listens to the server that it came from. */
export async function documentOf(content: PageContent, live: boolean): Promise<string> {
  return renderDocument(content, await pageAssets(), live);
}

/** The charts, packed: what a live page takes over beside its main part. */
export function contentScript(content: PageContent): string {
  return packedJson(content.charts.map(({ id, spec }) => ({ id, spec })));
}

/** Rules that give every method its colour, on paper and on a dark ground, in charts and on its buttons. */
export function methodRules({ methods }: PageContent): string {
  const colors = methods.map((method) => {
    const { color } = methodStyle(method);
    return `${methodVariable(method)}:light-dark(${color},${darkColor(color)})`;
  });
  const buttons = methods.map((method) => `[data-follow="${cssText(method)}"]{--c:${methodColor(method)}}`);
  return `:root{${colors.join(";")}}${buttons.join("")}`;
}

/** An id of a CSV inside a quoted string of a style element: nothing in it ends the string or the element. */
function cssText(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9 _.-]/gu, (character) => `\\${character.codePointAt(0)!.toString(16)} `);
}

/** Applied before the page is drawn, so that it does not flash in the other theme. */
const THEME_SCRIPT =
  'try{const t=localStorage.getItem("sinqbench-theme");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}';

function renderDocument(content: PageContent, { script, styles }: PageAssets, live: boolean): string {
  const policy = [
    "default-src 'none'",
    `script-src ${[THEME_SCRIPT, script].map((text) => `'sha256-${sha256(text)}'`).join(" ")}`,
    "style-src 'unsafe-inline'",
    "font-src data:",
    "img-src data:",
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en"${live ? " data-live" : ""}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>SINQ: tables and charts of sinqbench</title>
<script>${THEME_SCRIPT}</script>
<style>${styles}</style>
<style id="methods">${methodRules(content)}</style>
</head>
<body>
${html`<a class="skip" href="#claims">Skip to the claims</a>
<div class="tools"><button type="button" id="theme">Dark</button><button type="button" id="print">Print</button></div>
<section id="live" aria-label="Running work" hidden></section>
<noscript><p class="caution">Charts, sorting and filters need JavaScript; the tables below hold every number.</p></noscript>`}
<main>
${content.main}
</main>
<div id="tip" role="status" hidden></div>
<script type="text/plain" id="charts">${contentScript(content)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

import type { PageChart } from "../charts/chart.ts";
import { type Html, html } from "./html.ts";

/** The place of a chart; the page's script draws it. Arrow keys step through its cells. */
export function figure(chart: PageChart, caption?: string): Html {
  return html`<figure class="chart">
${caption !== undefined && html`<figcaption>${caption}</figcaption>`}
<div class="plot" data-chart="${chart.id}" tabindex="0" role="img" aria-label="${chart.description} Arrow keys step through the cells; Enter follows the method."></div>
</figure>`;
}

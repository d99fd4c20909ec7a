import { METHOD_STYLES, methodStyle } from "@sinqbench/report";
import { type Html, html } from "./html.ts";

/** A button for each measured method, in the order of the record: pressed, it follows the method across the page. */
export function methodBar(methods: readonly string[]): Html {
  const order = [...Object.keys(METHOD_STYLES), ...methods];
  const sorted = [...methods].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return html`<div class="set" role="group" aria-label="Follow a method"><span class="hint" id="follow-hint">Follow</span>${sorted.map(
    (method) =>
      html`<button type="button" class="chip" data-follow="${method}" aria-pressed="false"><i></i>${methodStyle(method).label}</button>`,
  )}</div>`;
}

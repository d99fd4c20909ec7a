import { type Html, html } from "./html.ts";

/** A button for each model where there are several: pressed, the page shows it alone. */
export function modelBar(models: readonly string[]): Html | "" {
  if (models.length < 2) return "";
  const buttons = ["", ...models].map(
    (model) =>
      html`<button type="button" class="pick" data-pick="${model}" aria-pressed="${model === "" ? "true" : "false"}">${model || "All"}</button>`,
  );
  return html`<div class="set" role="group" aria-label="Show a model"><span class="hint">Show</span>${buttons}</div>`;
}

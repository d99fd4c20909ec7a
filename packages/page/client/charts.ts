import { parse, type Spec, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { follow, followedMethod, onFollow } from "./follow.ts";
import { steppable } from "./steps.ts";
import { type Fact, hideTip, showTip } from "./tip.ts";
import { unpack } from "./unpack.ts";

interface Chart {
  readonly id: string;
  readonly spec: Spec;
}

/** What every mark that stands for a cell carries. */
export interface CellDatum {
  readonly method: string;
  readonly facts: readonly Fact[];
}

let views: View[] = [];
/** A newer page has begun to draw: an older one must not go on. */
let generation = 0;

onFollow((method) => {
  for (const view of views) void view.signal("follow", method).runAsync();
});

/** Draws every chart of the page into its place. Says so in the document when the last one stands. */
export async function drawCharts(): Promise<void> {
  const own = ++generation;
  for (const view of views) view.finalize();
  views = [];
  delete document.documentElement.dataset.drawn;
  const charts = await unpack<Chart[]>(document.getElementById("charts")!.textContent!);
  // Vega measures words: the font must be there.
  await document.fonts.load('12px "Inter Variable"').catch(() => []);
  for (const { id, spec } of charts) {
    if (own !== generation) return;
    const place = document.querySelector<HTMLElement>(`[data-chart="${CSS.escape(id)}"]`);
    if (place) views.push(await draw(place, spec));
  }
  document.documentElement.dataset.drawn = String(charts.length);
}

async function draw(place: HTMLElement, spec: Spec): Promise<View> {
  // Expressions are interpreted, so that the page needs no leave to evaluate code.
  const view = new View(parse(spec, undefined, { ast: true }), {
    renderer: "svg",
    container: place,
    expr: expressionInterpreter,
    hover: false,
    tooltip: () => {},
  });
  view.signal("follow", followedMethod()).width(place.clientWidth);
  await view.runAsync();
  new ResizeObserver(() => {
    const { clientWidth } = place;
    // On paper a chart shrinks by its styles.
    if (clientWidth > 0 && clientWidth !== view.width()) void view.width(clientWidth).runAsync();
  }).observe(place);
  // Vega gives the place a role of its own; the place's name says all that its marks do.
  place.setAttribute("role", "img");
  place.querySelector("svg")!.setAttribute("aria-hidden", "true");
  const datumOf = (item: unknown) => {
    const datum = (item as { datum?: Partial<CellDatum> } | null | undefined)?.datum;
    return datum?.facts && datum.method !== undefined ? (datum as CellDatum) : undefined;
  };
  view.addEventListener("pointermove", (event, item) => {
    const datum = datumOf(item);
    const { clientX, clientY } = event as PointerEvent;
    if (datum) showTip(datum.facts, clientX, clientY);
    else hideTip();
  });
  view.addEventListener("pointerout", hideTip);
  view.addEventListener("click", (event, item) => {
    const datum = datumOf(item);
    const { clientX, clientY } = event as PointerEvent;
    if (!datum) return;
    follow(datum.method);
    showTip(datum.facts, clientX, clientY);
  });
  steppable(place, view);
  return view;
}

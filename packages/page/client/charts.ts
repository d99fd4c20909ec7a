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

/** How long charts are drawn without a pause. */
const BREATH_MS = 40;

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
  const places = new Map(
    [...document.querySelectorAll<HTMLElement>(".plot")].map((place) => [place.dataset.chart, place]),
  );
  // Asked for at once: a width asked for between two charts would lay out the whole page again.
  const waiting = charts.flatMap(({ id, spec }) => {
    const place = places.get(id);
    return place ? [{ place, spec, width: place.clientWidth }] : [];
  });
  const seen = new Set<Element>();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) isIntersecting ? seen.add(target) : seen.delete(target);
  });
  for (const { place } of waiting) watcher.observe(place);
  let breath = performance.now();
  while (waiting.length > 0) {
    // A long page has seconds of drawing in it: whoever scrolls, types or clicks meanwhile comes first.
    if (performance.now() - breath > BREATH_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      breath = performance.now();
    }
    if (own !== generation) break;
    const looked = waiting.findIndex(({ place }) => seen.has(place));
    const [{ place, spec, width }] = waiting.splice(Math.max(0, looked), 1);
    views.push(await draw(place, spec, width));
  }
  watcher.disconnect();
  if (own !== generation) return;
  document.documentElement.dataset.drawn = String(charts.length);
}

async function draw(place: HTMLElement, spec: Spec, width: number): Promise<View> {
  // Expressions are interpreted, so that the page needs no leave to evaluate code.
  const view = new View(parse(spec, undefined, { ast: true }), {
    renderer: "svg",
    container: place,
    expr: expressionInterpreter,
    hover: false,
    tooltip: () => {},
  });
  view.signal("follow", followedMethod());
  // A chart of a model that is not shown gets its width when it is.
  if (width > 0) view.width(width);
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

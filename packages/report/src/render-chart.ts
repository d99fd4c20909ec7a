import { Resvg } from "@resvg/resvg-js";
import { type LoggerInterface, parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { FONT_FAMILY, fontFiles } from "./fonts.ts";
import { chartWarning } from "./messages.ts";

/** A chart in the three forms that results keep. */
export interface RenderedChart {
  /** The Vega-Lite specification, data included, for any Vega-Lite 6 viewer. */
  readonly vlJson: string;
  readonly svg: string;
  /** Twice the size of the SVG, white ground. */
  readonly png: Uint8Array;
}

const PNG_ZOOM = 2;

/**
 * Draws a specification without a browser. The same specification gives the same bytes: fonts come from npm, text is
 * measured by Vega's own estimate, nothing is random or dated.
 *
 * @throws BenchError `chart-warning` at the first thing that Vega-Lite or Vega finds wrong with the specification
 */
export async function renderChart(spec: TopLevelSpec): Promise<RenderedChart> {
  const svg = await renderSvg(spec);
  const drawn = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: FONT_FAMILY },
    fitTo: { mode: "zoom", value: PNG_ZOOM },
  });
  return { vlJson: `${JSON.stringify(spec, null, 2)}\n`, svg, png: drawn.render().asPng() };
}

/** The SVG alone; see {@link renderChart}. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const { spec: vega } = compile(spec, { logger: strictLogger() });
  const view = new View(parse(vega), { renderer: "none", logger: strictLogger() });
  try {
    return `${withFallbackFont(await view.toSVG())}\n`;
  } finally {
    view.finalize();
  }
}

/** A reader's browser may lack the family. */
function withFallbackFont(svg: string): string {
  return svg.replaceAll(`font-family="${FONT_FAMILY}"`, `font-family="${FONT_FAMILY}, sans-serif"`);
}

/** A chart that draws with a warning is a chart with a mistake in it. */
function strictLogger(): LoggerInterface {
  const refuse = (...parts: readonly unknown[]): never => {
    throw chartWarning(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" "));
  };
  const silent = (): LoggerInterface => logger;
  const logger = { level: silent, error: refuse, warn: refuse, info: silent, debug: silent } as LoggerInterface;
  return logger;
}

import { type LoggerInterface, parse, type Spec, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { chartWarning } from "../messages.ts";

/** A line of a cell's description: what it is, and its value. */
export type Fact = readonly [name: string, value: string];

/** What every mark that stands for a cell carries: the page shows the facts on hover and follows the method on a click. */
export interface ChartDatum {
  readonly method: string;
  readonly facts: readonly Fact[];
}

/** A chart as it goes into the page. */
export interface PageChart {
  readonly id: string;
  /** What a reader who does not see the chart is told. */
  readonly description: string;
  /** Methods that its marks stand for. */
  readonly methods: readonly string[];
  readonly spec: Spec;
}

/** Name of the signal that holds the followed method, "" for none. */
export const FOLLOW = "follow";
/** Width of a chart until the page has set it to that of its place. */
export const CHART_WIDTH = 480;
/** Marks of this name are the cells that the keyboard steps through. */
export const CELLS = "cells";

/** Whether a datum belongs to the followed method, or none is followed. */
export const FOLLOWED = `${FOLLOW} === '' || datum.method === ${FOLLOW}`;
export const FADED = 0.13;

/** Opacity of a mark that stands for a cell. */
export const cellOpacity = { condition: { test: FOLLOWED, value: 1 }, value: FADED } as const;

/**
 * Compiles a Vega-Lite specification to Vega, so that the page needs no compiler.
 *
 * @throws BenchError `chart-warning` at the first thing that Vega-Lite or Vega finds wrong with it
 */
export function pageChart(id: string, description: string, data: readonly ChartDatum[], spec: TopLevelSpec): PageChart {
  const logger = strictLogger(id);
  const { spec: vega } = compile(spec, { logger });
  // Drawn nowhere: parsing finds what compiling does not.
  new View(parse(vega, undefined, { ast: true }), { renderer: "none", logger }).finalize();
  return { id, description, methods: [...new Set(data.map(({ method }) => method))], spec: vega };
}

function strictLogger(chart: string): LoggerInterface {
  const refuse = (...parts: readonly unknown[]): never => {
    throw chartWarning(chart, parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" "));
  };
  const silent = (): LoggerInterface => logger;
  const logger = { level: silent, error: refuse, warn: refuse, info: silent, debug: silent } as LoggerInterface;
  return logger;
}

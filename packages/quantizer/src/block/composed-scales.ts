import type { BlockScales, TensorScales } from "./block-step.ts";

/** Scales of which one after the other are applied. */
export function composedScales(first: BlockScales, second: BlockScales): BlockScales {
  const names = new Set([...first.keys(), ...second.keys()]);
  return new Map(Array.from(names, (name) => [name, composed(first.get(name) ?? {}, second.get(name) ?? {})]));
}

function composed(first: TensorScales, second: TensorScales): TensorScales {
  const rows = product(first.rows, second.rows);
  const columns = product(first.columns, second.columns);
  return { ...(rows && { rows }), ...(columns && { columns }) };
}

function product(a: Float32Array | undefined, b: Float32Array | undefined): Float32Array | undefined {
  return a && b ? a.map((value, i) => value * b[i]) : (a ?? b);
}

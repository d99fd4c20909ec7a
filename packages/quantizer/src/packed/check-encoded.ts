import { type Kernels, packedBytes } from "@sinqbench/kernels";
import type { Aux, Encoded } from "../types.ts";

/**
 * What is wrong with an encoding that comes from a file, or undefined: whether every array is there with the length that rows,
 * columns, bits and groups imply, so that decoding reads nothing that is not there.
 */
export function problemOf(encoded: Encoded, kernels: Kernels): string | undefined {
  const { rows, cols, bits, group, codes, levels, grouping, scale, zero, columnScale, columnOrder } = encoded;
  const columnScaleRows = encoded.columnScaleRows ?? rows;
  for (const [what, value] of Object.entries({ rows, cols, group, columnScaleRows })) {
    if (!Number.isSafeInteger(value) || value < 1) return `${what} is ${value}`;
  }
  if (!Number.isInteger(bits) || bits < 2 || bits > 8) return `bits is ${bits}`;
  if (grouping !== undefined && grouping !== "flat") return `grouping is ${grouping}`;
  if (grouping === undefined && cols % group !== 0) return `groups of ${group} do not divide ${cols} columns`;
  if (!(codes instanceof Uint8Array)) return "it has no codes";
  const bytes = grouping === "flat" ? flatBytes(rows * cols, group, bits) : packedBytes(rows * cols, bits);
  if (codes.length !== bytes) return `it has ${codes.length} bytes of codes where ${bytes} are needed`;
  if (levels && (levels.length < 1 || levels.length > 2 ** bits))
    return `${levels.length} levels for ${bits}-bit codes`;
  const groups = grouping === "flat" ? Math.ceil((rows * cols) / group) : (rows * cols) / group;
  const bands = Math.ceil(rows / columnScaleRows) * cols;
  const aux =
    auxProblem("scale", scale, [groups]) ??
    auxProblem("zero", zero, [groups, 1]) ??
    (columnScale && auxProblem("columnScale", columnScale, [bands]));
  if (aux) return aux;
  const transform = inputTransformProblem(encoded);
  if (transform) return transform;
  if (columnOrder && !isPermutation(columnOrder, cols)) return `its column order is not one of ${cols} columns`;
  if (levels && levels.length < 2 ** bits && grouping === undefined) {
    const most = kernels.unpack(codes, bits, rows * cols).reduce((high, code) => Math.max(high, code), 0);
    if (most >= levels.length) return `code ${most} has no level among ${levels.length}`;
  }
  return undefined;
}

/** The whole groups are packed together, a shorter last one by itself. */
function flatBytes(count: number, group: number, bits: number): number {
  const end = count - (count % group);
  return packedBytes(end, bits) + (end < count ? packedBytes(count - end, bits) : 0);
}

function auxProblem(role: string, aux: Aux, lengths: readonly number[]): string | undefined {
  if (typeof aux !== "object" || aux === null) return `it has no ${role}`;
  const values = aux.dtype === "u8" ? aux.codes : aux.data;
  if (!ArrayBuffer.isView(values)) return `its ${role} has no values`;
  if (!lengths.includes(values.length)) return `its ${role} has ${values.length} values where ${lengths[0]} are needed`;
  if (aux.dtype === "f32" || aux.dtype === "f16") return undefined;
  if (aux.dtype === "u8") {
    const ranges = aux.min?.length ?? 0;
    return ranges >= 1 && ranges === aux.step?.length ? undefined : `the 8-bit ranges of its ${role} are not complete`;
  }
  if (aux.dtype !== "dynamic8") return `its ${role} is stored in a way that is not known here`;
  const blocks = Math.ceil(values.length / 256);
  const complete = aux.levels?.length === 256 && aux.blockMax?.length === blocks && aux.offset?.length === 1;
  return complete ? undefined : `the 8-bit blocks of its ${role} are not complete`;
}

function inputTransformProblem({ inputTransform, cols }: Encoded): string | undefined {
  if (!inputTransform) return undefined;
  const { kind, block } = inputTransform;
  const fits = kind === "hadamard" && Number.isSafeInteger(Math.log2(block)) && block >= 1 && cols % block === 0;
  return fits ? undefined : `its input transform is ${kind} in blocks of ${block} for ${cols} columns`;
}

function isPermutation(order: Int32Array, count: number): boolean {
  const seen = new Set(order);
  return order.length === count && seen.size === count && order.every((at) => at >= 0 && at < count);
}

import { strict as assert } from "node:assert";
import { packedBytes } from "@sinqbench/kernels";
import { decode } from "../decode.ts";
import { bitsPerWeight, storedBytes } from "../stored-bytes.ts";
import { attempt, type ConformanceCheck, configOf, contextOf, GROUP, type Subject } from "./check.ts";
import { gaussian, uneven } from "./matrices.ts";

/** The encoding describes itself, is whole, and counts what it stores. */
export function encodingChecks(subject: Subject): ConformanceCheck[] {
  const { quantizer, kernels, tiling } = subject;
  const weight = uneven(64, 3 * GROUP);
  return [
    {
      name: "decodes to finite float32 of the weight's shape",
      run() {
        for (const bits of quantizer.info.bits) {
          const { encoded, decoded } = attempt(subject, weight, bits);
          const { method, rows, cols, group } = encoded;
          assert.deepEqual(
            { method, rows, cols, group, bits: encoded.bits, tiling: encoded.tiling },
            { method: quantizer.info.id, rows: 64, cols: 3 * GROUP, group: GROUP, bits, tiling },
          );
          assert.ok(decoded instanceof Float32Array);
          assert.equal(decoded.length, weight.data.length);
          assert.ok(decoded.every(Number.isFinite), `${bits} bits: not all decoded weights are finite`);
        }
      },
    },
    {
      name: "decodes from the encoding alone, into any buffer",
      run() {
        const bits = quantizer.info.bits[0];
        const passing = { ...weight, data: weight.data.slice() };
        const encoded = quantizer.quantize(passing, configOf(subject, bits), contextOf(subject, weight.cols));
        const expected = decode(encoded, kernels);
        passing.data.fill(0);
        const out = new Float32Array(weight.data.length).fill(Number.NaN);
        assert.equal(decode({ ...structuredClone(encoded), method: "another" }, kernels, out), out);
        assert.deepEqual(out, expected);
      },
    },
    {
      name: "stored size is the bytes of its arrays",
      run() {
        for (const bits of quantizer.info.bits) {
          const { encoded } = attempt(subject, weight, bits);
          const bytes = arrayBytes(encoded);
          assert.equal(storedBytes(encoded), bytes);
          assert.equal(bitsPerWeight(encoded), (bytes * 8) / weight.data.length);
          assert.equal(encoded.codes.byteLength, packedBytes(weight.data.length, bits));
          for (const aux of [encoded.scale, encoded.zero, encoded.columnScale]) {
            const stored = aux && (aux.dtype === "u8" ? aux.codes : aux.data).length;
            assert.equal(
              stored,
              aux?.shape.reduce((a, b) => a * b, 1),
            );
          }
        }
      },
    },
    {
      name: "same bytes again, and the weight is left as it was",
      run() {
        // Not `weight`: an earlier check may have let it be changed already.
        const untouched = uneven(64, 3 * GROUP);
        const passed = uneven(64, 3 * GROUP);
        for (const bits of quantizer.info.bits) {
          const first = attempt(subject, passed, bits);
          assert.deepEqual(passed, untouched);
          assert.deepEqual(attempt(subject, passed, bits), first);
        }
      },
    },
    ...subject.others.map((other) => ({
      name: `same bytes from ${other.description}`,
      run() {
        for (const matrix of [weight, gaussian(70, 5 * GROUP)]) {
          // 70 rows give a number of 8-bit scales that does not divide by 32.
          if (matrix.rows === 70 && subject.aux === "u8") continue;
          for (const bits of quantizer.info.bits) {
            assert.deepEqual(attempt(subject, matrix, bits, other), attempt(subject, matrix, bits));
          }
        }
      },
    })),
  ];
}

/** Bytes of every typed array anywhere inside an object. */
function arrayBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + arrayBytes(part), 0);
}

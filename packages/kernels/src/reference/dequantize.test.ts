import { describe, expect, it } from "vitest";
import { dequantize } from "./dequantize.ts";
import { pack } from "./pack.ts";

const f = Math.fround;
const codes = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 15, 14, 13, 12);
const base = { rows: 3, cols: 4, bits: 4, group: 2, codes: pack(codes, 4) };
const scale = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
const zero = Float32Array.of(1, 2.5, 3, 4, 5, 6);

describe("dequantize", () => {
  it("is (code - zero) * scale * columnScale, rounded after each operation", () => {
    const columnScale = Float32Array.of(1.1, 1.2, 1.3, 1.4, 2.1, 2.2, 2.3, 2.4);
    const values = dequantize({ ...base, scale, zero, columnScale, columnScaleRows: 2 });
    codes.forEach((code, k) => {
      const g = Math.floor(k / 2);
      const column = columnScale[(k >= 8 ? 4 : 0) + (k % 4)];
      expect(values[k]).toBe(f(f(f(code - zero[g]) * scale[g]) * column));
    });
  });

  it("shares one zero and one line of column scales over all rows", () => {
    const columnScale = Float32Array.of(1, 2, 3, 4);
    const values = dequantize({ ...base, scale, zero: Float32Array.of(7), columnScale });
    expect(values[9]).toBe(f(f(f(14 - 7) * f(0.5)) * 2));
  });

  it("looks codes up in a codebook", () => {
    const levels = Float32Array.from({ length: 16 }, (_, k) => k * k * 0.01 - 1);
    const values = dequantize({ ...base, scale, zero, levels });
    expect(values[6]).toBe(f(f(levels[6] - zero[3]) * scale[3]));
  });

  it("writes into the array it is given", () => {
    const out = new Float32Array(12);
    expect(dequantize({ ...base, scale, zero }, out)).toBe(out);
    expect(out[11]).toBe(f(6 * scale[5]));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeU8, encodeU8 } from "./aux-u8.ts";

describe("encodeU8", () => {
  it("rounds halves to even", () => {
    const { codes, min, step } = encodeU8(Float32Array.of(1, 1.5, 2.5, 3.5, 3.75, 255.5, 256), 1);
    expect([min, step]).toEqual([Float32Array.of(1), Float32Array.of(1)]);
    expect([...codes]).toEqual([0, 0, 2, 2, 3, 254, 255]);
  });

  it("puts element i into range i mod ranges", () => {
    const { codes, min, step } = encodeU8(Float32Array.of(0, 1000, 255, 1510, 51, 1020), 2);
    expect([...min]).toEqual([0, 1000]);
    expect([...step]).toEqual([1, 2]);
    expect([...codes]).toEqual([0, 0, 255, 255, 51, 10]);
  });

  it("gives constant ranges, and ranges of denormals, step 1", () => {
    const values = Float32Array.of(-7, 0, -7, 1.4e-45);
    const encoded = encodeU8(values, 2);
    expect([...encoded.step]).toEqual([1, 1]);
    expect([...encoded.codes]).toEqual([0, 0, 0, 0]);
    expect([...decodeU8(encoded)]).toEqual([-7, 0, -7, 0]);
  });

  it("rounds every operation to float32, as NumPy and PyTorch do", () => {
    // In double, the second value would get the code before or after, and a step its neighbour.
    expect(encodeU8(Float32Array.of(3.615950584411621, 4.881597518920898, 4.919950485229492), 1).codes[1]).toBe(248);
    expect(encodeU8(Float32Array.of(-2.41555118560791, -0.7834431529045105, -0.7407522201538086), 1).codes[1]).toBe(
      248,
    );
    expect(encodeU8(Float32Array.of(0.06529620289802551, 0.568906307220459, 0.5948655605316162), 1).codes[1]).toBe(243);
    const range = encodeU8(Float32Array.of(0.06514985859394073, 1.1890161037445068), 1);
    expect(range.step).toEqual(Float32Array.of(0.0044073183089494705));
    const step = Float32Array.of(0.016527636);
    const min = Float32Array.of(-0.5356694);
    expect(decodeU8({ codes: Uint8Array.of(163), min, step })).toEqual(Float32Array.of(2.1583354));
  });

  it("keeps the last code where a denormal step rounds down", () => {
    // A spread of 380 denormals over 255 is a step of 1, which would put the largest at 380.
    const values = Float32Array.of(0, 380 * 1.401298464324817e-45);
    expect([...encodeU8(values, 1).codes]).toEqual([0, 255]);
  });

  it("is at most half a step off, and a range's ends come back", () => {
    const value = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (rows, ranges) => {
        const values = Float32Array.from(
          rows.flatMap((x) => Array.from({ length: ranges }, (_, range) => x * 10 ** range)),
        );
        const encoded = encodeU8(values, ranges);
        const decoded = decodeU8(encoded);
        values.forEach((x, i) => {
          const range = i % ranges;
          // A denormal step is off by up to half of 2^-149, 255 times over.
          const float32Error = 2 ** -22 * Math.max(Math.abs(encoded.min[range]), Math.abs(x)) + 2 ** -141;
          expect(Math.abs(decoded[i] - x)).toBeLessThanOrEqual(0.5001 * encoded.step[range] + float32Error);
          // The same number: a range that starts at 0 may give -0 back.
          if (x === encoded.min[range]) expect(decoded[i] === x).toBe(true);
        });
      }),
    );
  });
});

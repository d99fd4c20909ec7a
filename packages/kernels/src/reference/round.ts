import { codebookThresholds } from "../codebook-thresholds.ts";
import type { Rounded, RoundOptions } from "../types.ts";
import { checkFinite } from "./check-finite.ts";
import { groupRules, hasGroupZeros } from "./group-rules.ts";
import { pack } from "./pack.ts";

const f = Math.fround;

/**
 * Rounds float32 [rows, cols] group by group and packs the codes; see `groupRules` for the rules.
 *
 * With `normalize` a weight is first divided by its column scale and then by its row scale, in float32, and the returned
 * scale is the group's scale times its row scale. Throws BenchError `non-finite-weight` for the first NaN or infinity.
 */
export function round(weight: Float32Array, rows: number, cols: number, options: RoundOptions): Rounded {
  const { bits, group, scheme, normalize, zeroLimit } = options;
  checkFinite(weight, cols);
  const groups = cols / group;
  const codes = new Uint8Array(rows * cols);
  const scale = new Float32Array(rows * groups);
  const zero = hasGroupZeros(scheme) ? new Float32Array(rows * groups) : null;
  const thresholds = options.levels ? codebookThresholds(options.levels) : new Float32Array(0);
  const rule = groupRules[scheme];
  const settings = { bits, zeroLimit, thresholds };
  const x = new Float32Array(group);
  const out = { scale: 0, zero: 0 };
  for (let i = 0; i < rows; i++) {
    for (let g = 0; g < groups; g++) {
      const first = i * cols + g * group;
      for (let j = 0; j < group; j++) x[j] = weight[first + j];
      let rowScale = 1;
      if (normalize) {
        const column = Math.floor(i / normalize.tileRows) * cols + g * group;
        rowScale = normalize.rowScale[i * (cols / normalize.tileCols) + Math.floor((g * group) / normalize.tileCols)];
        for (let j = 0; j < group; j++) x[j] = f(x[j] / normalize.columnScale[column + j]) / rowScale;
      }
      rule(x, settings, codes, first, out);
      scale[i * groups + g] = out.scale * rowScale;
      if (zero) zero[i * groups + g] = out.zero;
    }
  }
  return { codes: pack(codes, bits), scale, zero };
}

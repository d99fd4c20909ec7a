import { loadKernels, referenceKernels } from "@sinqbench/kernels";
import { describe, expect, it } from "vitest";
import { MovedScales } from "../block/moved-scales.ts";
import { scaleLinks } from "../block/scale-links.ts";
import { checkConfig, checkWeight } from "../check-request.ts";
import { effectiveGroup } from "../effective-group.ts";
import { missingStatistics } from "../messages.ts";
import { roundAndStore } from "../round-and-store.ts";
import { roundings } from "../roundings.ts";
import { requiredStatistics } from "../statistics/required-statistics.ts";
import type { Aux, Encoded, QuantizeContext, Quantizer } from "../types.ts";
import { quantizerConformance } from "./quantizer-conformance.ts";

const kernels = loadKernels();

const sound: Quantizer = {
  info: { id: "sound", label: "", formula: "", source: "", bits: [2, 3, 4, 5, 6, 7, 8], tilings: ["1d"] },
  defaults: {},
  quantize(weight, config, context) {
    checkConfig(sound.info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    return roundAndStore(weight, { method: "sound", config, group, rounding: roundings.rtn }, context);
  },
};

/** The sound quantizer with its result changed. */
function spoilt(change: (encoded: Encoded, weight: Float32Array) => Encoded): Quantizer {
  return { ...sound, quantize: (weight, ...rest) => change(sound.quantize(weight, ...rest), weight.data) };
}

/** A method that reads statistics as `read` does. */
function calibrated(read: (context: QuantizeContext, cols: number) => void): Quantizer {
  return {
    ...sound,
    needs: { meanAbs: true, prefix: "original" },
    quantize(weight, config, context) {
      checkWeight(weight);
      read(context, weight.cols);
      return sound.quantize(weight, config, context);
    },
  };
}

/** Scales or zeros with every float32 value changed; other precisions as they are. */
function mapped(aux: Aux, change: (value: number) => number): Aux {
  return aux.dtype === "f32" ? { ...aux, data: aux.data.map(change) } : aux;
}

function failures(quantizer: Quantizer, others = [referenceKernels]): string[] {
  return quantizerConformance(quantizer, { kernels, others }).flatMap(({ name, run }) => {
    try {
      run();
      return [];
    } catch {
      return [name.replace(/^.*?: /, "")];
    }
  });
}

let calls = 0;
const broken: Record<string, [Quantizer, RegExp]> = {
  "forgets its settings": [spoilt((encoded) => ({ ...encoded, tiling: "2d" })), /float32 of the weight's shape/],
  "overflows to NaN": [
    spoilt((encoded) => ({ ...encoded, scale: mapped(encoded.scale, () => Number.NaN) })),
    /float32 of the weight's shape/,
  ],
  "keeps a view of the weight": [
    spoilt((encoded, weight) => ({
      ...encoded,
      scale:
        encoded.scale.dtype === "f32"
          ? { ...encoded.scale, data: weight.subarray(0, encoded.scale.data.length) }
          : encoded.scale,
    })),
    /from the encoding alone/,
  ],
  "hides an array from its size": [
    spoilt((encoded) => ({ ...encoded, residual: new Uint8Array(1) })),
    /stored size is the bytes/,
  ],
  "stores codes it does not need": [
    spoilt((encoded) => ({ ...encoded, codes: new Uint8Array([...encoded.codes, 0]) })),
    /stored size is the bytes/,
  ],
  "depends on the time of day": [
    spoilt((encoded) => ({ ...encoded, zero: mapped(encoded.zero, (z) => z + (calls++ % 7) * 1e-3) })),
    /same bytes again/,
  ],
  "rounds the weight in place": [
    spoilt((encoded, weight) => {
      weight[0] = 0;
      return encoded;
    }),
    /the weight is left as it was/,
  ],
  "differs between kernels": [
    {
      ...sound,
      quantize(weight, config, context) {
        const encoded = sound.quantize(weight, config, context);
        return context.kernels.id === "reference" ? { ...encoded, columnScaleRows: 1 } : encoded;
      },
    },
    /same bytes from TypeScript/,
  ],
  "is sloppy": [
    spoilt((encoded) => ({ ...encoded, zero: mapped(encoded.zero, (z) => z + 0.9) })),
    /8 bits nearly lossless/,
  ],
  "uses 4 bits at most": [
    {
      ...sound,
      quantize(weight, config, context) {
        if (config.bits <= 4) return sound.quantize(weight, config, context);
        const coarse = sound.quantize(weight, { ...config, bits: 4 }, context);
        const codes = context.kernels.unpack(coarse.codes, 4, weight.data.length);
        return { ...coarse, bits: config.bits, codes: context.kernels.pack(codes, config.bits) };
      },
    },
    /error falls as bits rise/,
  ],
  "takes any width": [
    {
      ...sound,
      quantize: (weight, config, context) =>
        sound.quantize(weight, { ...config, groupSize: Math.min(config.groupSize, 16) }, context),
    },
    /widths that the group does not divide/,
  ],
  "takes a group of 8": [
    {
      ...sound,
      quantize(weight, config, context) {
        if (weight.cols !== 40) return sound.quantize(weight, config, context);
        return roundAndStore(weight, { method: "sound", config, group: 8, rounding: roundings.rtn }, context);
      },
    },
    /no group fits is refused/,
  ],
  "gives zeros a value": [
    spoilt((encoded) => ({ ...encoded, zero: mapped(encoded.zero, (z) => z + 1e-3) })),
    /all-zero matrix stays zero/,
  ],
  "loses its zero point": [
    spoilt((encoded) => ({ ...encoded, zero: mapped(encoded.zero, (z) => Math.max(z, -1000)) })),
    /constant rows/,
  ],
  "lifts denormals": [
    spoilt((encoded) => ({
      ...encoded,
      scale: mapped(encoded.scale, (s) => Math.max(s, 1)),
      zero: mapped(encoded.zero, () => -0.01),
    })),
    /denormals decode/,
  ],
  "clips outliers": [
    {
      ...sound,
      quantize(weight, config, context) {
        const limit = weight.data.reduce((sum, value) => sum + Math.abs(value), 0) / weight.data.length;
        const data = weight.data.map((value) => Math.max(-8 * limit, Math.min(8 * limit, value)));
        return sound.quantize({ ...weight, data }, config, context);
      },
    },
    /single outlier/,
  ],
  "spreads outliers": [
    spoilt((encoded) => {
      const largest = encoded.scale.dtype === "f32" ? Math.max(...encoded.scale.data) : 0;
      return { ...encoded, scale: mapped(encoded.scale, (s) => (largest > 0.1 && s < 0.5 ? s * 40 : s)) };
    }),
    /single outlier/,
  ],
  "turns NaN into 0": [
    {
      ...sound,
      quantize: (weight, ...rest) =>
        sound.quantize({ ...weight, data: weight.data.map((value) => (Number.isFinite(value) ? value : 0)) }, ...rest),
    },
    /NaN and infinity are refused/,
  ],
  "takes any settings": [
    {
      ...sound,
      quantize: (weight, config, context) =>
        sound.quantize(
          weight,
          { ...config, aux: config.aux === "f16" || config.aux === "u8" ? config.aux : "f32" },
          context,
        ),
    },
    /settings that it is not defined for/,
  ],
  "does without its statistics": [calibrated(() => {}), /missing statistics/],
  "takes statistics of any layer": [
    calibrated(({ statistics }) => {
      if (!statistics) throw missingStatistics("sound", ["meanAbs"]);
    }),
    /missing statistics/,
  ],
  "does not count its values": [
    {
      ...sound,
      quantize(weight, ...rest) {
        const data = new Float32Array(weight.rows * weight.cols);
        data.set(weight.data.subarray(0, data.length));
        return sound.quantize({ ...weight, data }, ...rest);
      },
    },
    /without all its values/,
  ],
};

describe("quantizerConformance", () => {
  it("passes a sound quantizer", () => expect(failures(sound)).toEqual([]));

  it("passes a sound calibrated quantizer, with statistics of its width", () => {
    expect(failures(calibrated((context, cols) => requiredStatistics("sound", cols, context, ["meanAbs"])))).toEqual(
      [],
    );
  });

  it("covers each tiling with each aux precision", () => {
    const both = { ...sound, info: { ...sound.info, tilings: ["1d", "2d"] as const } };
    const kinds = new Set(quantizerConformance(both, { kernels }).map(({ name }) => name.replace(/: .*/, "")));
    expect([...kinds]).toEqual(
      ["1d", "2d"].flatMap((tiling) => ["f32", "f16", "u8"].map((aux) => `${tiling}, aux ${aux}`)),
    );
  });

  it.each(Object.entries(broken))("fails a quantizer that %s", (_, [quantizer, check]) => {
    expect(failures(quantizer)).toContainEqual(expect.stringMatching(check));
  });
});

/** The sound quantizer with a block step that doubles the columns of some weights and halves what comes before. */
function moving(...kept: string[]): Quantizer {
  return {
    ...sound,
    blockStep: async (block) => {
      const moved = new MovedScales();
      for (const link of scaleLinks(block)) await moved.move(link, new Float64Array(link.weights[0].shape[1]).fill(2));
      const scales = new Map(moved.scales());
      for (const name of kept) scales.delete(name);
      return scales;
    },
  };
}

async function blockFailures(quantizer: Quantizer): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of quantizerConformance(quantizer, { kernels })) {
    if (!name.startsWith("block step")) continue;
    await Promise.resolve()
      .then(run)
      .catch(() => failed.push(name));
  }
  return failed;
}

describe("conformance of a block step", () => {
  it("is asked of a quantizer that has one", async () => {
    expect(quantizerConformance(sound, { kernels }).some(({ name }) => name.startsWith("block step"))).toBe(false);
    expect(await blockFailures(moving())).toEqual([]);
  });

  it.each([
    ["the router", "mlp.gate.weight", /experts/],
    ["a norm", "input_layernorm.weight", /Llama/],
    ["a bias", "mlp.up_proj.bias", /Llama/],
    ["a shared expert", "mlp.shared_experts.gate_proj.weight", /DeepSeek/],
    ["the output projection", "self_attn.o_proj.weight", /Llama/],
    ["a latent norm", "self_attn.kv_a_layernorm.weight", /DeepSeek/],
    ["fused rows", "mlp.gate_up_proj.weight", /Phi/],
  ])("fails one that forgets %s", async (_, name, block) => {
    expect(await blockFailures(moving(name))).toContainEqual(expect.stringMatching(block));
  });

  it("fails one that does nothing", async () => {
    expect(await blockFailures({ ...sound, blockStep: async () => new Map() })).not.toEqual([]);
  });
});

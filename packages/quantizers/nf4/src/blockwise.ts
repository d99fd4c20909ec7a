import {
  checkConfig,
  checkWeight,
  type Encoded,
  encodeDynamic8,
  loadAux,
  type Quantizer,
  type QuantizerInfo,
  roundAndStoreFlat,
} from "@sinqbench/quantizer";
import { type BlockOptions, blockRules, checkBlockOptions } from "./block-options.ts";

const defaults: BlockOptions = { doubleQuantization: false };

/**
 * A method that rounds blocks of the flattened matrix to a codebook scaled by each block's largest magnitude.
 *
 * @param levels ascending
 * @param recode what else the encoding needs, if codes are not stored in that order
 */
export function blockwise(
  info: QuantizerInfo,
  levels: Float32Array,
  recode: (encoded: Encoded) => Encoded = (encoded) => encoded,
): Quantizer<BlockOptions> {
  const rounding = { scheme: "codebook-absmax", levels, bits: info.bits } as const;
  return {
    info,
    defaults,
    optionRules: blockRules,
    presets: { "double-quantization": { options: { doubleQuantization: true } } },
    quantize(weight, config, context, overrides) {
      const options = { ...defaults, ...overrides };
      checkConfig(info, config);
      checkBlockOptions(info.id, options, config.groupSize);
      checkWeight(weight);
      const { doubleQuantization } = options;
      const aux = doubleQuantization ? "f32" : config.aux;
      const request = { method: info.id, config: { ...config, aux }, group: config.groupSize, rounding } as const;
      const encoded = recode(roundAndStoreFlat(weight, request, context));
      if (!doubleQuantization) return encoded;
      return { ...encoded, scale: encodeDynamic8(loadAux(encoded.scale), encoded.scale.shape) };
    },
  };
}

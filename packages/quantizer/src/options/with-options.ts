import type { Quantizer } from "../types.ts";
import { checkOptions } from "./option-rules.ts";

/**
 * The same method with other options in the place of its defaults.
 *
 * @throws BenchError `invalid-option`
 */
export function withOptions<O extends object>(quantizer: Quantizer<O>, options: Partial<O>): Quantizer<O> {
  const { blockStep, optionRules } = quantizer;
  const defaults = { ...quantizer.defaults, ...options };
  if (optionRules) checkOptions(quantizer.info.id, optionRules, defaults);
  return {
    ...quantizer,
    defaults,
    quantize: (weight, config, context, more) => quantizer.quantize(weight, config, context, { ...options, ...more }),
    ...(blockStep && {
      blockStep: (block, config, context, more) => blockStep(block, config, context, { ...options, ...more }),
    }),
  };
}

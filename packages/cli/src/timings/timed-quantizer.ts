import type { BlockView, LayerStatistics, QuantizeContext, Quantizer } from "@sinqbench/quantizer";
import type { Stopwatch } from "./stopwatch.ts";

/**
 * A quantizer that does everything once without being timed and then as often as the watch has repeats. Each time it gets statistics
 * of its own: what a method keeps for layers that share their inputs is kept within a repeat and not across them. What a block
 * step reads is not counted.
 */
export function timedQuantizer(quantizer: Quantizer, watch: Stopwatch): Quantizer {
  const copies = watch.method.map(() => new WeakMap<LayerStatistics, LayerStatistics>());
  const { blockStep } = quantizer;
  return {
    ...quantizer,
    quantize(weight, config, context, options) {
      watch.begin();
      const encode = (own: QuantizeContext) => quantizer.quantize(weight, config, own, options);
      let encoded = encode(context);
      for (const [repeat, known] of copies.entries()) {
        const own = context.statistics ? { ...context, statistics: copyOf(context.statistics, known) } : context;
        const start = watch.clock();
        encoded = encode(own);
        watch.method[repeat] += watch.clock() - start;
      }
      return encoded;
    },
    ...(blockStep && {
      async blockStep(block, config, context, options) {
        watch.begin();
        let scales = await blockStep(block, config, context, options);
        for (const [repeat, known] of copies.entries()) {
          const { statistics } = context;
          const entries = statistics && [...statistics].map(([name, own]) => [name, copyOf(own, known)] as const);
          const own = entries ? { ...context, statistics: new Map(entries) } : context;
          const reading = { seconds: 0 };
          const timed = withReadingTimed(block, watch, reading);
          const start = watch.clock();
          scales = await blockStep(timed, config, own, options);
          watch.method[repeat] += watch.clock() - start - reading.seconds;
        }
        return scales;
      },
    }),
  };
}

function withReadingTimed({ tensors }: BlockView, { clock }: Stopwatch, reading: { seconds: number }): BlockView {
  return {
    tensors: tensors.map((tensor) => ({
      ...tensor,
      async read() {
        const start = clock();
        const values = await tensor.read();
        reading.seconds += clock() - start;
        return values;
      },
    })),
  };
}

/** The same numbers under another identity, which layers that share the original share too. */
function copyOf(statistics: LayerStatistics, known: WeakMap<LayerStatistics, LayerStatistics>): LayerStatistics {
  const found = known.get(statistics);
  if (found) return found;
  const { rows, secondMoment } = statistics;
  const copy = {
    ...statistics,
    ...(rows && { rows: { ...rows } }),
    ...(secondMoment && { secondMoment: { ...secondMoment } }),
  };
  known.set(statistics, copy);
  return copy;
}

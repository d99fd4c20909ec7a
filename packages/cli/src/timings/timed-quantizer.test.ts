import { loadKernels } from "@sinqbench/kernels";
import type { BlockTensorView, LayerStatistics, QuantizeConfig, Quantizer } from "@sinqbench/quantizer";
import { quantizerById } from "@sinqbench/quantizers";
import type { Matrix } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { Stopwatch } from "./stopwatch.ts";
import { timedQuantizer } from "./timed-quantizer.ts";

const kernels = loadKernels({ threads: 1 });
const config: QuantizeConfig = { bits: 4, groupSize: 16, tiling: "1d", aux: "f16" };
const weight: Matrix = { rows: 2, cols: 16, data: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)) };
const rtn = quantizerById("rtn");

/** A clock that moves only when it is told to. */
function handClock() {
  let time = 0;
  return { now: () => time, pass: (seconds: number) => void (time += seconds) };
}

const statistics = (): LayerStatistics => ({ tokens: 1, secondMoment: { rows: 1, cols: 1, data: Float32Array.of(1) } });

describe("a timed quantizer", () => {
  it("gives what the method gives, and adds up its seconds by repeat, without those of a first run", () => {
    const clock = handClock();
    // The first call takes 100 seconds, then 1, 2 and 3; for the second matrix 100, 4, 5 and 6.
    const seconds = [100, 1, 2, 3, 100, 4, 5, 6];
    const slow: Quantizer = {
      ...rtn,
      quantize(...args) {
        clock.pass(seconds.shift()!);
        return rtn.quantize(...args);
      },
    };
    const watch = new Stopwatch(3, clock.now);
    const timed = timedQuantizer(slow, watch);
    for (let matrix = 0; matrix < 2; matrix++) {
      expect(timed.quantize(weight, config, { kernels })).toEqual(rtn.quantize(weight, config, { kernels }));
    }
    expect(watch.method).toEqual([5, 7, 9]);
    expect(seconds).toEqual([]);
  });

  it("gives every repeat statistics of its own, and layers that share theirs the same ones", () => {
    const seen: (Matrix | undefined)[] = [];
    const looking: Quantizer = {
      ...rtn,
      quantize(own, settings, context) {
        seen.push(context.statistics?.secondMoment);
        return rtn.quantize(own, settings, context);
      },
    };
    const timed = timedQuantizer(looking, new Stopwatch(2, () => 0));
    const shared = statistics();
    timed.quantize(weight, config, { kernels, statistics: shared });
    timed.quantize(weight, config, { kernels, statistics: shared });
    timed.quantize(weight, config, { kernels, statistics: statistics() });
    const [untimed, first, second] = seen;
    expect(seen.slice(3, 6).every((moment, i) => moment === seen[i])).toBe(true);
    expect(new Set(seen).size).toBe(6);
    for (const moment of [untimed, first, second]) expect(moment).toEqual(shared.secondMoment);
  });

  it("counts a block step likewise, but not what it reads", async () => {
    const clock = handClock();
    const moments = new Set<Matrix | undefined>();
    const stepping: Quantizer = {
      ...rtn,
      async blockStep({ tensors }, _, context) {
        clock.pass(2);
        const values = await tensors[0].read();
        clock.pass(3);
        moments.add(context.statistics?.get("a")?.secondMoment);
        return new Map([["a", { columns: values }]]);
      },
    };
    const watch = new Stopwatch(2, clock.now);
    const values = Float32Array.of(1, 2);
    const tensor: BlockTensorView = {
      ...{ name: "a", shape: [1, 2], quantized: true },
      read: async () => {
        clock.pass(50);
        return values;
      },
    };
    const known = new Map([["a", statistics()]]);
    const timed = timedQuantizer(stepping, watch);
    const scales = await timed.blockStep!({ tensors: [tensor] }, config, { kernels, statistics: known });
    expect(scales).toEqual(new Map([["a", { columns: values }]]));
    expect(watch.method).toEqual([5, 5]);
    expect(moments.size).toBe(3);
    expect(timedQuantizer(rtn, watch).blockStep).toBeUndefined();
  });

  it("ends what came before a matrix or a block step", async () => {
    const times = [10, 14, 14, 14, 20, 21, 21, 21, 21];
    const watch = new Stopwatch(1, () => times.shift() ?? 21);
    const timed = timedQuantizer({ ...rtn, blockStep: async () => new Map() }, watch);
    watch.ran(1, "pass");
    timed.quantize(weight, config, { kernels });
    expect(watch.statistics).toBe(4);
    watch.ran(1, "pass");
    await timed.blockStep!({ tensors: [] }, config, { kernels });
    expect(watch.statistics).toBe(5);
  });
});

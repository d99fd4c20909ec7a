import type { Kernels } from "@sinqbench/kernels";
import { type ModelConfig, scaledSource } from "@sinqbench/models";
import { unpacked } from "@sinqbench/quantizer";
import { openCheckpoint, type TensorSource } from "@sinqbench/tensor";

/**
 * Opens a checkpoint folder by the names of the model's weights, whatever they are stored in: 16 or 32 bits, 8 bits with
 * scales, or packed codes.
 *
 * @throws BenchError those of `openCheckpoint`, `scaledSource` and `unpacked`
 */
export async function openWeights(dir: string, config: ModelConfig, kernels: Kernels): Promise<TensorSource> {
  const source = await openCheckpoint(dir);
  try {
    return unpacked(scaledSource(source, config), kernels);
  } catch (error) {
    await source.close();
    throw error;
  }
}

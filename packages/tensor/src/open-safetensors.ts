import { SafetensorsFile } from "./safetensors-file.ts";
import type { TensorSource } from "./tensor-source.ts";

/**
 * Opens a safetensors file: reads and checks its header, nothing else.
 *
 * @throws BenchError `missing-file`, `unreadable-file`, `damaged-safetensors`, `unknown-dtype`
 */
export async function openSafetensors(path: string): Promise<TensorSource> {
  return new SafetensorsFile(path).open();
}

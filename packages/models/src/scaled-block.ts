import type { ConfigReader } from "./config-reader.ts";
import { messages } from "./messages.ts";
import type { ModelConfig } from "./types.ts";

/**
 * The block that one scale of 8-bit floating-point weights covers (`quantization_config` of DeepSeek-V3); null for weights
 * of 16 or 32 bits. Other quantized checkpoints are refused: their weights are not those of the paper's baseline.
 */
export function readScaledBlock(config: ConfigReader): ModelConfig["scaledBlock"] {
  const quantization = config.object("quantization_config");
  if (quantization === null) return null;
  const method = quantization.raw("quant_method");
  if (method !== "fp8") {
    throw messages.unsupportedSetting(config.path, "quantization_config", method ?? "present", "only fp8 or none");
  }
  quantization.require("fmt", ["e4m3"], "e4m3");
  const [rows, cols, ...more] = quantization.numbers("weight_block_size");
  if (rows !== undefined && cols !== undefined && more.length === 0 && [rows, cols].every(Number.isInteger)) {
    return [rows, cols];
  }
  throw messages.badField(
    config.path,
    "quantization_config.weight_block_size",
    quantization.raw("weight_block_size"),
    "two whole numbers",
  );
}

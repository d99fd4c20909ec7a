import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigReader } from "./config-reader.ts";
import { deepseekV2 } from "./deepseek-v2.ts";
import { deepseekV3 } from "./deepseek-v3.ts";
import { llama } from "./llama.ts";
import { messages } from "./messages.ts";
import { phi3 } from "./phi3.ts";
import { qwen3 } from "./qwen3.ts";
import { qwen3Moe } from "./qwen3-moe.ts";
import type { Architecture, ModelConfig } from "./types.ts";

/** Supported architectures by `model_type`; a new one is a file and a line here. */
export const architectures: Readonly<Record<string, Architecture>> = {
  qwen3,
  qwen3_moe: qwen3Moe,
  llama,
  phi3,
  deepseek_v2: deepseekV2,
  deepseek_v3: deepseekV3,
};

/** Reads `config.json` of a checkpoint folder (or a config file itself). Throws a BenchError that names the file. */
export async function readModelConfig(folderOrFile: string): Promise<ModelConfig> {
  const path = folderOrFile.endsWith(".json") ? folderOrFile : join(folderOrFile, "config.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw messages.missingConfig(path);
  }
  return parseModelConfig(path, text);
}

/** `path` is only for messages. */
export function parseModelConfig(path: string, text: string): ModelConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw messages.unreadableConfig(path, (error as Error).message);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw messages.unreadableConfig(path, "it holds something else");
  }
  const config = new ConfigReader(path, json as Record<string, unknown>);
  const modelType = String(config.raw("model_type") ?? "missing");
  const architecture = Object.hasOwn(architectures, modelType) ? architectures[modelType] : undefined;
  if (!architecture) throw messages.unsupportedArchitecture(path, modelType, Object.keys(architectures));
  return architecture.readConfig(config);
}

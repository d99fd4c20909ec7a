/** What evaluation and quantization read beside the weights, and what makes a quantized copy usable elsewhere. All small. */
const SMALL_FILES = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "tokenizer.model",
  "vocab.json",
  "merges.txt",
  "model.safetensors.index.json",
];

export const CONFIG = "config.json";
export const TOKENIZER = "tokenizer.json";
export const SINGLE = "model.safetensors";
export const INDEX = "model.safetensors.index.json";

/** Files in formats that are not read; named where a repository has no other. */
const OTHER_WEIGHTS = /\.(bin|gguf|pth?|onnx|h5|msgpack|safetensors)$/;

export function isSmallFile(path: string): boolean {
  return SMALL_FILES.includes(path);
}

export function otherWeights(paths: readonly string[]): string[] {
  const found = paths.filter((path) => OTHER_WEIGHTS.test(path));
  return found.length > 3 ? [...found.slice(0, 3), `${found.length - 3} more`] : found;
}

export { type CutWindows, cutWindows } from "./cut-windows.ts";
export type { EvaluationInput, WindowOptions } from "./evaluation-input.ts";
export { loadTokenizer, type TextTokenizer } from "./load-tokenizer.ts";
export { isPaperInput, type PaperDataset, paperDatasetOf, paperDatasets } from "./paper-input.ts";
export { protocolName } from "./protocol-name.ts";
export type { TextDataset } from "./text-dataset.ts";
export { textFileInput, textInput } from "./text-input.ts";
export { tokensFileInput } from "./tokens-file-input.ts";

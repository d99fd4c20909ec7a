export { gptq } from "./gptq.ts";
export type { GptqOptions } from "./gptq-options.ts";
export { hadamardGptq } from "./hadamard-gptq.ts";

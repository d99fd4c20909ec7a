export { quantizerById } from "./quantizer-by-id.ts";
export { quantizers } from "./quantizers.ts";

export { type MethodChoice, methodChoice } from "./method-choice.ts";
export { quantizerById } from "./quantizer-by-id.ts";
export { quantizers } from "./quantizers.ts";

export { embeddedModelDir, embeddedModelName } from "./model.ts";
export { embeddedTexts } from "./texts.ts";

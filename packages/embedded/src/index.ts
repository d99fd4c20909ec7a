export { type EmbeddedModel, embeddedModels } from "./models.ts";
export { embeddedTexts } from "./texts.ts";

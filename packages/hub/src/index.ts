export { freeBytes } from "./free-space.ts";
export type { DownloadProgress, HubOptions, Pace } from "./hub.ts";
export { type HubId, parseHubId } from "./hub-id.ts";
export { type HubFileRequest, openHubFile } from "./open-hub-file.ts";
export {
  type HubFile,
  type HubModel,
  type HubModelInspection,
  type HubModelRequest,
  inspectHubModel,
  openHubModel,
} from "./open-hub-model.ts";
export { type Environment, type HubSettings, hubSettings } from "./settings.ts";

export { canonicalJson } from "./canonical-json.ts";
export { type Cell, type CellInputs, type CellNumbers, cellKey, type WindowsIdentity } from "./cell.ts";
export { CellStore, type StoredCell } from "./cell-store.ts";
export { fileSha256 } from "./file-hash.ts";
export { modelSha256 } from "./model-hash.ts";
export { sourceSha256 } from "./source-hash.ts";
export { claimWorkFolder, idleWorkFolders, type WorkFolder } from "./work-folder.ts";

// A worker thread starts from JavaScript; tsx is switched on here so that it can load the TypeScript beside it.
import { register } from "tsx/esm/api";

register();
await import("./graph-worker.ts");

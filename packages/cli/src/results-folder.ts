import { fileURLToPath } from "node:url";

/** `results` at the root of the repository. */
export const RESULTS = fileURLToPath(new URL("../../../results", import.meta.url));

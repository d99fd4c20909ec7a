import { fileURLToPath } from "node:url";

/** Builds, checks and times the CUDA kernels on a machine with a GPU; see the script's first lines. Runs under bash. */
export const measureScript = fileURLToPath(new URL("../../cuda/measure/measure.sh", import.meta.url));

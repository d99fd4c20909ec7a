import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Io } from "../io.ts";
import type { Finding } from "./finding.ts";
import { folderFinding, spaceFinding } from "./folders.ts";
import { hubFindings } from "./hub.ts";
import { kernelCacheFolder, kernelFindings } from "./kernels.ts";
import { memoryFinding, nodeFinding, processorFinding, systemFinding } from "./machine.ts";
import { runtimeFindings } from "./runtime.ts";

/** Everything that `exp doctor` reports, in its order. */
export async function examine(env: Io["env"]): Promise<Finding[]> {
  return [
    nodeFinding(),
    systemFinding(),
    processorFinding(),
    ...kernelFindings(),
    ...(await runtimeFindings()),
    memoryFinding(),
    ...(await hubFindings(env)),
    await folderFinding("Cache", kernelCacheFolder()),
    await folderFinding("Results", fileURLToPath(new URL("../../../../results", import.meta.url))),
    await spaceFinding("Scratch disk", tmpdir()),
  ];
}

import { cacheRoot } from "@sinqbench/tensor";
import type { Io } from "../io.ts";
import { RESULTS } from "../results-folder.ts";
import type { Finding } from "./finding.ts";
import { folderFinding, spaceFinding } from "./folders.ts";
import { hubFindings } from "./hub.ts";
import { kernelFindings } from "./kernels.ts";
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
    await folderFinding("Cache", cacheRoot(env)),
    await folderFinding("Results", RESULTS),
    await spaceFinding("Cache disk", cacheRoot(env)),
  ];
}

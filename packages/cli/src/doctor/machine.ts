import { availableParallelism, freemem, release, totalmem } from "node:os";
import { processorName } from "../processor-name.ts";
import { measure } from "../terminal/quantity.ts";
import type { Finding } from "./finding.ts";

const OLDEST_NODE = [20, 19] as const;
/** A block of Qwen3-32B in float32 with its windows; below it large checkpoints swap. */
const COMFORTABLE_MEMORY = 4e9;

export function nodeFinding(version: string = process.versions.node): Finding {
  const [major, minor] = version.split(".").map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return {
    subject: "Node",
    found: version,
    ...(old && { advice: `install Node ${OLDEST_NODE.join(".")} or newer` }),
  };
}

export function systemFinding(): Finding {
  return { subject: "System", found: `${process.platform} ${process.arch}, ${release()}` };
}

export function processorFinding(): Finding {
  const model = processorName();
  return { subject: "Processor", found: `${model}, ${availableParallelism()} cores usable` };
}

export function memoryFinding(free: number = freemem(), total: number = totalmem()): Finding {
  return {
    subject: "Memory",
    found: `${measure(free, "B")} free of ${measure(total, "B")}`,
    ...(free < COMFORTABLE_MEMORY && {
      advice: "close other programs before evaluating a large checkpoint; one block and its windows must fit",
    }),
  };
}

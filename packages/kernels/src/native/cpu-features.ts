import { readFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";

/** What -march=native depends on: platform, processor model and, where the system lists them, its features. */
export function cpuFeatures(): string {
  return [platform(), arch(), cpus()[0]?.model ?? "", ...listedFeatures()].join("\n");
}

function listedFeatures(): string[] {
  try {
    return readFileSync("/proc/cpuinfo", "utf8").match(/^(flags|Features)\s*:.*$/m) ?? [];
  } catch {
    // Not Linux: the model has to do.
    return [];
  }
}

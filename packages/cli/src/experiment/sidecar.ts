import { availableParallelism, cpus, release, totalmem } from "node:os";
import { describeRuntime } from "@sinqbench/evaluate";
import type { HubModel } from "@sinqbench/hub";
import type { Kernels } from "@sinqbench/kernels";
import type { ModelFolder } from "../model-folder.ts";

export interface RunTimes {
  readonly started: Date;
  readonly finished: Date;
}

/** What differs from run to run and from machine to machine; kept beside the results and out of them. */
export function sidecar(model: ModelFolder, kernels: Kernels, threads: number, { started, finished }: RunTimes) {
  return {
    model: model.dir,
    ...(model.hub && { hub: hubSource(model.hub) }),
    started: started.toISOString(),
    seconds: (finished.getTime() - started.getTime()) / 1000,
    machine: {
      system: `${process.platform} ${process.arch} ${release()}`,
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memory_bytes: totalmem(),
    },
    numerics: { provider: "cpu", precision: "float32", threads, kernels: kernels.description },
    versions: { node: process.versions.node, onnxruntime: describeRuntime().version },
    peak_resident_bytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** A download that anyone can repeat to the byte. */
function hubSource({ repo, revision, commit, files }: HubModel) {
  return { repo, revision, commit, files: files.map(({ path, size, sha256 }) => ({ path, size, sha256 })) };
}

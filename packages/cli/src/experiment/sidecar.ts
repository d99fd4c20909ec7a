import { availableParallelism, release, totalmem } from "node:os";
import { describeRuntime, numerics } from "@sinqbench/evaluate";
import type { HubModel } from "@sinqbench/hub";
import type { EvaluatedModel, Evaluation } from "../evaluate-model.ts";
import { processorName } from "../processor-name.ts";

export interface RunTimes {
  readonly started: Date;
  readonly finished: Date;
}

/** What differs from run to run and from machine to machine; kept beside the results and out of them. */
export function sidecar(
  { model, kernels, threads, device, cells }: Evaluation & Pick<EvaluatedModel, "cells">,
  { started, finished }: RunTimes,
) {
  return {
    model: model.dir,
    ...(model.hub && { hub: hubSource(model.hub) }),
    started: started.toISOString(),
    seconds: (finished.getTime() - started.getTime()) / 1000,
    machine: {
      system: `${process.platform} ${process.arch} ${release()}`,
      processor: processorName(),
      cores: availableParallelism(),
      memory_bytes: totalmem(),
    },
    numerics: { ...numerics(device), threads, kernels: kernels.description },
    versions: { node: process.versions.node, onnxruntime: describeRuntime().version },
    peak_resident_bytes: process.resourceUsage().maxRSS * 1024,
    // Of each row of the CSV, in its order: where the store of results has its losses.
    cells: cells.flat(),
  };
}

/** A download that anyone can repeat to the byte. */
function hubSource({ repo, revision, commit, files }: HubModel) {
  return { repo, revision, commit, files: files.map(({ path, size, sha256 }) => ({ path, size, sha256 })) };
}

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { GraphBuilder } from "@sinqbench/onnx";
import { listSupportedBackends } from "onnxruntime-node";
import { messages } from "./messages.ts";

/** onnxruntime's execution providers that run every graph here. */
export const devices = ["cpu", "cuda", "webgpu"] as const;
/** Where graphs run. */
export type Device = (typeof devices)[number];

const PROBE = fileURLToPath(new URL("./device-probe.mjs", import.meta.url));

/**
 * Makes sure that the runtime can compute on a device before anything is read for it. A process of its own tries: what a provider
 * prints, or does when it finds no hardware, stays there.
 *
 * @throws BenchError `device-missing`
 */
export async function checkDevice(device: Device): Promise<void> {
  if (device === "cpu") return;
  const known = listSupportedBackends().map(({ name }) => name);
  if (!known.includes(device)) throw messages.deviceNotBuilt(device, `${process.platform} ${process.arch}`, known);
  if (device === "cuda" && !existsSync(cudaProvider())) throw messages.cudaNotInstalled();
  const graph = new GraphBuilder("probe");
  const x = graph.input("x", "float32", [2, 2]);
  graph.output("y", graph.op("Gemm", [x, x], {}), "float32", [2, 2]);
  const model = Buffer.from(graph.build()).toString("base64");
  try {
    await promisify(execFile)(process.execPath, [PROBE, device, model], { timeout: 60_000 });
  } catch (error) {
    throw messages.deviceFailed(device, reasonOf(error as Error & { stdout?: string }));
  }
}

function cudaProvider(): string {
  const root = dirname(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")));
  return join(root, `bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime_providers_cuda.so`);
}

function reasonOf({ stdout, message }: Error & { stdout?: string }): string {
  // Before the reason come the place in the runtime's source and the expression that was false.
  const text = (stdout?.trim() || message).replaceAll("\n", " ");
  return text.slice(text.lastIndexOf("was false. ") + 1).replace(/^as false\. /, "");
}

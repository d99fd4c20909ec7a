import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { describeRuntime } from "./describe-runtime.ts";
import type { Device } from "./device.ts";

/** What the bits of losses depend on beside model, variant, windows and code; plain data. Not the number of threads. */
export function numerics(device: Device): Readonly<Record<string, string>> {
  return {
    provider: device,
    precision: "float32",
    onnxruntime: describeRuntime().version,
    processor: processor(),
    ...(device !== "cpu" && { accelerator: accelerator() }),
  };
}

/** The runtime picks its kernels by the instruction sets that it finds. */
function processor(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown";
  const features = read("/proc/cpuinfo").match(/^(flags|Features)\s*:(.*)$/m)?.[2] ?? "";
  const vector = features
    .split(" ")
    .filter((name) => /^(sse|ssse|avx|fma|f16c|amx|vnni|asimd|sve|bf16|i8mm|neon)/.test(name));
  const digest = createHash("sha256").update(vector.sort().join(" ")).digest("hex").slice(0, 8);
  return `${process.platform} ${process.arch} ${model} ${digest}`;
}

/** Graphics processors and their driver as NVIDIA's driver lists them. */
function accelerator(): string {
  const folder = "/proc/driver/nvidia";
  const models = list(`${folder}/gpus`).map(
    (name) => /^Model:\s*(.*)$/m.exec(read(`${folder}/gpus/${name}/information`))?.[1],
  );
  const driver = /Kernel Module\s+(?:for \S+\s+)?(\S+)/.exec(read(`${folder}/version`))?.[1];
  return models.length === 0 ? "unknown" : `${models.join(", ")} driver ${driver ?? "unknown"}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

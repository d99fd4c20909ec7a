import type { Finding } from "./finding.ts";

/** The ONNX runtime and what it can run on. Never throws: a runtime that does not load is a finding. */
export async function runtimeFindings(): Promise<Finding[]> {
  try {
    const ort = await import("onnxruntime-node");
    const providers = ort
      .listSupportedBackends()
      .map(({ name, bundled }) => (bundled ? name : `${name} (not installed)`));
    return [
      { subject: "ONNX Runtime", found: ort.env.versions.node ?? "unknown version" },
      { subject: "Providers", found: `${providers.join(", ")}; models run on cpu` },
    ];
  } catch (error) {
    return [
      {
        subject: "ONNX Runtime",
        found: `does not load (${(error as Error).message.split("\n")[0]})`,
        advice:
          "run pnpm install again on this machine; the runtime has builds for Linux, macOS and Windows on x64 and arm64",
      },
    ];
  }
}

import type { Finding } from "./finding.ts";

/** The ONNX runtime and what it can run on. Never throws: a runtime that does not load is a finding. */
export async function runtimeFindings(): Promise<Finding[]> {
  try {
    const { describeRuntime } = await import("@sinqbench/evaluate");
    const { version, providers } = describeRuntime();
    const names = providers.map(({ name, bundled }) => (bundled ? name : `${name} (not installed)`));
    return [
      { subject: "ONNX Runtime", found: version },
      { subject: "Providers", found: `${names.join(", ")}; models run on cpu unless --device says otherwise` },
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

import { env, listSupportedBackends } from "onnxruntime-node";

/** Version of onnxruntime and the execution providers that this build of it carries. */
export function describeRuntime(): { version: string; providers: { name: string; bundled: boolean }[] } {
  return {
    version: env.versions.node ?? env.versions.common,
    providers: listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })),
  };
}

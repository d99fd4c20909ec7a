import { describe, it } from "vitest";
import { inspectNative } from "../native/build.ts";
import { agreementChecks } from "./testing/agreement.ts";
import { emulatedH100, openEmulated } from "./testing/emulated.ts";

describe.skipIf(inspectNative().compiler === null)("CUDA kernels, emulated, ", () => {
  const library = openEmulated();

  it.each(agreementChecks)("$name", ({ run }) => {
    library.setDevice(emulatedH100);
    run(library);
  });
});

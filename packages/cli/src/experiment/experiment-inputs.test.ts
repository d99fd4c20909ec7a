import { embeddedModels } from "@sinqbench/embedded";
import { describe, expect, it } from "vitest";
import { openModelFolder } from "../model-folder.ts";
import { Session } from "../session.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { defaultWindows, experimentInputs } from "./experiment-inputs.ts";

const folder = temporaryFolder();

describe("what an experiment scores by default", () => {
  it.each(embeddedModels)(
    "is as many tokens of each text as it has time for, in windows as long as $name takes",
    async ({ name }) => {
      const io = { cwd: folder(), env: { SINQBENCH_CACHE: folder() }, signal: new AbortController().signal };
      const session = new Session({ ...io, stdout: { write: () => {} }, stderr: { write: () => {} } });
      const model = await openModelFolder(session, name);
      const inputs = await experimentInputs(session, model, {});
      const length = model.config.maxPositions;
      expect(inputs.map((input) => [input.name, input.protocol, input.windows.count * input.windows.length])).toEqual(
        ["moby-dick", "sotu"].map((text) => [text, `gptq-${length}-first${16_384 / length}`, 16_384]),
      );
    },
  );

  it("is eight windows at least", () => {
    expect([256, 512, 1000, 1024, 2048, 4096].map(defaultWindows)).toEqual([64, 32, 16, 16, 8, 8]);
  });
});

import { join } from "node:path";
import {
  type Corpus,
  corpusInput,
  type EvaluationInput,
  fileTokenCache,
  loadTokenizer,
  type Protocol,
} from "@sinqbench/datasets";
import { cacheRoot } from "@sinqbench/tensor";
import { windowTooLong } from "../messages.ts";
import type { ModelFolder } from "../model-folder.ts";
import type { Session } from "../session.ts";
import { createProgress, type ProgressBar } from "../terminal/progress.ts";

interface CorpusWindowsOptions {
  readonly limit?: number | undefined;
  readonly keep?: "start" | "end";
}

/** The windows of a corpus by a model's own tokenizer; tokens are kept for the next run. */
export async function corpusWindows(
  session: Session,
  model: ModelFolder,
  corpus: Corpus,
  protocol: Protocol,
  options: CorpusWindowsOptions = {},
): Promise<EvaluationInput> {
  const { maxPositions } = model.config;
  if (protocol.window > maxPositions) throw windowTooLong(model.dir, protocol.window, maxPositions);
  const tokenizer = await loadTokenizer(model.dir);
  const cache = fileTokenCache(join(cacheRoot(session.io.env), "tokens"));
  let bar: ProgressBar | undefined;
  try {
    return await corpusInput(corpus, tokenizer, protocol, {
      ...options,
      cache,
      onProgress: (done, total) => {
        bar ??= createProgress(session.io, {
          label: `tokenizing ${corpus.name}`,
          total,
          rate: (perSecond) => `${perSecond.toPrecision(3)} windows/s`,
        });
        bar.update(done);
        return session.breathe();
      },
    });
  } finally {
    bar?.end();
  }
}

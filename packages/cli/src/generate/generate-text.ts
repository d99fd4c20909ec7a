import { loadTokenizer } from "@sinqbench/datasets";
import { chooseToken, generate } from "@sinqbench/evaluate";
import { seededRandom } from "@sinqbench/tensor";
import type { GenerateFlags } from "../commands/generate.ts";
import { openKernels } from "../kernels-in-use.ts";
import { emptyPrompt, promptTooLong } from "../messages.ts";
import { openModelFolder } from "../model-folder.ts";
import type { Session } from "../session.ts";
import { endTokens } from "./end-tokens.ts";

/** Writes prompt and continuation to stdout as tokens come, up to the end of the text or `--tokens`. */
export async function generateText(session: Session, word: string, flags: GenerateFlags): Promise<void> {
  const model = await openModelFolder(session, word, flags.revision);
  const tokenizer = await loadTokenizer(model.dir);
  const typed = tokenizer.encode(flags.prompt);
  if (typed.length === 0) throw emptyPrompt();
  const prompt = tokenizer.bos === null ? typed : Int32Array.of(tokenizer.bos, ...typed);
  const { maxPositions } = model.config;
  if (prompt.length + flags.tokens > maxPositions) throw promptTooLong(prompt.length, flags.tokens, maxPositions);
  const ends = await endTokens(model.dir);
  const kernels = openKernels(session, flags.threads);
  const sampling = { temperature: flags.temperature, topP: flags.topP, random: seededRandom(flags.seed) };
  const ids = Array.from(typed);
  const { stdout, signal } = session.io;
  let written = 0;
  // A character of several tokens is a replacement character until its last one is there.
  const write = (whole: boolean) => {
    const text = tokenizer.decode(Int32Array.from(ids));
    const end = whole ? text.length : text.replace(/\uFFFD+$/, "").length;
    if (end > written) stdout.write(text.slice(written, end));
    written = Math.max(written, end);
  };
  write(false);
  const steps = generate({
    modelDir: model.dir,
    prompt,
    tokens: flags.tokens,
    choose: (logits) => chooseToken(logits, sampling),
    kernels,
    threads: flags.threads,
    signal,
  });
  for await (const id of steps) {
    if (ends.has(id)) break;
    ids.push(id);
    write(false);
  }
  write(true);
  stdout.write("\n");
}

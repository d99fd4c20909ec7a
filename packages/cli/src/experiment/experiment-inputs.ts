import { type EvaluationInput, parseProtocol, tokensFileInput } from "@sinqbench/datasets";
import { embeddedTexts } from "@sinqbench/embedded";
import { corpusWindows } from "../dataset/corpus-windows.ts";
import { type DatasetWord, parseDatasetWord } from "../dataset/dataset-word.ts";
import { openCorpus } from "../dataset/open-corpus.ts";
import { sameDataset } from "../messages.ts";
import type { ModelFolder } from "../model-folder.ts";
import { protocolFor } from "../protocol.ts";
import type { Session } from "../session.ts";

const DEFAULT_TOKENS = 16_384;
/** A standard error over fewer says little of itself. */
const FEWEST_WINDOWS = 8;

/**
 * Windows of each text that an experiment scores unless `--windows` says otherwise: enough tokens that a paired difference of one
 * percent stands clear of its error, few enough that the embedded models take a minute for table 1 on two cores, and less than 20
 * for the whole record.
 */
export function defaultWindows(length: number): number {
  return Math.max(FEWEST_WINDOWS, Math.floor(DEFAULT_TOKENS / length));
}

/** The texts of the paper's tables. */
const PAPER_DATASETS = ["wikitext2", "c4"];

/** What `--dataset` names, each once under a protocol; undefined where it was not given. Reads nothing. */
export function parseDatasets(words: readonly string[] | undefined): DatasetWord[] | undefined {
  const datasets = words?.map(parseDatasetWord);
  const same = (a: DatasetWord, b: DatasetWord) => a.name === b.name && a.protocol?.name === b.protocol?.name;
  const twice = datasets?.find((word, i) => datasets.findIndex((other) => same(word, other)) < i);
  if (twice) throw sameDataset(twice.name);
  return datasets;
}

/**
 * The windows of an experiment's texts, by the model's own tokenizer. Unless texts are named, a model of the hub is scored on
 * the paper's, any other on those that come with the repository, of which a part is enough. With `protocols`, a text that is
 * named without one is scored under each that the model is long enough for. A file of tokens takes the place of all texts.
 */
export async function experimentInputs(
  session: Session,
  model: ModelFolder,
  {
    dataset,
    windows,
    protocols = [],
    tokens,
  }: {
    readonly dataset?: readonly string[];
    readonly windows?: number;
    readonly protocols?: readonly string[];
    readonly tokens?: string;
  },
): Promise<EvaluationInput[]> {
  if (tokens !== undefined) return [await tokensFileInput(session.path(tokens), { limit: windows })];
  const fallback = model.hub ? PAPER_DATASETS : embeddedTexts.map(({ name }) => name);
  const inputs: EvaluationInput[] = [];
  const { maxPositions } = model.config;
  const fitting = protocols.map(parseProtocol).filter(({ window }) => window <= maxPositions);
  for (const word of parseDatasets(dataset ?? fallback)!) {
    const corpus = await openCorpus(session, word);
    const chosen = word.protocol || fitting.length === 0 ? [protocolFor(word, maxPositions)] : fitting;
    for (const protocol of chosen) {
      const part = "text" in word.known ? defaultWindows(protocol.window) : undefined;
      inputs.push(await corpusWindows(session, model, corpus, protocol, { limit: windows ?? part }));
    }
  }
  return inputs;
}

import {
  type DatasetManifest,
  datasetManifests,
  type Protocol,
  parseProtocol,
  type TextDataset,
} from "@sinqbench/datasets";
import { embeddedTexts } from "@sinqbench/embedded";
import { textHasNoFile, unknownDataset } from "../messages.ts";

/** What `NAME[:PROTOCOL][=PATH]` names. */
export interface DatasetWord {
  /** A text that comes with the repository, or a data set of the hub. */
  readonly known: { readonly text: TextDataset } | { readonly manifest: DatasetManifest };
  readonly name: string;
  /** Asked for by name; else the data set's own. */
  readonly protocol?: Protocol;
  /** A local file, as typed; else the data set comes from the hub. */
  readonly path?: string;
}

/** Names of all data sets that `--dataset` takes. */
export function datasetNames(): string[] {
  return [...embeddedTexts, ...datasetManifests()].map(({ name }) => name);
}

/** Whether a word begins with the name of a known data set, so that it is no file's name. */
export function namesDataset(word: string): boolean {
  return datasetNames().includes(split(word).name);
}

/** @throws UsageError unknown-dataset; BenchError unknown-protocol, bad-window */
export function parseDatasetWord(word: string): DatasetWord {
  const { name, protocol, path } = split(word);
  const text = embeddedTexts.find((known) => known.name === name);
  const manifest = datasetManifests().find((known) => known.name === name);
  if (text === undefined && manifest === undefined) throw unknownDataset(name, datasetNames());
  if (text !== undefined && path !== undefined) throw textHasNoFile(name);
  return {
    known: text ? { text } : { manifest: manifest! },
    name,
    ...(protocol !== undefined && { protocol: parseProtocol(protocol) }),
    ...(path !== undefined && { path }),
  };
}

/** The first "=" ends the name: a path may hold further ones, and colons. */
function split(word: string): { name: string; protocol?: string; path?: string } {
  const [, name = word, , protocol, , path] = /^([^:=]*)(:([^=]*))?(=(.*))?$/s.exec(word) ?? [];
  return { name, ...(protocol !== undefined && { protocol }), ...(path !== undefined && { path }) };
}

import { type Corpus, openDataset, textCorpus } from "@sinqbench/datasets";
import { openHubFile } from "@sinqbench/hub";
import { BenchError } from "@sinqbench/tensor";
import { withHub } from "../hub/with-hub.ts";
import { datasetNotHere } from "../messages.ts";
import type { Session } from "../session.ts";
import type { DatasetWord } from "./dataset-word.ts";

/** The documents that a dataset word names: of the repository, of the local file given, or of the hub. */
export async function openCorpus(session: Session, { known, path }: DatasetWord): Promise<Corpus> {
  if ("text" in known) return textCorpus(known.text);
  const { manifest } = known;
  if (path !== undefined) return openDataset(manifest, session.path(path));
  const { name, repository, revision, file } = manifest;
  const request = { repo: repository, type: "dataset", revision, path: file } as const;
  const local = await withHub(session, name, (options) => openHubFile(request, options)).catch((cause: unknown) => {
    throw cause instanceof BenchError ? datasetNotHere(name, file, repository, cause) : cause;
  });
  return openDataset(manifest, local);
}

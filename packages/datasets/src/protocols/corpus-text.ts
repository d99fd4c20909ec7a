import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import { type Corpus, corpusInErrors } from "../corpus.ts";
import { textTooLong } from "../messages.ts";
import { DOCUMENT_JOIN, type WindowRule } from "./protocol.ts";

/** sha256 of documents as they stand joined, without ever joining them: a large corpus is longer than a text can be. */
export function documentsSha256(documents: readonly string[], join = DOCUMENT_JOIN): string {
  const hash = createHash("sha256");
  for (const [i, document] of documents.entries()) hash.update(i === 0 ? document : join + document);
  return hash.digest("hex");
}

/**
 * The one text that a rule tokenizes; null where it tokenizes documents.
 *
 * @throws BenchError `text-too-long` where JavaScript has no string of that length
 */
export function corpusText(corpus: Corpus, rule: WindowRule): string | null {
  const { documents, emptyLine } = corpus;
  if (rule.kind === "drawn" || rule.kind === "listed") return null;
  if (rule.kind === "joined") return joined(corpus, documents.slice(0, rule.documents), rule.join);
  const text =
    emptyLine === undefined
      ? joined(corpus, documents, DOCUMENT_JOIN)
      : documents.map((line) => (line === "" ? emptyLine : line)).join("");
  // llama.cpp takes one line feed from the end of the file that --file names.
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

function joined(corpus: Corpus, documents: readonly string[], join: string): string {
  const length = documents.reduce((sum, document) => sum + document.length + join.length, 0);
  if (length > constants.MAX_STRING_LENGTH) throw textTooLong(corpusInErrors(corpus), length);
  return documents.join(join);
}

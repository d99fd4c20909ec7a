/** How documents become the windows of tokens that are scored. A value: two protocols are the same if their hashes are. */
export interface Protocol {
  readonly name: string;
  /** Tokens in a window. */
  readonly window: number;
  /** Position in a window of the first token whose loss counts; 1 counts every prediction. */
  readonly firstScored: number;
  readonly rule: WindowRule;
}

export type WindowRule =
  /** All documents (or the first so many) joined into one text, tokenized once without a first token, cut without overlap, the tail dropped; at most `windows`. */
  | { readonly kind: "joined"; readonly join: string; readonly documents?: number; readonly windows?: number }
  /** The text as the file that llama.cpp reads, cut likewise; a first token, where the tokenizer has one, takes the place of every window's first. */
  | { readonly kind: "file" }
  /** Draws documents of more than `window` tokens, and in each the start of one window, with Python's generator. */
  | { readonly kind: "drawn"; readonly seed: number; readonly windows: number }
  /** Windows of a frozen list of documents and starts, those that are short run together, then cut; at most `windows`. */
  | { readonly kind: "listed"; readonly listSha256: string; readonly windows: number };

/** What stands between documents where one text is made of them. */
export const DOCUMENT_JOIN = "\n\n";

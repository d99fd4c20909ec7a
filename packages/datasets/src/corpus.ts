/** Texts in a fixed order, as protocols make windows of them. */
export interface Corpus {
  /** Id in the command line and in result rows. */
  readonly name: string;
  /** Name in tables and charts. */
  readonly label: string;
  readonly documents: readonly string[];
  /** The file that they came from, where there is one; errors name it. */
  readonly path?: string;
  /** Set where the documents are the lines of a text file, line feed included: how that file writes an empty one. */
  readonly emptyLine?: string;
}

/** What an error calls a corpus. */
export function corpusInErrors({ name, path }: Pick<Corpus, "name" | "path">): string {
  return path ?? name;
}

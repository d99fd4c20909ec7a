/** Texts in a fixed order, as protocols make windows of them. */
export interface Corpus {
  /** Id in the command line and in result rows. */
  readonly name: string;
  /** Name in tables and charts. */
  readonly label: string;
  readonly documents: readonly string[];
  /** Set where the documents are the lines of a text file, line feed included: how that file writes an empty one. */
  readonly emptyLine?: string;
}

/** A text that models are evaluated on, with where it comes from. */
export interface TextDataset {
  /** Id in the command line and in result rows, for example "moby-dick". */
  readonly name: string;
  /** Name in tables and charts. */
  readonly label: string;
  /** Where the text comes from and which part of it is taken. */
  readonly source: string;
  readonly licence: string;
  /** The whole text; the same characters every time. */
  load(): Promise<string>;
}

/** A text data set on the hub, as `datasets/<name>.json` describes it. What is not known for certain is left out. */
export interface DatasetManifest {
  /** Id in the command line and in result rows. */
  readonly name: string;
  /** Name in tables and charts. */
  readonly label: string;
  readonly use: "evaluation" | "calibration";
  /** Hub id of the data set. */
  readonly repository: string;
  /** Commit of the repository. */
  readonly revision: string;
  readonly subset: string;
  readonly split: string;
  /** Path of the one file that is read. */
  readonly file: string;
  /** Column that holds the text of a record. */
  readonly column: string;
  readonly rows: number;
  /** What stands between the rows where they make one text. */
  readonly join: string;
  /** UTF-8 length and sha256 of that text. */
  readonly bytes?: number;
  readonly textSha256?: string;
  /** The text file that the data set is also published as: rows that are lines, an empty row written as `emptyRow`. */
  readonly lines?: { readonly emptyRow: string; readonly bytes: number; readonly sha256: string };
  /** Protocol under which it is scored unless another is asked for. */
  readonly protocol: string;
  /** Protocols whose perplexities may stand beside the paper's. */
  readonly paperProtocols: readonly string[];
  readonly licence: string;
  /** What is not known, and other things worth saying. */
  readonly note?: string;
}

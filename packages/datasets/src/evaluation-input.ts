/** Token windows to score, and what they were made of. */
export interface EvaluationInput {
  /** Id of the text: a dataset's name, or a file's name without its extension. */
  readonly name: string;
  /** Name in tables and charts. */
  readonly label: string;
  /** Name of the rule that cut the windows; see `protocolName`. */
  readonly protocol: string;
  /** sha256 of what the rule does; 64 hexadecimal digits. */
  readonly protocolSha256: string;
  readonly windows: {
    readonly name: string;
    /** Tokens in a window. */
    readonly length: number;
    readonly count: number;
    /** [count, length] */
    readonly ids: Int32Array;
    /** Position in a window of the first token whose loss counts; 1 counts every prediction. */
    readonly firstScored: number;
  };
  /** sha256 of the whole text as UTF-8, or of the token file's bytes; 64 hexadecimal digits. */
  readonly textSha256: string;
  /** sha256 of `windows.ids` as little-endian int32; 64 hexadecimal digits. */
  readonly tokensSha256: string;
}

/** How a text is cut. */
export interface WindowOptions {
  /** Tokens in a window. */
  readonly length: number;
  /** Keep only so many windows. */
  readonly limit?: number | undefined;
  /** Which windows a limit keeps; "end" is for calibration, which should not see the windows that are scored. */
  readonly keep?: "start" | "end";
}

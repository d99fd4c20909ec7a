/** One thing that `exp doctor` looked at. */
export interface Finding {
  readonly subject: string;
  readonly found: string;
  /** What to do, where something is missing or slow. */
  readonly advice?: string;
}

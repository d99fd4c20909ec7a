/** A question with answers to choose from, as a model is asked it. */
export interface ChoiceItem {
  /** Unique in its task. */
  readonly id: string;
  /** What comes before an answer. */
  readonly context: string;
  /** The answers; a space stands between the context and each. */
  readonly choices: readonly string[];
  /** Index of the right one. */
  readonly answer: number;
}

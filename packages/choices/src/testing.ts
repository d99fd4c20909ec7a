import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface Pair {
  readonly context: string;
  readonly continuation: string;
  readonly contextIds: readonly number[];
  readonly continuationIds: readonly number[];
}

interface Prompt {
  readonly record: Readonly<Record<string, unknown>>;
  readonly context: string;
  /** Each with the space before it. */
  readonly choices: readonly string[];
  readonly answer: number;
}

/** Outputs of lm-evaluation-harness; see fixtures/README.md. */
export interface Harness {
  readonly pairs: readonly Pair[];
  readonly pairsWithoutBos: readonly Pair[];
  readonly tasks: Readonly<Record<string, readonly Prompt[]>>;
}

/** Path of a file in `fixtures`. */
export const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export const harness = (): Harness => JSON.parse(readFileSync(fixture("harness.json"), "utf8"));

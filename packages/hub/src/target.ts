/** What is asked of the hub; every message names it. */
export interface Target {
  readonly type: "model" | "dataset";
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

export const DEFAULT_REVISION = "main";

const COMMIT = /^[0-9a-f]{40}$/;

/** A full commit id names the same files for ever; branches and tags move. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/** The repository as a person reads it: `Qwen/Qwen3-1.7B`, `datasets/Salesforce/wikitext`. */
export function shownRepo({ type, repo }: Target): string {
  return type === "model" ? repo : `datasets/${repo}`;
}

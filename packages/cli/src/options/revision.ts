import { Option } from "commander";
import { EMBEDDED_WORDS } from "../model-words.ts";

/** For every command that takes a model of the hub. */
export const revisionOption = () =>
  new Option(
    "--revision <name>",
    "branch, tag or commit of a model of the hub, where it is not given as @name (default: main)",
  );

export interface RevisionFlag {
  revision?: string;
}

/** What an argument or `--model` may be. */
export const MODEL_WORDS = `checkpoint folder, model of the hub (org/name or org/name@revision), or one that comes along (${EMBEDDED_WORDS.join(", ")})`;

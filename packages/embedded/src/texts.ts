import type { TextDataset } from "@sinqbench/datasets";
import { mobyDick } from "./moby-dick.ts";
import { stateOfTheUnion } from "./state-of-the-union.ts";

/** Texts that come with the installed packages, so that an evaluation needs no network. */
export const embeddedTexts: readonly TextDataset[] = [mobyDick, stateOfTheUnion];

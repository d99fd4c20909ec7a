import type { Experiment } from "@sinqbench/report";
import table1 from "./table1.ts";

/** Every experiment by its id: one command of `exp` each. */
export const experiments = { table1 } satisfies Readonly<Record<string, Experiment>>;

import type { Experiment } from "@sinqbench/report";
import table1 from "./table1.ts";
import table3 from "./table3.ts";
import table4 from "./table4.ts";
import table8 from "./table8.ts";
import table18 from "./table18.ts";

/** Every experiment by its id: one command of `exp` each. */
export const experiments = { table1, table3, table4, table8, table18 } satisfies Readonly<Record<string, Experiment>>;

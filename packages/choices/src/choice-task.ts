import type { Row } from "@sinqbench/datasets";
import type { ChoiceItem } from "./choice-item.ts";

/** A set of multiple-choice items. */
export interface ChoiceTask {
  /** Id in the command line and in results. */
  readonly name: string;
  /** Name in tables and charts. */
  readonly label: string;
  readonly source: TaskSource;
  readonly licence: string;
  /** Columns that an item is made of. */
  readonly columns: readonly string[];
  readonly rows: number;
  /**
   * The item of a record, prompted as lm-evaluation-harness prompts it without examples.
   *
   * @param number of the record in its file, from 1
   * @throws BenchError `bad-choice-record`
   */
  toItem(row: Row, number: number, path: string): ChoiceItem;
}

/** Where a task's records come from. */
export type TaskSource =
  | { readonly kind: "repository"; readonly path: string }
  | {
      readonly kind: "hub";
      readonly repository: string;
      readonly revision: string;
      readonly file: string;
      readonly split: string;
    };

import type { Row } from "@sinqbench/datasets";
import { badChoiceRecord } from "../messages.ts";

/** A record of a task's file, with what an error says of it. */
export interface TaskRecord {
  readonly task: string;
  readonly row: Row;
  readonly number: number;
  readonly path: string;
}

/** @throws BenchError `bad-choice-record` */
export function textOf(record: TaskRecord, column: string): string {
  const value = record.row[column];
  if (typeof value !== "string") throw bad(record, `"${column}" is no text`);
  return value;
}

/** Texts of a list, at least two. @throws BenchError `bad-choice-record` */
export function textsOf(record: TaskRecord, column: string): string[] {
  const value = record.row[column];
  if (!Array.isArray(value) || value.length < 2 || !value.every((text) => typeof text === "string")) {
    throw bad(record, `"${column}" is no list of texts`);
  }
  return value;
}

/** A whole number from 0, also where it is written as text. @throws BenchError `bad-choice-record` */
export function numberOf(record: TaskRecord, column: string): number {
  const value = record.row[column];
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(number) || (number as number) < 0)
    throw bad(record, `"${column}" is no index of an answer`);
  return number as number;
}

function bad({ path, number, task }: TaskRecord, problem: string) {
  return badChoiceRecord(path, number, task, problem);
}

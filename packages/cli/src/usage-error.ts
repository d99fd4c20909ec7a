import { BenchError } from "@sinqbench/tensor";

/** A command line that cannot be run as typed: exit code 2, where other errors end with 1. */
export class UsageError extends BenchError {}

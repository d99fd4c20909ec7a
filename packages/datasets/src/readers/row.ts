/** One record of a dataset file: its columns by name. Whole numbers are numbers, also where the file stores 64 bits. */
export type Row = Readonly<Record<string, unknown>>;

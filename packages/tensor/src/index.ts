export * from "./bench-error.ts";
export * from "./matrix.ts";

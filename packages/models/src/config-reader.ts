import { messages } from "./messages.ts";

/** Typed, checked access to the fields of one config.json; every complaint names the file and the field. */
export class ConfigReader {
  constructor(
    readonly path: string,
    private readonly json: Record<string, unknown>,
  ) {}

  raw(field: string): unknown {
    return this.json[field];
  }

  positiveInteger(field: string, fallback?: number): number {
    const value = this.json[field] ?? fallback;
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    throw messages.badField(this.path, field, value, "a positive integer");
  }

  positiveNumber(field: string, fallback?: number): number {
    const value = this.json[field] ?? fallback;
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    throw messages.badField(this.path, field, value, "a positive number");
  }

  boolean(field: string, fallback: boolean): boolean {
    const value = this.json[field] ?? fallback;
    if (typeof value === "boolean") return value;
    throw messages.badField(this.path, field, value, "true or false");
  }

  /** A list of numbers above 0. */
  numbers(field: string): number[] {
    const value = this.json[field];
    const good = Array.isArray(value) && value.every((n) => typeof n === "number" && Number.isFinite(n) && n > 0);
    if (good) return value;
    throw messages.badField(this.path, field, value, "a list of positive numbers");
  }

  /** A whole number, 0 or more. */
  count(field: string, fallback?: number): number {
    const value = this.json[field] ?? fallback;
    if (isCount(value)) return value;
    throw messages.badField(this.path, field, value, "a whole number, 0 or more");
  }

  /** A list of whole numbers, 0 or more; empty where the field is absent. */
  counts(field: string): number[] {
    const value = this.json[field] ?? [];
    if (Array.isArray(value) && value.every(isCount)) return value;
    throw messages.badField(this.path, field, value, "a list of whole numbers");
  }

  object(field: string): ConfigReader | null {
    const value = this.json[field];
    if (value === undefined || value === null) return null;
    if (typeof value !== "object" || Array.isArray(value))
      throw messages.badField(this.path, field, value, "an object");
    return new ConfigReader(this.path, value as Record<string, unknown>);
  }

  /** Refuses a setting that changes the arithmetic in a way the graph does not have. */
  require(field: string, supported: readonly unknown[], fallback: unknown): void {
    const value = this.json[field] ?? fallback;
    if (!supported.includes(value)) {
      throw messages.unsupportedSetting(
        this.path,
        field,
        value,
        `only ${supported.map((s) => JSON.stringify(s)).join(" or ")}`,
      );
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

import { invalidOption } from "../messages.ts";

/** What values an option takes. */
export interface OptionRule {
  /** Completes "must be". */
  readonly expected: string;
  /** Whether it is such a value. */
  readonly accepts: (value: unknown) => boolean;
}

/** One rule for every option of a method. */
export type OptionRules<O extends object> = { readonly [K in keyof O]-?: OptionRule };

/** The rules that options of methods are made of. */
export const optionRule = {
  /** true or false */
  flag: {
    expected: "true or false",
    /** Whether it is one of them. */
    accepts: (value) => typeof value === "boolean",
  },
  /** A whole number of at least `least`. */
  whole: (least: number): OptionRule => ({
    expected: `a whole number of at least ${least}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
  }),
  /** `what`: what the number is, before "from LEAST to MOST". */
  number: (least: number, most: number, what = "a number"): OptionRule => ({
    expected: `${what} from ${least} to ${most}`,
    accepts: (value) => typeof value === "number" && value >= least && value <= most,
  }),
  /** Above 0 and at most `most`. */
  share: (most: number): OptionRule => ({
    expected: `a number above 0 and at most ${most}`,
    accepts: (value) => typeof value === "number" && value > 0 && value <= most,
  }),
  /** One of some words. */
  oneOf: (names: readonly string[]): OptionRule => ({
    expected: `one of ${names.join(", ")}`,
    accepts: (value) => typeof value === "string" && names.includes(value),
  }),
} as const satisfies Readonly<Record<string, OptionRule | ((...args: never[]) => OptionRule)>>;

/** @throws BenchError `invalid-option` naming the method, the option and what it must be */
export function checkOptions<O extends object>(method: string, rules: OptionRules<O>, options: O): void {
  for (const name of Object.keys(rules) as (keyof O & string)[]) {
    const { expected, accepts } = rules[name];
    if (!accepts(options[name])) throw invalidOption(method, name, options[name], expected);
  }
}

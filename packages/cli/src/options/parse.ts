import { InvalidArgumentError } from "commander";

/** A whole number of at least `least`; for commander, which puts the option's name before the message. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** Whole numbers between commas, each once, in the order typed: multiples of `step`, and not 0. */
export function wholeList(step: number): (text: string) => number[] {
  return (text) => {
    const values = nameList(text).map(wholeNumber(1));
    if (values.some((value) => value % step !== 0)) {
      throw new InvalidArgumentError(`Expected multiples of ${step} with commas between them.`);
    }
    return values;
  };
}

/** A number from `low` to `high`, both included. */
export function finiteNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= low && value <= high)) {
      throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** Names between commas, each once, in the order typed. */
export function nameList(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("Expected names with commas between them.");
  return [...new Set(names)];
}

/**
 * Methods between commas, each once, in the order typed, with the commas of their own options: "rtn,sinq:code-2026-02,iterations=4"
 * are two.
 */
export function methodList(text: string): string[] {
  const methods: string[] = [];
  for (const word of text.split(",").map((word) => word.trim())) {
    // NAME=VALUE belongs to the method before it.
    if (/^[^:]*=/.test(word) && methods.length > 0) methods[methods.length - 1] += `,${word}`;
    else if (word !== "") methods.push(word);
  }
  if (methods.length === 0) throw new InvalidArgumentError("Expected method ids with commas between them.");
  return [...new Set(methods)];
}

/** Bit widths between commas, each once, in the order typed. */
export function bitList(text: string): number[] {
  return [
    ...new Set(
      nameList(text).map((word) => {
        const bits = Number(word);
        if (!/^\d+$/.test(word) || bits < 2 || bits > 8) {
          throw new InvalidArgumentError("Expected whole numbers from 2 to 8 with commas between them, such as 3,4.");
        }
        return bits;
      }),
    ),
  ];
}

export function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Collects a repeatable option. */
export function collect(text: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), text];
}

import type { AuxPrecision, QuantizeConfig, Quantizer } from "@sinqbench/quantizer";
import { withOptions } from "@sinqbench/quantizer";
import { type BenchError, closestName } from "@sinqbench/tensor";
import { badSetting, unknownWord } from "./messages.ts";
import { quantizerById } from "./quantizer-by-id.ts";

/** A method with what the words after its name say. */
export interface MethodChoice {
  /** With the chosen options as its defaults. */
  readonly quantizer: Quantizer;
  /** Settings of its own, where the words name any. */
  readonly config: Partial<Pick<QuantizeConfig, "groupSize" | "tiling" | "aux">>;
  /** The preset and the options that were named, as they were, such as "code-2026-02 iterations=4"; null: all as usual. */
  readonly options: string | null;
}

/** Settings that every method has, under the names of the command line's options. */
const settings = {
  aux: (text) => oneOf<AuxPrecision>(text, ["f32", "f16", "u8"]),
  groupSize: (text) => (/^\d+$/.test(text) && Number(text) >= 16 ? Number(text) : undefined),
  tiling: (text) => oneOf(text, ["1d", "2d"] as const),
} satisfies { [K in keyof MethodChoice["config"]]: (text: string) => MethodChoice["config"][K] | undefined };

const expected: Readonly<Record<keyof typeof settings, string>> = {
  aux: "one of f32, f16, u8",
  groupSize: "a whole number of at least 16",
  tiling: "one of 1d, 2d",
};

/**
 * Reads METHOD[:WORD[,WORD]...], where a first word may be a preset of the method and every other one is NAME=VALUE: an option of
 * the method, or `aux`, `groupSize` or `tiling` for this method alone. "sinq:code-2026-02,iterations=4", "sinq-nf4:aux=u8".
 *
 * @throws BenchError `unknown-method`, `method-not-available`, `unknown-option`, `invalid-option`
 */
export function methodChoice(text: string): MethodChoice {
  const colon = text.indexOf(":");
  const quantizer = quantizerById(colon < 0 ? text : text.slice(0, colon));
  const words =
    colon < 0
      ? []
      : text
          .slice(colon + 1)
          .split(",")
          .map((word) => word.trim());
  const config: { -readonly [K in keyof MethodChoice["config"]]: MethodChoice["config"][K] } = {};
  let options: Record<string, unknown> = {};
  const named: string[] = [];
  for (const [i, word] of words.entries()) {
    const [name, value] = split(word);
    if (value === undefined) {
      const preset = i === 0 ? quantizer.presets?.[name] : undefined;
      if (!preset || !Object.hasOwn(quantizer.presets!, name)) throw unknown(quantizer, name);
      options = { ...preset.options };
      if (preset.aux) config.aux = preset.aux;
      named.push(name);
    } else if (Object.hasOwn(settings, name)) {
      const setting = name as keyof typeof settings;
      const read = settings[setting](value);
      if (read === undefined) throw badSetting(quantizer.info.id, name, value, expected[setting]);
      Object.assign(config, { [setting]: read });
    } else {
      if (!Object.hasOwn(quantizer.defaults, name)) throw unknown(quantizer, name);
      options[name] = valueLike((quantizer.defaults as Record<string, unknown>)[name], value);
      named.push(`${name}=${value}`);
    }
  }
  return {
    quantizer: named.length > 0 ? withOptions(quantizer, options) : quantizer,
    config,
    options: named.length > 0 ? named.join(" ") : null,
  };
}

function split(word: string): [name: string, value: string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** A value of the default's type; text that is none stays text, which the option's rule then refuses by its name. */
function valueLike(usual: unknown, text: string): unknown {
  if (typeof usual === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (typeof usual !== "number") return text;
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? text : value;
}

function unknown({ info, presets: named = {}, defaults }: Quantizer, word: string): BenchError {
  const presets = Object.keys(named);
  const options = [...Object.keys(defaults), ...Object.keys(settings)];
  return unknownWord(info.id, word, { presets, options }, closestName(word, [...presets, ...options]));
}

function oneOf<T extends string>(text: string, names: readonly T[]): T | undefined {
  return names.find((name) => name === text);
}

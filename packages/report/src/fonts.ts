import { createRequire } from "node:module";
import { missingFont } from "./messages.ts";

/** Family of all chart text. */
export const FONT_FAMILY = "Inter";

const FILES = ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"];

/**
 * The font files of charts, from npm, so that pictures do not depend on the fonts of the machine.
 *
 * @throws BenchError `missing-font`
 */
export function fontFiles(): string[] {
  const require = createRequire(import.meta.url);
  return FILES.map((file) => {
    try {
      return require.resolve(`@expo-google-fonts/inter/${file}`);
    } catch (cause) {
      throw missingFont(file, cause);
    }
  });
}

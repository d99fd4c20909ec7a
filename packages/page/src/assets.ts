import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { missingAsset } from "./messages.ts";

/** What every page carries besides its content. */
export interface PageAssets {
  /** The page's script, Vega included. */
  readonly script: string;
  readonly styles: string;
}

const CLIENT = fileURLToPath(new URL("../client/", import.meta.url));
const FONTS = [
  { file: "inter-latin-wght-normal.woff2", range: "U+0000-00FF, U+2000-206F, U+2191, U+2193, U+2212" },
  { file: "inter-greek-wght-normal.woff2", range: "U+0370-03FF" },
] as const;

let cached: Promise<PageAssets> | undefined;

/**
 * Bundles the script (TypeScript and Vega's runtime to one file, no module left to load) and puts the font into the styles.
 * Made once in a process.
 *
 * @throws BenchError `missing-asset`
 */
export function pageAssets(): Promise<PageAssets> {
  cached ??= Promise.all([bundle(), styles()]).then(([script, styles]) => ({ script, styles }));
  return cached;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${CLIENT}main.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    charset: "utf8",
  });
  // Inside a script element nothing may end it.
  return outputFiles[0].text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

async function styles(): Promise<string> {
  const require = createRequire(import.meta.url);
  const faces: string[] = [];
  for (const { file, range } of FONTS) {
    const name = `@fontsource-variable/inter/files/${file}`;
    const bytes = await Promise.resolve()
      .then(() => readFile(require.resolve(name)))
      .catch((cause) => {
        throw missingAsset(name, cause);
      });
    faces.push(
      `@font-face{font-family:"Inter Variable";font-weight:100 900;unicode-range:${range};` +
        `src:url(data:font/woff2;base64,${bytes.toString("base64")}) format("woff2")}`,
    );
  }
  const { outputFiles } = await build({
    entryPoints: [`${CLIENT}page.css`],
    minify: true,
    write: false,
    // Custom properties and light-dark() stay as they are written.
    target: ["chrome123", "firefox120", "safari17.5"],
  });
  return faces.join("") + outputFiles[0].text;
}

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";

/** Text as on any other machine, and no graphics card needed. */
const ARGUMENTS = ["--disable-gpu", "--font-render-hinting=none"];
const CACHE = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));

/**
 * A real Chromium, from npm: nothing is downloaded besides the package, and it brings the few libraries and a font that a bare
 * system lacks. It is built for Linux on x64; elsewhere SINQBENCH_BROWSER names a Chromium or Chrome that is installed.
 */
export async function openBrowser(): Promise<Browser> {
  const installed = process.env.SINQBENCH_BROWSER;
  if (installed) return chromium.launch({ executablePath: installed, args: ARGUMENTS });
  const folder = await unpacked();
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: [join(folder, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    FONTCONFIG_FILE: join(folder, "fonts.conf"),
  } as Record<string, string>;
  // The sandbox needs rights that containers seldom give; the pages are our own.
  return chromium.launch({ executablePath: join(folder, "chromium"), args: ARGUMENTS, chromiumSandbox: false, env });
}

/** The browser's folder, unpacked once for all runs: whole or not at all, whoever else unpacks at the same time. */
async function unpacked(): Promise<string> {
  const manifest = createRequire(import.meta.url)
    .resolve("@sparticuz/chromium")
    .replace(/build\/.*$/, "package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const folder = join(CACHE, `chromium-${version}`);
  if (existsSync(join(folder, "fonts.conf"))) return folder;
  await mkdir(CACHE, { recursive: true });
  const temporary = await mkdtemp(join(CACHE, "unpacking-"));
  try {
    await unpack(temporary);
    await writeFile(
      join(temporary, "fonts.conf"),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
    );
    await rename(temporary, folder);
  } catch (error) {
    if (!existsSync(join(folder, "fonts.conf"))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** The package unpacks into the folder of temporary files, and its libraries only where it takes the machine for bare. */
async function unpack(folder: string): Promise<void> {
  const settings = { TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" };
  const names = [...Object.keys(settings), "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "HOME"];
  const before = names.map((name) => [name, process.env[name]] as const);
  try {
    Object.assign(process.env, settings);
    const { default: bundled } = await import("@sparticuz/chromium");
    await bundled.executablePath();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

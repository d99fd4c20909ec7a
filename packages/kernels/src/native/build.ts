import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kernelCacheDir } from "./cache-dir.ts";
import type { Compiler } from "./compiler.ts";
import { cpuRecipe } from "./cpu-recipe.ts";
import type { Recipe } from "./recipe.ts";

/** What this machine has of a library of kernels. */
export interface NativeStatus {
  /** ready: built and cached; absent: can be built; failed: the compiler rejected it; unavailable: no compiler, no cache. */
  readonly status: "ready" | "absent" | "failed" | "unavailable";
  /** First line of the compiler's version. */
  readonly compiler: string | null;
  /** All that the compiler says of its version. */
  readonly version: string | null;
  /** Flags of the library where there is one, else those tried first. */
  readonly flags: readonly string[];
  readonly cacheDir: string;
  readonly library: string | null;
  /** What the compiler printed. */
  readonly log: string | null;
  /** Why the library is not there and what to do. */
  readonly notice: string | null;
}

interface Place {
  readonly recipe: Recipe;
  readonly compiler: Compiler;
  readonly cacheDir: string;
  readonly library: string;
  readonly log: string;
  readonly failure: string;
}

/** Looks, builds nothing. */
export function inspectNative(env: NodeJS.ProcessEnv = process.env): NativeStatus {
  return inspectLibrary(cpuRecipe(env), env);
}

/** `buildLibrary` of the C++ kernels with the system's compiler. */
export function buildNative(env: NodeJS.ProcessEnv = process.env): NativeStatus & { readonly built: boolean } {
  return buildLibrary(cpuRecipe(env), env);
}

/** What there is of a library; builds nothing. */
export function inspectLibrary(recipe: Recipe, env: NodeJS.ProcessEnv): NativeStatus {
  const place = locate(recipe, env);
  return place ? describe(place) : withoutCompiler(recipe, env);
}

/**
 * Builds a library of kernels unless the cache has it, or remembers that it does not build.
 *
 * The library is written under a temporary name and renamed, so that processes building at once never see half of one. A
 * build that the compiler rejects leaves its log; it is not tried again until the cache key changes or the log is deleted.
 */
export function buildLibrary(recipe: Recipe, env: NodeJS.ProcessEnv): NativeStatus & { readonly built: boolean } {
  const place = locate(recipe, env);
  if (!place) return { ...withoutCompiler(recipe, env), built: false };
  const before = describe(place);
  if (before.status !== "absent") return { ...before, built: false };
  try {
    mkdirSync(place.cacheDir, { recursive: true });
    compile(place, env);
  } catch (error) {
    const notice = recipe.notices.broken(error instanceof Error ? error.message : String(error));
    return { ...before, status: "unavailable", notice, built: false };
  }
  const after = describe(place);
  return { ...after, built: after.status === "ready" };
}

function locate(recipe: Recipe, env: NodeJS.ProcessEnv): Place | null {
  const { compiler } = recipe;
  if (!compiler) return null;
  const cacheDir = kernelCacheDir(env);
  const stem = join(cacheDir, `${recipe.name}-${recipe.key(compiler)}`);
  return { recipe, compiler, cacheDir, library: `${stem}.so`, log: `${stem}.log`, failure: `${stem}.failed.log` };
}

function describe(place: Place): NativeStatus {
  const { recipe, compiler } = place;
  const ready = existsSync(place.library);
  const failed = !ready && existsSync(place.failure);
  const name = recipe.compilerName(compiler);
  return {
    status: ready ? "ready" : failed ? "failed" : "absent",
    compiler: name,
    version: compiler.version,
    flags: ready ? flagsOfLog(place.log) : recipe.flagVariants[0],
    cacheDir: place.cacheDir,
    library: ready ? place.library : null,
    log: ready ? place.log : failed ? place.failure : null,
    notice: failed ? recipe.notices.failed(name, place.failure) : null,
  };
}

function withoutCompiler(recipe: Recipe, env: NodeJS.ProcessEnv): NativeStatus {
  return {
    status: "unavailable",
    compiler: null,
    version: null,
    flags: recipe.flagVariants[0],
    cacheDir: kernelCacheDir(env),
    library: null,
    log: null,
    notice: recipe.notices.noCompiler,
  };
}

/** Tries the flag variants in order; leaves a library with its log, or the log of a failure. */
function compile(place: Place, env: NodeJS.ProcessEnv): void {
  const { recipe } = place;
  const temporary = `${place.library}.${process.pid}-${randomUUID()}`;
  const attempts: string[] = [];
  try {
    for (const flags of recipe.flagVariants) {
      const result = runCompiler(place.compiler, [...flags, ...recipe.inputs, "-o", temporary], env);
      attempts.push(`${flags.join(" ")}\n${result.stdout}${result.stderr}`);
      if (result.status === 0) {
        writeWhole(place.log, `${attempts.at(-1)}`);
        renameSync(temporary, place.library);
        return;
      }
    }
    writeWhole(place.failure, `${place.compiler.version}\n\n${attempts.join("\n")}`);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function runCompiler(compiler: Compiler, args: readonly string[], env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  const [program, ...leading] = compiler.command;
  const options = { encoding: "utf8", env: { ...env, LC_ALL: "C" }, maxBuffer: 64 << 20 } as const;
  const result = spawnSync(program, [...leading, ...args], options);
  if (result.error) throw result.error;
  // Killed (no memory, an interrupt): that says nothing about the sources.
  if (result.status === null) throw new Error(`${program} was stopped by ${result.signal}`);
  return result;
}

function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}-${randomUUID()}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** The first line of a log are the flags that built the library. */
function flagsOfLog(log: string): string[] {
  return existsSync(log) ? readFileSync(log, "utf8").split("\n")[0].split(" ") : [];
}

import { spawnSync } from "node:child_process";

export interface Compiler {
  /** Program and its own leading arguments ($CXX may be "ccache g++"). */
  readonly command: readonly string[];
  /** All that `--version` prints: part of the cache key. */
  readonly version: string;
}

/** Commands that are tried, in order: $CXX alone where it is set. */
export function compilerCandidates(env: NodeJS.ProcessEnv): string[] {
  return env.CXX?.trim() ? [env.CXX.trim()] : ["g++", "clang++"];
}

/** The first of some commands that answers `--version`, or null. */
export function findCompiler(candidates: readonly string[], env: NodeJS.ProcessEnv): Compiler | null {
  for (const candidate of candidates) {
    const command = candidate.split(/\s+/);
    const answer = spawnSync(command[0], [...command.slice(1), "--version"], {
      encoding: "utf8",
      env: { ...env, LC_ALL: "C" },
    });
    if (answer.status === 0) return { command, version: answer.stdout.trim() };
  }
  return null;
}

/** First line of a version text, for people: "g++ (Debian 12.2.0-14) 12.2.0". */
export function compilerName(compiler: Compiler): string {
  return compiler.version.split("\n")[0];
}

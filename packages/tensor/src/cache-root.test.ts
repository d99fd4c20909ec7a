import { homedir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cacheRoot } from "./cache-root.ts";

it.each([
  [{ SINQBENCH_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "/a"],
  [{ SINQBENCH_CACHE: "", XDG_CACHE_HOME: "/b" }, join("/b", "sinqbench")],
  [{}, join(homedir(), ".cache", "sinqbench")],
])("%j", (env, folder) => expect(cacheRoot(env)).toBe(folder));

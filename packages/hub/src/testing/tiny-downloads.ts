import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { openHubModel } from "../open-hub-model.ts";
import { type HubSuite, hubSuite, noise } from "./hub-suite.ts";
import type { StandInRepo } from "./stand-in-repo.ts";

/** The one large file of `REQUEST`, and its name among the blobs of the cache. */
export const weights = noise(400_000);
export const blob = createHash("sha256").update(weights).digest("hex");
export const REQUEST = { repo: "org/tiny" };
const config = '{"model_type":"qwen3"}';

/** A suite with the model of `REQUEST`, and what its tests look at. */
export interface TinyDownloads {
  suite: HubSuite;
  blobs(): string;
  incomplete(): Promise<string[]>;
  /** Byte that each request for the weights began at. */
  ranges(): (string | undefined)[];
  succeeds(): Promise<void>;
  /** An earlier download that stopped; `owner` as the name of the file has it. */
  leavePartial(bytes: Buffer, owner: string): Promise<string>;
}

/** Prepares a `hubSuite` of the model of `REQUEST` and of `others`. */
export function tinyDownloads(others: Readonly<Record<string, StandInRepo>> = {}): TinyDownloads {
  const files = { "config.json": config, "tokenizer.json": "{}", "model.safetensors": weights };
  const suite = hubSuite({ "models/org/tiny": { files }, ...others });
  const blobs = () => join(suite.home, "hub", "models--org--tiny", "blobs");
  const incomplete = async () => (await readdir(blobs())).filter((name) => name.endsWith(".incomplete"));
  return {
    suite,
    blobs,
    incomplete,
    ranges: () => suite.hub.requests.filter(({ line }) => line.includes("/content/")).map(({ range }) => range),
    async succeeds() {
      const { dir } = await openHubModel(REQUEST, suite.options());
      expect((await readFile(join(dir, "model.safetensors"))).equals(weights)).toBe(true);
      expect(await readFile(join(dir, "config.json"), "utf8")).toBe(config);
      expect(await incomplete()).toEqual([]);
    },
    async leavePartial(bytes, owner) {
      await mkdir(blobs(), { recursive: true });
      const path = join(blobs(), `${blob}.${owner}.incomplete`);
      await writeFile(path, bytes);
      return path;
    },
  };
}

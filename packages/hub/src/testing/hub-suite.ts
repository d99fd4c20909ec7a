import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { DownloadProgress, HubOptions } from "../hub.ts";
import type { Environment } from "../settings.ts";
import type { StandInRepo } from "./stand-in-repo.ts";
import { type StandInHub, startHub } from "./start-hub.ts";

/** What every test of a suite gets anew. */
export interface HubSuite {
  hub: StandInHub;
  /** An empty HF_HOME. */
  home: string;
  /** Waits that were asked for, in milliseconds; none is waited. */
  waits: number[];
  notes: string[];
  progress: DownloadProgress[];
  options(env?: Environment): HubOptions;
}

/** Starts a stand-in and an empty cache before each test of the file, and takes both down after it. */
export function hubSuite(repos: Readonly<Record<string, StandInRepo>>): HubSuite {
  const suite = {} as HubSuite;
  beforeEach(async () => {
    suite.hub = await startHub(repos);
    suite.home = await realpath(await mkdtemp(join(tmpdir(), "sinqbench-hub-")));
    suite.waits = [];
    suite.notes = [];
    suite.progress = [];
    suite.options = (env = {}) => ({
      env: { HF_ENDPOINT: suite.hub.url, HF_HOME: suite.home, ...env },
      onNote: (line) => suite.notes.push(line),
      onProgress: (progress) => suite.progress.push(progress),
      pace: { wait: async (milliseconds) => void suite.waits.push(milliseconds), silenceMs: 20_000 },
    });
  });
  afterEach(async () => {
    await suite.hub.close();
    await rm(suite.home, { recursive: true, force: true });
  });
  return suite;
}

/** Bytes that are no text and repeat nowhere. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) bytes[i] = (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24;
  return bytes;
}

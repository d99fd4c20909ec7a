import { setTimeout } from "node:timers/promises";
import { type Environment, type HubSettings, hubSettings } from "./settings.ts";

/** How far the downloads of one call are. */
export interface DownloadProgress {
  /** Path in the repository of the file that advanced. */
  readonly file: string;
  /** Bytes that have come over the network, of all files of the call. */
  readonly done: number;
  /** Bytes that had to come when the call began: what was on the disk already is not among them. */
  readonly total: number;
}

/** How long to wait, and for what; replaced in tests. */
export interface Pace {
  /** Resolves after a time, or rejects when the signal ends it. */
  wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** A connection that says nothing for so long counts as cut. */
  readonly silenceMs: number;
}

/** How a call to the hub goes about it. */
export interface HubOptions {
  /** The settings of the hub's tools (HF_HOME, HF_TOKEN, ...); by default the process's environment. */
  readonly env?: Environment;
  /** Ends the call with its reason; partial files stay, and the next call goes on from them. */
  readonly signal?: AbortSignal;
  /** Called with every piece that comes. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** One line for people: a wait, a fall-back to the cache. */
  readonly onNote?: (line: string) => void;
  /** For tests: waits that take no time. */
  readonly pace?: Pace;
}

/** The hub as one call sees it. */
export interface Hub extends Omit<HubOptions, "env" | "pace"> {
  readonly settings: HubSettings;
  readonly pace: Pace;
  /** Whether it has answered once: then a lost connection is worth some patience. */
  answered: boolean;
}

const PACE: Pace = {
  wait: async (milliseconds, signal) => {
    await setTimeout(milliseconds, undefined, signal && { signal });
  },
  silenceMs: 60_000,
};

export async function openHub({ env = process.env, pace = PACE, ...rest }: HubOptions): Promise<Hub> {
  return { ...rest, pace, settings: await hubSettings(env), answered: false };
}

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { badEndpoint } from "./messages.ts";

/** Variables by name, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the hub is, where its files are kept and who is asking: what every tool of the hub reads from the environment. */
export interface HubSettings {
  /** No slash at its end. */
  readonly endpoint: string;
  /** The folder that holds `models--org--name`. */
  readonly cacheDir: string;
  /** Sent to the endpoint and to no other host. `source` is the variable or file it comes from. */
  readonly token?: { readonly value: string; readonly source: string };
  readonly offline: boolean;
}

const DEFAULT_ENDPOINT = "https://huggingface.co";
const YES = ["1", "ON", "YES", "TRUE"];

/**
 * Reads HF_ENDPOINT, HF_HUB_CACHE (HUGGINGFACE_HUB_CACHE), HF_HOME, XDG_CACHE_HOME, HF_TOKEN (HUGGING_FACE_HUB_TOKEN), the
 * token file that `hf auth login` writes (HF_TOKEN_PATH) and HF_HUB_OFFLINE (TRANSFORMERS_OFFLINE), in the order of
 * precedence of huggingface_hub 1.33, `constants.py`.
 *
 * @throws BenchError `hub-bad-endpoint`
 */
export async function hubSettings(env: Environment): Promise<HubSettings> {
  const user = env.HOME || homedir();
  const path = (text: string) => resolve(expand(text, env, user));
  const home = path(env.HF_HOME || join(env.XDG_CACHE_HOME || join(user, ".cache"), "huggingface"));
  const endpoint = (env.HF_ENDPOINT || DEFAULT_ENDPOINT).replace(/\/+$/, "");
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint)) throw badEndpoint(endpoint);
  const token = await readToken(env, path(env.HF_TOKEN_PATH || join(home, "token")));
  return {
    endpoint,
    cacheDir: path(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, "hub")),
    ...(token && { token }),
    offline: YES.includes((env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE || "").toUpperCase()),
  };
}

async function readToken(env: Environment, file: string): Promise<HubSettings["token"]> {
  for (const source of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
    const value = env[source]?.trim();
    if (value) return { value, source };
  }
  const value = (await readFile(file, "utf8").catch(() => "")).trim();
  return value ? { value, source: file } : undefined;
}

/** `~` and `$VARIABLE`, as the Python tools expand them. */
function expand(text: string, env: Environment, user: string): string {
  return text
    .replace(/^~(?=\/|$)/, user)
    .replace(/\$(\w+)|\$\{(\w+)\}/g, (whole, plain, braced) => env[plain ?? braced] ?? whole);
}

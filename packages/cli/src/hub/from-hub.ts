import { existsSync } from "node:fs";
import { type HubModelRequest, type HubOptions, parseHubId } from "@sinqbench/hub";
import { BenchError } from "@sinqbench/tensor";
import { neitherPathNorRepo, revisionOfPath } from "../messages.ts";
import type { Session } from "../session.ts";
import { withHub } from "./with-hub.ts";

/** Failures that a mistyped path leads to as well as a mistyped model. */
const MAYBE_A_PATH = ["hub-missing-repo", "hub-unreachable", "hub-offline"];

/**
 * Makes `call` for the model of the hub that a word of the command line names. Undefined where the word names a path that
 * exists, and where it can name no model of the hub.
 *
 * @throws UsageError when a revision goes with a path; BenchError what the hub says, with both readings where the word was mistyped
 */
export async function fromHub<T>(
  session: Session,
  word: string,
  revision: string | undefined,
  call: (request: HubModelRequest, options: HubOptions) => Promise<T>,
): Promise<T | undefined> {
  const path = session.path(word);
  const id = existsSync(path) ? undefined : parseHubId(word);
  if (!id) {
    if (revision !== undefined) throw revisionOfPath(word);
    return undefined;
  }
  try {
    return await withHub(session, id.repo, (options) => call({ revision, ...id }, options));
  } catch (cause) {
    const mistyped = cause instanceof BenchError && MAYBE_A_PATH.includes(cause.code);
    throw mistyped ? neitherPathNorRepo(path, cause) : cause;
  }
}

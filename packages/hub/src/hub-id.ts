/** A repository on the hub and, where one was asked for, its branch, tag or commit. */
export interface HubId {
  readonly repo: string;
  readonly revision?: string;
}

/** The rules of huggingface_hub, `validate_repo_id`, for names with an organization. */
const HUB_ID = /^(\w(?:[\w.-]*\w)?\/\w(?:[\w.-]{0,94}\w)?)(?:@(\w[\w./+-]*))?$/;

/** Reads `org/name` or `org/name@revision`; undefined for what cannot be one, such as ./name or a/b/c. */
export function parseHubId(word: string): HubId | undefined {
  const [, repo, revision] = HUB_ID.exec(word) ?? [];
  if (!repo || /--|\.\.|\.git$/.test(repo) || revision?.includes("..")) return undefined;
  return { repo, ...(revision !== undefined && { revision }) };
}

import { messages } from "../messages.ts";

/** What a failed write of hidden states means to a person, where that is a full disk. */
export function diskFull(folder: string, kept: boolean, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT" ? messages.chainsDiskFull(folder, kept, error) : error;
}

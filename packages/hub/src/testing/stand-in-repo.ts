import { createHash } from "node:crypto";

/** A repository of the stand-in. */
export interface StandInRepo {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Branch or tag to commit; by default one branch `main`. */
  readonly branches?: Readonly<Record<string, string>>;
  /** Its files are for {@link MEMBER} alone; what it is and what it holds, anyone may know. */
  readonly gated?: boolean;
  /** Nobody but {@link MEMBER} may know that it exists. */
  readonly private?: boolean;
}

/** A token with access to everything, and one that is valid and has access to nothing gated or private. */
export const MEMBER = "hf_member";
export const STRANGER = "hf_stranger";

export const MAIN_COMMIT = "1".repeat(40);

/** Files that the hub keeps in large-file storage: every weight and archive, whatever its size. */
const LARGE = /\.(safetensors|bin|gguf|parquet|gz)$/;

export interface StoredFile {
  readonly path: string;
  readonly body: Buffer;
  /** Sha1 as git computes it. */
  readonly oid: string;
  readonly sha256: string;
  readonly large: boolean;
}

const stored = new WeakMap<StandInRepo, readonly StoredFile[]>();

export function storedFiles(repo: StandInRepo): readonly StoredFile[] {
  const kept = stored.get(repo);
  if (kept) return kept;
  const files = Object.entries(repo.files).map(([path, content]) => {
    const body =
      typeof content === "string"
        ? Buffer.from(content)
        : Buffer.from(content.buffer, content.byteOffset, content.length);
    const oid = createHash("sha1").update(`blob ${body.length}\0`).update(body).digest("hex");
    const sha256 = createHash("sha256").update(body).digest("hex");
    return { path, body, oid, sha256, large: LARGE.test(path) };
  });
  stored.set(repo, files);
  return files;
}

/** An entry of the tree and paths-info calls. */
export function entryOf({ path, body, oid, sha256, large }: StoredFile) {
  const lfs = large ? { lfs: { oid: sha256, size: body.length, pointerSize: 134 } } : {};
  return { type: "file", path, size: body.length, oid, ...lfs };
}

/** The commit of a revision, or undefined. */
export function commitOf({ branches = { main: MAIN_COMMIT } }: StandInRepo, revision: string): string | undefined {
  return branches[revision] ?? Object.values(branches).find((commit) => commit === revision);
}

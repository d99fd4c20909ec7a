import { createHash } from "node:crypto";
import { readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type HubFileRequest, openHubFile } from "./open-hub-file.ts";
import type { Environment } from "./settings.ts";
import { wrongByte } from "./testing/faults.ts";
import { hubSuite, noise } from "./testing/hub-suite.ts";
import { MAIN_COMMIT } from "./testing/stand-in-repo.ts";

const rows = noise(50_000);
const sha256 = createHash("sha256").update(rows).digest("hex");
const path = "wikitext-2-raw-v1/test-00000-of-00001.parquet";
const OLD_COMMIT = "7".repeat(40);
const suite = hubSuite({
  "datasets/org/text": {
    files: { [path]: rows, "name with spaces.txt": "a", "README.md": "text" },
    branches: { main: MAIN_COMMIT, "v1.0": OLD_COMMIT },
  },
});

const open = (request: Partial<HubFileRequest> = {}, env: Environment = {}) =>
  openHubFile({ repo: "org/text", type: "dataset", path, ...request }, suite.options(env));
const lines = () => suite.hub.requests.map(({ line }) => line);

describe("openHubFile", () => {
  it("brings one file of a data set and its revision", async () => {
    const file = await open({ sha256 });
    expect(file).toBe(join(suite.home, "hub", "datasets--org--text", "snapshots", MAIN_COMMIT, path));
    expect((await readFile(file)).equals(rows)).toBe(true);
    expect(await readlink(file)).toBe(`../../../blobs/${sha256}`);
    expect(suite.progress.at(-1)).toEqual({ file: path, done: 50_000, total: 50_000 });
    expect(lines()).toEqual([
      "GET /api/datasets/org/text/revision/main",
      `POST /api/datasets/org/text/paths-info/${MAIN_COMMIT}`,
      `GET /datasets/org/text/resolve/${MAIN_COMMIT}/${path}`,
      `GET /content/${sha256}`,
    ]);
  });

  it("a branch that has not moved costs one question, a commit none", async () => {
    const file = await open();
    const before = lines().length;
    expect(await open()).toBe(file);
    expect(lines().slice(before)).toEqual(["GET /api/datasets/org/text/revision/main"]);
    expect(await open({ revision: MAIN_COMMIT, sha256 })).toBe(file);
    expect(lines()).toHaveLength(before + 1);
  });

  it("a tag stands for its commit", async () => {
    expect(await open({ revision: "v1.0" })).toContain(OLD_COMMIT);
    expect(await readFile(join(suite.home, "hub", "datasets--org--text", "refs", "v1.0"), "utf8")).toBe(OLD_COMMIT);
  });

  it("takes names with spaces, and a small file's sha256", async () => {
    const sha = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    expect(await readFile(await open({ path: "name with spaces.txt", sha256: sha }), "utf8")).toBe("a");
    await expect(open({ path: "README.md", sha256: sha })).rejects.toMatchObject({ code: "hub-changed-file" });
  });

  it("a file that is not the one that the caller knows: says so before it comes", async () => {
    await expect(open({ sha256: "b".repeat(64) })).rejects.toMatchObject({
      code: "hub-changed-file",
      message: `datasets/org/text at main, ${path}: its sha256 is ${sha256}, not ${"b".repeat(64)}; name the revision that has it.`,
    });
    expect(lines().filter((line) => line.includes("resolve"))).toEqual([]);
    await open();
    await expect(open({ revision: MAIN_COMMIT, sha256: "b".repeat(64) })).rejects.toMatchObject({
      code: "hub-changed-file",
    });
  });

  it("offline, and without network: the cache", async () => {
    const offline = { HF_HUB_OFFLINE: "1" };
    await expect(open({}, offline)).rejects.toMatchObject({
      code: "hub-offline",
      message: expect.stringMatching(
        /^datasets\/org\/text at main: .*datasets--org--text has no wikitext-2-raw-v1\/test/,
      ),
    });
    const file = await open();
    const before = lines().length;
    expect(await open({}, offline)).toBe(file);
    expect(lines()).toHaveLength(before);
    await suite.hub.close();
    expect(await open()).toBe(file);
    expect(suite.notes).toEqual([
      expect.stringMatching(/using commit 111111111111 of datasets\/org\/text from the cache$/),
    ]);
    await expect(open({ path: "README.md" })).rejects.toMatchObject({ code: "hub-unreachable" });
  });

  it("what is not there", async () => {
    await expect(open({ path: "absent.txt" })).rejects.toMatchObject({
      code: "hub-missing-file",
      message: `datasets/org/text at main has no file absent.txt; its files are on ${suite.hub.url}/datasets/org/text/tree/main.`,
    });
    await expect(open({ repo: "org/absent" })).rejects.toMatchObject({
      code: "hub-missing-repo",
      message: expect.stringContaining("has no dataset repository org/absent"),
    });
    await expect(open({ path: "wikitext-2-raw-v1" })).rejects.toMatchObject({ code: "hub-missing-file" });
  });

  it.each(["../secret", "/etc/passwd", "a//b", "a/./b", "a\\..\\b", ""])("refuses the path %j", async (bad) => {
    await expect(open({ path: bad })).rejects.toMatchObject({ code: "hub-bad-path" });
    expect(lines()).toEqual([]);
  });

  it("wrong bytes twice", async () => {
    suite.hub.faults.push({ match: /content/, reply: wrongByte });
    await expect(open()).rejects.toMatchObject({ code: "hub-wrong-checksum" });
  });

  it("a branch that moved brings the new file beside the old", async () => {
    const old = await open({ revision: "v1.0" });
    await writeFile(join(suite.home, "hub", "datasets--org--text", "refs", "main"), OLD_COMMIT);
    expect(await open()).toBe(old.replace(OLD_COMMIT, MAIN_COMMIT));
  });
});

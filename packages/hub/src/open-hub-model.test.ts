import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectHubModel, openHubModel } from "./open-hub-model.ts";
import { hubSuite, noise } from "./testing/hub-suite.ts";
import { MAIN_COMMIT } from "./testing/stand-in-repo.ts";

const REPO = "org/tiny";
const OLD_COMMIT = "0".repeat(39).concat("7");
const weights = noise(300_000);
const shards = {
  "model-00001-of-00002.safetensors": noise(70_000, 2),
  "model-00002-of-00002.safetensors": noise(50_000, 3),
};
const index = JSON.stringify({
  weight_map: {
    c: "model-00001-of-00002.safetensors",
    a: "model-00002-of-00002.safetensors",
    b: "model-00001-of-00002.safetensors",
  },
});
const small = { "config.json": '{"model_type":"qwen3"}', "tokenizer.json": "{}", "tokenizer_config.json": '{"a":"é"}' };
const suite = hubSuite({
  [`models/${REPO}`]: {
    files: {
      ...small,
      "README.md": "# not needed",
      "generation_config.json": "{}",
      "pytorch_model.bin": noise(10),
      "model.safetensors": weights,
      "original/consolidated.safetensors": noise(10),
    },
    branches: { main: MAIN_COMMIT, "refs/pr/1": OLD_COMMIT },
  },
  "models/org/sharded": {
    files: { ...small, ...shards, "consolidated.safetensors": noise(10), "model.safetensors.index.json": index },
  },
  "models/org/twins": { files: { ...small, "special_tokens_map.json": "{}", "model.safetensors": weights } },
});

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const repoFolder = () => join(suite.home, "hub", "models--org--tiny");

describe("openHubModel", () => {
  it("brings what evaluation reads, and no other file, into the standard layout", async () => {
    const model = await openHubModel({ repo: REPO }, suite.options());
    expect(model).toMatchObject({ repo: REPO, revision: "main", commit: MAIN_COMMIT });
    expect(model.dir).toBe(join(repoFolder(), "snapshots", MAIN_COMMIT));
    expect((await readdir(model.dir)).sort()).toEqual([
      "config.json",
      "generation_config.json",
      "model.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    expect((await readFile(join(model.dir, "model.safetensors"))).equals(weights)).toBe(true);
    expect(await readFile(join(model.dir, "tokenizer_config.json"), "utf8")).toBe(small["tokenizer_config.json"]);
    expect(await readFile(join(repoFolder(), "refs", "main"), "utf8")).toBe(MAIN_COMMIT);
    expect(await readlink(join(model.dir, "model.safetensors"))).toBe(`../../blobs/${sha256(weights)}`);
    // git hash-object of {}
    expect(await readlink(join(model.dir, "tokenizer.json"))).toBe(
      "../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b",
    );
    expect((await readdir(join(repoFolder(), "blobs"))).filter((name) => !/^[0-9a-f]+$/.test(name))).toEqual([]);
  });

  it("says each file's size and sha256", async () => {
    const { files } = await openHubModel({ repo: REPO }, suite.options());
    expect(files).toHaveLength(5);
    expect(files).toContainEqual({ path: "model.safetensors", size: 300_000, sha256: sha256(weights), cached: true });
    expect(files).toContainEqual({
      path: "config.json",
      size: small["config.json"].length,
      sha256: sha256(small["config.json"]),
      cached: true,
    });
  });

  it("asks for the branch once and reads everything at its commit", async () => {
    await openHubModel({ repo: REPO }, suite.options());
    const lines = suite.hub.requests.map(({ line }) => line).filter((line) => !line.includes("/content/"));
    expect(lines.filter((line) => line.includes("/main"))).toEqual([`GET /api/models/${REPO}/revision/main`]);
    expect(lines.filter((line) => !line.includes("/main") && !line.includes(`/${MAIN_COMMIT}`))).toEqual([]);
  });

  it("a commit need not be asked for", async () => {
    await openHubModel({ repo: REPO, revision: MAIN_COMMIT }, suite.options());
    expect(suite.hub.requests.filter(({ line }) => line.includes("/revision/"))).toEqual([]);
  });

  it("a second call asks for the branch and downloads nothing; a commit in the cache asks for nothing", async () => {
    await openHubModel({ repo: REPO }, suite.options());
    suite.progress.length = 0;
    const before = suite.hub.requests.length;
    const again = await openHubModel({ repo: REPO }, suite.options());
    expect(suite.hub.requests.slice(before).filter(({ line }) => /resolve|content/.test(line))).toEqual([]);
    const count = suite.hub.requests.length;
    expect(count).toBeGreaterThan(before);
    const pinned = await openHubModel({ repo: REPO, revision: MAIN_COMMIT }, suite.options());
    expect(suite.hub.requests).toHaveLength(count);
    expect(pinned).toEqual({ ...again, revision: MAIN_COMMIT });
    expect(suite.progress).toEqual([]);
  });

  it("takes the shards that the index names, of a listing of several pages", async () => {
    const { files, dir } = await openHubModel({ repo: "org/sharded" }, suite.options());
    expect(files.map(({ path }) => path).filter((path) => path.endsWith(".safetensors"))).toEqual(Object.keys(shards));
    for (const [name, bytes] of Object.entries(shards))
      expect((await readFile(join(dir, name))).equals(bytes)).toBe(true);
    expect(await readdir(dir)).not.toContain("consolidated.safetensors");
  });

  it("reads another revision beside the first, of whose blobs it downloads none again", async () => {
    await openHubModel({ repo: REPO }, suite.options());
    const before = suite.hub.requests.length;
    expect((await inspectHubModel({ repo: REPO, revision: "refs/pr/1" }, suite.options())).downloadBytes).toBe(0);
    const old = await openHubModel({ repo: REPO, revision: "refs/pr/1" }, suite.options());
    expect(old.commit).toBe(OLD_COMMIT);
    expect(await readFile(join(repoFolder(), "refs", "refs", "pr", "1"), "utf8")).toBe(OLD_COMMIT);
    expect((await readFile(join(old.dir, "model.safetensors"))).equals(weights)).toBe(true);
    expect(suite.hub.requests.slice(before).filter(({ line }) => /resolve/.test(line))).toEqual([]);
  });

  it("two files of the same bytes are one blob and one download", async () => {
    const { dir } = await openHubModel({ repo: "org/twins" }, suite.options());
    expect(await readFile(join(dir, "special_tokens_map.json"), "utf8")).toBe("{}");
    const same = suite.hub.requests.filter(({ line }) => /tokenizer\.json|special_tokens/.test(line));
    expect(same).toHaveLength(1);
    const bytes = [small["config.json"], "{}", small["tokenizer_config.json"]].map((text) => Buffer.byteLength(text));
    expect(suite.progress[0].total).toBe(bytes.reduce((a, b) => a + b));
  });

  it("uses what another tool downloaded, and completes it", async () => {
    const snapshot = join(repoFolder(), "snapshots", MAIN_COMMIT);
    await mkdir(snapshot, { recursive: true });
    await mkdir(join(repoFolder(), "blobs"));
    await writeFile(join(repoFolder(), "blobs", sha256(weights)), weights);
    await symlink(`../../blobs/${sha256(weights)}`, join(snapshot, "model.safetensors"));
    await openHubModel({ repo: REPO }, suite.options());
    const lines = suite.hub.requests.map(({ line }) => line);
    expect(lines.filter((line) => line.includes("model.safetensors"))).toEqual([]);
    // tokenizer.json and generation_config.json are the same bytes.
    expect(lines.filter((line) => line.includes("resolve"))).toHaveLength(3);
  });

  it("a blob that is a link to a store of another naming keeps its sha256", async () => {
    const { dir } = await openHubModel({ repo: REPO }, suite.options());
    const blob = join(repoFolder(), "blobs", sha256(weights));
    const store = join(suite.home, "hub", "blobs", "ab", "ab".repeat(32));
    await mkdir(join(suite.home, "hub", "blobs", "ab"), { recursive: true });
    await rename(blob, store);
    await symlink(`../../blobs/ab/${"ab".repeat(32)}`, blob);
    const { files } = await openHubModel({ repo: REPO, revision: MAIN_COMMIT }, suite.options());
    expect(files.find(({ path }) => path === "model.safetensors")?.sha256).toBe(sha256(weights));
    expect((await readFile(join(dir, "model.safetensors"))).equals(weights)).toBe(true);
  });

  it("a commit whose tokenizer another tool left out is completed", async () => {
    const { dir } = await openHubModel({ repo: REPO }, suite.options());
    await rm(join(dir, "tokenizer.json"));
    await openHubModel({ repo: REPO, revision: MAIN_COMMIT }, suite.options());
    expect(await readFile(join(dir, "tokenizer.json"), "utf8")).toBe("{}");
  });

  it("a link without a blob, and a blob cut short, are downloaded again", async () => {
    const { dir } = await openHubModel({ repo: REPO }, suite.options());
    const blobs = join(repoFolder(), "blobs");
    await writeFile(join(blobs, sha256(weights)), weights.subarray(1));
    await rm(join(blobs, "9e26dfeeb6e641a33dae4961196235bdb965b21b"));
    await openHubModel({ repo: REPO }, suite.options());
    expect((await readFile(join(dir, "model.safetensors"))).equals(weights)).toBe(true);
    expect(await readFile(join(dir, "tokenizer.json"), "utf8")).toBe("{}");
  });

  it("a cache made without links is used", async () => {
    const snapshot = join(repoFolder(), "snapshots", MAIN_COMMIT);
    await mkdir(snapshot, { recursive: true });
    for (const [name, text] of Object.entries(small)) await writeFile(join(snapshot, name), text);
    await writeFile(join(snapshot, "model.safetensors"), weights);
    const { files } = await openHubModel({ repo: REPO, revision: MAIN_COMMIT }, suite.options());
    expect(suite.hub.requests).toEqual([]);
    expect(files.find(({ path }) => path === "model.safetensors")?.sha256).toBe(sha256(weights));
    expect((await lstat(join(snapshot, "model.safetensors"))).isFile()).toBe(true);
  });

  it("progress counts what comes over the network, to its total", async () => {
    await openHubModel({ repo: "org/sharded" }, suite.options());
    const ofShards = suite.progress.filter(({ file }) => file.endsWith(".safetensors"));
    expect(ofShards.at(-1)).toMatchObject({ done: 120_000, total: 120_000 });
    expect(ofShards.every(({ total }) => total === 120_000)).toBe(true);
    const done = ofShards.map((step) => step.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done[0]).toBeLessThan(120_000);
  });

  it("sends the token to the hub and not to where it redirects", async () => {
    await openHubModel({ repo: REPO }, suite.options({ HF_TOKEN: "hf_member" }));
    const toContent = suite.hub.requests.filter(({ line }) => line.includes("/content/"));
    const toHub = suite.hub.requests.filter(({ line }) => !line.includes("/content/"));
    expect(toContent.map(({ token }) => token)).toEqual([undefined]);
    expect(new Set(toHub.map(({ token }) => token))).toEqual(new Set(["hf_member"]));
  });
});

describe("inspectHubModel", () => {
  it("fetches small files only and says what the rest would take", async () => {
    const seen = await inspectHubModel({ repo: "org/sharded" }, suite.options());
    expect(seen.downloadBytes).toBe(120_000);
    expect(await readFile(join(seen.dir, "config.json"), "utf8")).toBe(small["config.json"]);
    expect(seen.files.filter(({ cached }) => !cached)).toEqual(
      Object.entries(shards).map(([path, bytes]) => ({
        path,
        size: bytes.length,
        sha256: sha256(bytes),
        cached: false,
      })),
    );
    expect(suite.hub.requests.filter(({ line }) => /content/.test(line))).toEqual([]);
  });

  it("has nothing left to download once the model is there", async () => {
    await openHubModel({ repo: REPO }, suite.options());
    const seen = await inspectHubModel({ repo: REPO }, suite.options());
    expect(seen.downloadBytes).toBe(0);
    expect(seen.files.every(({ cached }) => cached)).toBe(true);
  });
});

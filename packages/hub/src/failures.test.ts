import { createHash } from "node:crypto";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openHubModel } from "./open-hub-model.ts";
import type { Environment } from "./settings.ts";
import { status } from "./testing/faults.ts";
import { hubSuite, noise } from "./testing/hub-suite.ts";
import { MAIN_COMMIT, MEMBER, STRANGER } from "./testing/stand-in-repo.ts";
import { startHub } from "./testing/start-hub.ts";

const files = { "config.json": "{}", "tokenizer.json": "{}", "model.safetensors": noise(1000) };
const suite = hubSuite({
  "models/org/tiny": { files },
  "models/org/gated": { files, gated: true },
  "models/org/private": { files, private: true },
  "models/org/torch": {
    files: { "config.json": "{}", "pytorch_model.bin": noise(10), "model.gguf": noise(10), "model.onnx": noise(10) },
  },
  "models/org/old": {
    files: {
      "config.json": "{}",
      "a.bin": noise(1),
      "b.bin": noise(1),
      "c.pt": noise(1),
      "d.h5": noise(1),
      "e.onnx": noise(1),
    },
  },
  "models/org/adapter": { files: { "config.json": "{}", "adapter_model.safetensors": noise(10) } },
  "models/org/empty": { files: { "config.json": "{}" } },
  "models/org/pictures": { files: { "model.safetensors": noise(10) } },
  "models/org/broken": { files: { "config.json": "{}", "model.safetensors.index.json": '{"weight_map":{}}' } },
  "models/org/short": {
    files: { "config.json": "{}", "model.safetensors.index.json": '{"weight_map":{"a":"b.safetensors"}}' },
  },
});

/** Code and message of the refusal, in which the stand-in's address reads HUB and the cache's HOME. */
async function refusal(repo: string, env: Environment = {}, revision?: string): Promise<string> {
  const error = await openHubModel({ repo, revision }, suite.options(env)).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toMatchObject({ name: "BenchError" });
  expect(error.message).not.toContain("\n");
  return `${error.code}: ${error.message}`.replaceAll(suite.hub.url, "HUB").replaceAll(suite.home, "HOME");
}

describe("what the hub refuses", () => {
  it("a gated repository, without a token and with one that has no access", async () => {
    expect(await refusal("org/gated")).toBe(
      "hub-gated: org/gated is gated: accept its terms on HUB/org/gated while logged in; then set HF_TOKEN to a token from " +
        "HUB/settings/tokens (or run hf auth login).",
    );
    expect(await refusal("org/gated", { HF_TOKEN: STRANGER })).toMatch(
      /^hub-gated: .*the account of the token in HF_TOKEN has no access yet\.$/,
    );
    expect((await openHubModel({ repo: "org/gated" }, suite.options({ HF_TOKEN: MEMBER }))).files).toHaveLength(3);
  });

  it("a private repository looks like one that is not there", async () => {
    expect(await refusal("org/private")).toMatch(
      /^hub-missing-repo: HUB has no model repository org\/private; check the spelling \(if it is private, set HF_TOKEN/,
    );
    expect(await refusal("org/private", { HF_TOKEN: STRANGER })).toMatch(/not open to the token in HF_TOKEN/);
    expect(await refusal("org/absent")).toMatch(/^hub-missing-repo: HUB has no model repository org\/absent/);
  });

  it("a token file is used, and named when it is wrong", async () => {
    await writeFile(join(suite.home, "token"), `${MEMBER}\n`);
    expect((await openHubModel({ repo: "org/private" }, suite.options())).commit).toBe(MAIN_COMMIT);
    await writeFile(join(suite.home, "token"), "hf_expired\n");
    expect(await refusal("org/tiny")).toMatch(/^hub-wrong-token: HUB does not accept the token in HOME\/token; /);
    expect(await refusal("org/tiny", { HF_TOKEN: "no-such" })).toMatch(/the token in HF_TOKEN;/);
  });

  it("a revision that is not there, and one that is no longer", async () => {
    expect(await refusal("org/tiny", {}, "v9")).toMatch(/^hub-missing-revision: org\/tiny has no revision "v9"/);
    expect(await refusal("org/tiny", {}, "9".repeat(40))).toMatch(/^hub-missing-revision: /);
  });

  it("a mirror that sends on to the hub is asked once", async () => {
    const hub = await startHub({});
    const reply = status(307, { Location: `${hub.url}/api/models/org/tiny/revision/main` });
    suite.hub.faults.push({ match: /revision/, reply });
    expect(await refusal("org/tiny")).toMatch(/^hub-missing-repo: /);
    expect(suite.waits).toEqual([]);
    await hub.close();
  });

  it("a file that is forbidden for another reason", async () => {
    suite.hub.faults.push({
      match: /resolve/,
      reply: status(403, { "X-Error-Message": "Access to this resource is disabled." }),
    });
    expect(await refusal("org/tiny")).toBe(
      "hub-forbidden: org/tiny is not given out (status 403: Access to this resource is disabled); log in with hf auth login, or set HF_TOKEN.",
    );
    expect(suite.waits).toEqual([]);
  });

  it("an answer that is no answer of a hub", async () => {
    suite.hub.faults.push({
      match: /revision/,
      reply: (_, response) => void response.end("<html>Please log in</html>"),
    });
    expect(await refusal("org/tiny")).toMatch(
      /^hub-bad-answer: HUB\/api\/models\/org\/tiny\/revision\/main: the answer is not JSON/,
    );
  });
});

/** An answer of the hub's API in place of the stand-in's. */
function answer(match: RegExp, value: unknown): void {
  suite.hub.faults.push({ match, reply: (_, response) => void response.end(JSON.stringify(value)) });
}

describe("answers that would name files here", () => {
  it("a commit that is none", async () => {
    answer(/revision/, { sha: "../../../etc" });
    expect(await refusal("org/tiny")).toMatch(
      /^hub-bad-answer: HUB\/api\/models\/org\/tiny: the answer names no commit/,
    );
  });

  it("a checksum that is none", async () => {
    answer(/tree/, [
      { type: "file", path: "config.json", size: 2, oid: "../../../evil" },
      { type: "file", path: "model.safetensors", size: 2, oid: "a".repeat(40) },
    ]);
    expect(await refusal("org/tiny")).toMatch(/^hub-bad-answer: HUB\/org\/tiny: config\.json comes with no checksum/);
  });
});

describe("repositories that are no checkpoint to read", () => {
  it("name what they have instead of safetensors, and cost no download", async () => {
    expect(await refusal("org/torch")).toMatch(
      /^hub-no-safetensors: org\/torch at main has neither .* only pytorch_model\.bin, model\.gguf, model\.onnx; choose/,
    );
    expect(await refusal("org/old")).toMatch(/only a\.bin, b\.bin, c\.pt, 2 more;/);
    expect(await refusal("org/adapter")).toMatch(/only adapter_model\.safetensors;/);
    expect(await refusal("org/empty")).toMatch(/no weights at all;/);
    expect(await refusal("org/pictures")).toMatch(/^hub-no-config: org\/pictures at main has no config\.json/);
    expect(suite.hub.requests.filter(({ line }) => /resolve/.test(line))).toEqual([]);
  });

  it("an index of nothing, or of a shard that is not there", async () => {
    expect(await refusal("org/broken")).toMatch(
      /^damaged-index: .*model\.safetensors\.index\.json is damaged: it names no shard/,
    );
    expect(await refusal("org/short")).toMatch(/^hub-missing-file: org\/short at main has no file b\.safetensors/);
  });
});

describe("without the hub", () => {
  it("no network: says why, at once", async () => {
    await suite.hub.close();
    expect(await refusal("org/tiny")).toMatch(
      /^hub-unreachable: HUB cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:\d+; check the network/,
    );
    expect(suite.waits).toEqual([]);
  });

  it("no network: the last copy of the branch is used, with a note", async () => {
    const online = await openHubModel({ repo: "org/tiny" }, suite.options());
    await suite.hub.close();
    expect(await openHubModel({ repo: "org/tiny" }, suite.options())).toEqual(online);
    expect(suite.notes).toEqual([
      expect.stringMatching(/cannot be reached: .*; using commit 111111111111 of org\/tiny from the cache$/),
    ]);
  });

  it("an outage of the hub: likewise", async () => {
    const online = await openHubModel({ repo: "org/tiny" }, suite.options());
    suite.hub.faults.push({ match: /revision/, times: 6, reply: status(503) });
    expect(await openHubModel({ repo: "org/tiny" }, suite.options())).toEqual(online);
    expect(suite.notes.at(-1)).toMatch(/status 503; using commit 111111111111/);
    suite.hub.faults.push({ match: /revision/, reply: status(429, { "Retry-After": "9999" }) });
    expect(await openHubModel({ repo: "org/tiny" }, suite.options())).toEqual(online);
    expect(await refusal("org/tiny", {}, "v9")).toMatch(/^hub-busy: /);
  });

  it("offline: the cache alone, without a request", async () => {
    const online = await openHubModel({ repo: "org/tiny" }, suite.options());
    const before = suite.hub.requests.length;
    expect(await openHubModel({ repo: "org/tiny" }, suite.options({ HF_HUB_OFFLINE: "1" }))).toEqual(online);
    expect(await openHubModel({ repo: "org/tiny" }, suite.options({ HF_HUB_OFFLINE: "true" }))).toEqual(online);
    expect(suite.hub.requests).toHaveLength(before);
    await openHubModel({ repo: "org/tiny" }, suite.options({ HF_HUB_OFFLINE: "0" }));
    expect(suite.hub.requests.length).toBeGreaterThan(before);
  });

  it("offline and not in the cache: names the folder and what it lacks", async () => {
    const offline = { HF_HUB_OFFLINE: "1" };
    expect(await refusal("org/tiny", offline)).toBe(
      "hub-offline: org/tiny at main: HF_HUB_OFFLINE is set and HOME/hub/models--org--tiny has no copy of main; run once without it, " +
        "or set HF_HOME to the folder that holds the cache.",
    );
    const folder = join(suite.home, "hub", "models--org--tiny");
    await mkdir(join(folder, "snapshots", MAIN_COMMIT), { recursive: true });
    expect(await refusal("org/tiny", offline, MAIN_COMMIT)).toMatch(/has no config\.json;/);
    await writeFile(join(folder, "snapshots", MAIN_COMMIT, "config.json"), "{}");
    expect(await refusal("org/tiny", offline, MAIN_COMMIT)).toMatch(/has no model\.safetensors;/);
    const index = { weight_map: { a: "a.safetensors", b: "b.safetensors" } };
    await writeFile(join(folder, "snapshots", MAIN_COMMIT, "model.safetensors.index.json"), JSON.stringify(index));
    await writeFile(join(folder, "snapshots", MAIN_COMMIT, "a.safetensors"), "");
    expect(await refusal("org/tiny", offline, MAIN_COMMIT)).toMatch(/has no b\.safetensors;/);
    expect(suite.hub.requests).toEqual([]);
  });
});

describe("the disk", () => {
  it("too small for the files: says so before the first byte of them", async () => {
    // The hub says a petabyte; no disk of a test has that.
    const size = 2 ** 50;
    const lfs = { oid: "a".repeat(64), size, pointerSize: 1 };
    const entry = (path: string) => ({ type: "file", path, size: 2, oid: "9e26dfeeb6e641a33dae4961196235bdb965b21b" });
    answer(/tree/, [entry("config.json"), { ...entry("model.safetensors"), lfs }]);
    expect(await refusal("org/tiny")).toMatch(
      /^hub-disk-full: HOME\/hub: 1,125,899\.9 GB are still to be downloaded and [\d.,]+ [kMG]B are free; free/,
    );
    expect(suite.hub.requests.filter(({ line }) => /resolve.*model\.safetensors/.test(line))).toEqual([]);
  });

  it.runIf(process.platform === "linux")("that fills up while a file comes", async () => {
    const blobs = join(suite.home, "hub", "models--org--tiny", "blobs");
    await mkdir(blobs, { recursive: true });
    const blob = createHash("sha256").update(files["model.safetensors"]).digest("hex");
    // A device that takes no byte, in place of the partial file.
    await symlink("/dev/full", join(blobs, `${blob}.resume.incomplete`));
    expect(await refusal("org/tiny")).toMatch(
      /^hub-disk-full: HOME.*blobs: 1 kB are still to be downloaded and .* are free; free some space/,
    );
  });

  it("a cache that cannot be written", async () => {
    await writeFile(join(suite.home, "hub"), "a file where the folder should be");
    expect(await refusal("org/tiny")).toMatch(
      /^hub-cannot-write: HOME\/hub\/models--org--tiny\/blobs cannot be written \(/,
    );
    expect(await readFile(join(suite.home, "hub"), "utf8")).toBe("a file where the folder should be");
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hubSettings } from "./settings.ts";

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sinqbench-settings-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe("hubSettings", () => {
  it("without any variable", async () => {
    expect(await hubSettings({ HOME: "/home/me" })).toEqual({
      endpoint: "https://huggingface.co",
      cacheDir: "/home/me/.cache/huggingface/hub",
      offline: false,
    });
    expect((await hubSettings({})).cacheDir).toBe(join(homedir(), ".cache/huggingface/hub"));
  });

  it.each([
    [{ XDG_CACHE_HOME: "/xdg" }, "/xdg/huggingface/hub"],
    [{ XDG_CACHE_HOME: "/xdg", HF_HOME: "/hf" }, "/hf/hub"],
    [{ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    [{ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }, "/new"],
    [{ HF_HOME: "~/models" }, "/home/me/models/hub"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a shell writes it.
    [{ HF_HUB_CACHE: "$DATA/hf/${USER}", DATA: "/data", USER: "me" }, "/data/hf/me"],
    [{ HF_HUB_CACHE: "/a/$UNSET" }, "/a/$UNSET"],
    [{ HF_HOME: "" }, "/home/me/.cache/huggingface/hub"],
  ])("%j puts the cache into %s", async (env, folder) => {
    expect((await hubSettings({ HOME: "/home/me", ...env })).cacheDir).toBe(folder);
  });

  it.each([
    [{ HF_HUB_OFFLINE: "1" }, true],
    [{ HF_HUB_OFFLINE: "Yes" }, true],
    [{ HF_HUB_OFFLINE: "0" }, false],
    [{ TRANSFORMERS_OFFLINE: "true" }, true],
  ])("%j: offline is %s", async (env, offline) => expect((await hubSettings(env)).offline).toBe(offline));

  it("an endpoint ends without a slash", async () => {
    expect((await hubSettings({ HF_ENDPOINT: "https://mirror/hf//" })).endpoint).toBe("https://mirror/hf");
  });

  it.each(["huggingface.co", "ftp://mirror", "https://"])("the endpoint %j is refused", async (endpoint) => {
    await expect(hubSettings({ HF_ENDPOINT: endpoint })).rejects.toMatchObject({
      code: "hub-bad-endpoint",
      message: expect.stringContaining(`HF_ENDPOINT is "${endpoint.replace(/\/+$/, "")}"`),
    });
  });

  it("the token: variables before the file, without the blanks around it", async () => {
    const file = join(home, "token");
    await writeFile(file, " hf_file\n");
    const other = join(home, "other");
    await writeFile(other, "hf_other");
    const token = async (env: object) => (await hubSettings({ HF_HOME: home, ...env })).token;
    expect(await token({})).toEqual({ value: "hf_file", source: file });
    expect(await token({ HF_TOKEN_PATH: other })).toEqual({ value: "hf_other", source: other });
    expect(await token({ HUGGING_FACE_HUB_TOKEN: "hf_old" })).toEqual({
      value: "hf_old",
      source: "HUGGING_FACE_HUB_TOKEN",
    });
    expect(await token({ HUGGING_FACE_HUB_TOKEN: "hf_old", HF_TOKEN: "hf_new " })).toEqual({
      value: "hf_new",
      source: "HF_TOKEN",
    });
    await writeFile(file, "\n");
    expect(await token({ HF_TOKEN: "" })).toBeUndefined();
  });
});

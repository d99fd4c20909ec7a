import { describe, expect, it } from "vitest";
import { parseHubId } from "./hub-id.ts";

describe("parseHubId", () => {
  it.each([
    ["Qwen/Qwen3-1.7B", { repo: "Qwen/Qwen3-1.7B" }],
    ["deepseek-ai/DeepSeek-V2.5@main", { repo: "deepseek-ai/DeepSeek-V2.5", revision: "main" }],
    ["a/b@refs/pr/1", { repo: "a/b", revision: "refs/pr/1" }],
    ["a/b@v1.0+x_y", { repo: "a/b", revision: "v1.0+x_y" }],
    [`o/${"n".repeat(96)}`, { repo: `o/${"n".repeat(96)}` }],
  ])("%s", (word, id) => expect(parseHubId(word)).toEqual(id));

  it.each([
    "model",
    "./model",
    "../models/m",
    "/models/m",
    "~/m",
    "a/b/c",
    "a/",
    "a/.b",
    "a/b-",
    "a/b--c",
    "a/b..c",
    "a/b.git",
    "a/b@",
    "a/b@x/../y",
    "a b/c",
    `o/${"n".repeat(97)}`,
    "",
  ])("%j is none", (word) => expect(parseHubId(word)).toBeUndefined());
});

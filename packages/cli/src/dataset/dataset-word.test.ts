import { describe, expect, it } from "vitest";
import { namesDataset, parseDatasetWord } from "./dataset-word.ts";

describe("a data set's word", () => {
  it.each([
    ["moby-dick", { name: "moby-dick" }],
    ["wikitext2", { name: "wikitext2" }],
    ["c4:c4-frozen", { name: "c4", protocol: { name: "c4-frozen" } }],
    ["wikitext2=a/b=c:d.parquet", { name: "wikitext2", path: "a/b=c:d.parquet" }],
    [
      "wikitext2:llamacpp-512=wiki.test.raw",
      { name: "wikitext2", protocol: { name: "llamacpp-512" }, path: "wiki.test.raw" },
    ],
  ])("%s names data set, protocol and file", (word, expected) =>
    expect(parseDatasetWord(word)).toMatchObject(expected),
  );

  it("leaves out what is not said", () => {
    expect(Object.keys(parseDatasetWord("c4"))).toEqual(["known", "name"]);
  });

  it.each([
    ["wikitxt2", "unknown-dataset", /mean wikitext2/],
    ["", "unknown-dataset", /Known|mean/],
    ["c4:c5-256", "unknown-protocol", /"c5-256"/],
    ["moby-dick=whale.txt", "text-has-no-file", /--text FILE/],
  ])("%s is refused", (word, code, message) =>
    expect(() => parseDatasetWord(word)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    ),
  );

  it("is told from a file's name", () => {
    expect(["c4-train", "sotu:gptq-64", "c4=x.parquet"].map(namesDataset)).toEqual([true, true, true]);
    expect(["c4.txt", "./c4", "texts/sotu", "C:\\sotu"].map(namesDataset)).toEqual([false, false, false, false]);
  });
});

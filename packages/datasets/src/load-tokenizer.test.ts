import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadTokenizer } from "./load-tokenizer.ts";
import { fixture, temporaryFolder } from "./test-files.ts";

const folder = temporaryFolder();
const cases = JSON.parse(await readFile(fixture("ids.json"), "utf8")) as { text: string; ids: number[] }[];

describe("loadTokenizer", () => {
  it("gives the ids of the Python library, and no token before them", async () => {
    const { encode } = await loadTokenizer(fixture("tokenizer"));
    expect(cases.map(({ text }) => [...encode(text)])).toEqual(cases.map(({ ids }) => ids));
    expect(encode("The")).toBeInstanceOf(Int32Array);
  });

  it("differs from the Python library where a combining mark is newer than Unicode 9 (known divergence)", async () => {
    const { encode } = await loadTokenizer(fixture("tokenizer"));
    const python = [89, 159, 117, 116, 138, 98];
    expect([...encode("x\u1df6\u0323")]).not.toEqual(python);
    expect([...encode("x\u1df6\u0323")]).toEqual([...encode("x\u0323\u1df6")]);
  });

  it("decodes to the text, special tokens and spaces before punctuation included", async () => {
    const { encode, decode } = await loadTokenizer(fixture("tokenizer"));
    for (const { text } of cases) expect(decode(encode(text))).toBe(text.normalize("NFC"));
    expect(decode(encode("a , b <|end|> it 's ."))).toBe("a , b <|end|> it 's .");
  });

  it("says which tokenizer it is", async () => {
    const tokenizer = await loadTokenizer(fixture("tokenizer"));
    const bytes = await readFile(fixture("tokenizer/tokenizer.json"));
    expect(tokenizer.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(tokenizer.vocabSize).toBe(418);
  });

  it("knows the token that goes before a text, and goes by add_bos_token where that is there", async () => {
    const dir = join(folder(), "first");
    await cp(fixture("tokenizer"), dir, { recursive: true });
    const config = (value: object) => writeFile(join(dir, "tokenizer_config.json"), JSON.stringify(value));
    const bos = async () => (await loadTokenizer(dir)).bos;
    // The tokenizer's own post-processor puts <s> before a text.
    await rm(join(dir, "tokenizer_config.json"));
    expect(await bos()).toBe(0);
    await config({ bos_token: "<|end|>", add_bos_token: true });
    expect(await bos()).toBe(1);
    await config({ bos_token: { content: "<s>" }, add_bos_token: true });
    expect(await bos()).toBe(0);
    await config({ bos_token: "<s>", add_bos_token: false });
    expect(await bos()).toBeNull();
    await config({ bos_token: null, add_bos_token: true });
    expect(await bos()).toBeNull();
    await rm(join(dir, "tokenizer_config.json"));
    const path = join(dir, "tokenizer.json");
    const json = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...json, post_processor: null }));
    expect(await bos()).toBeNull();
  });

  it("tells apart what may give other ids", async () => {
    const dir = join(folder(), "identity");
    await cp(fixture("tokenizer"), dir, { recursive: true });
    const { identity } = await loadTokenizer(dir);
    expect(identity).toMatch(/^[0-9a-f]{64}$/);
    expect((await loadTokenizer(fixture("tokenizer"))).identity).toBe(identity);
    await writeFile(join(dir, "tokenizer_config.json"), "{}");
    const bare = (await loadTokenizer(dir)).identity;
    await rm(join(dir, "tokenizer_config.json"));
    expect(new Set([identity, bare, (await loadTokenizer(dir)).identity]).size).toBe(3);
  });

  it("counts an added token beyond the vocabulary, and needs no tokenizer_config.json", async () => {
    const dir = join(folder(), "added");
    await cp(fixture("tokenizer"), dir, { recursive: true });
    await rm(join(dir, "tokenizer_config.json"));
    const path = join(dir, "tokenizer.json");
    const json = JSON.parse(await readFile(path, "utf8")) as { added_tokens: object[] };
    json.added_tokens.push({ ...json.added_tokens[0], id: 430, content: "<pad>" });
    await writeFile(path, JSON.stringify(json));
    const tokenizer = await loadTokenizer(dir);
    expect(tokenizer.vocabSize).toBe(431);
    expect([...tokenizer.encode("<pad>")]).toEqual([430]);
  });

  it("tokenizes a text whole, however long", async () => {
    const { encode, decode } = await loadTokenizer(fixture("tokenizer"));
    const text = cases
      .map((entry) => entry.text.normalize("NFC"))
      .join("\n")
      .repeat(400);
    const ids = encode(text);
    expect(decode(ids) === text).toBe(true);
    expect(ids.length).toBeGreaterThan(100_000);
  });

  it.each([
    ["is absent", undefined, "no-tokenizer"],
    ["is not JSON", "{", "bad-tokenizer"],
    ["is not an object", "7", "bad-tokenizer"],
    ["has a model that does not exist", '{"model":{"type":"Oracle"},"added_tokens":[]}', "bad-tokenizer"],
  ])("refuses a tokenizer.json that %s", async (_, text, code) => {
    const dir = join(folder(), "broken");
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir);
    if (text !== undefined) await writeFile(join(dir, "tokenizer.json"), text);
    const failure = expect(loadTokenizer(dir)).rejects;
    await failure.toMatchObject({
      name: "BenchError",
      code,
      message: expect.stringMatching(new RegExp(`^${dir}[^\\n]*$`)),
    });
  });

  it("refuses a tokenizer_config.json that is damaged", async () => {
    const dir = join(folder(), "config");
    await cp(fixture("tokenizer"), dir, { recursive: true });
    await writeFile(join(dir, "tokenizer_config.json"), "nonsense");
    await expect(loadTokenizer(dir)).rejects.toThrow(/tokenizer_config\.json is not a tokenizer/);
  });
});

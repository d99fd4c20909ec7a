import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { loadTokenizer } from "@sinqbench/datasets";
import { readLossCsv } from "@sinqbench/report";
import { openCheckpoint, sha256File } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { type EmbeddedModel, embeddedModels } from "./index.ts";

/** Bytes of weights that a clone may carry for a model of this type. */
const MOST_BYTES: Readonly<Record<string, number>> = { qwen3: 28e6, deepseek_v2: 20e6 };

const read = ({ dir }: EmbeddedModel, file: string) => readFile(join(dir, file), "utf8");
const each = embeddedModels.map((model) => [model.name, model] as const);

describe("the embedded models", () => {
  it("are all that the folder has, each named once", async () => {
    const folder = join(embeddedModels[0].dir, "..");
    expect((await readdir(folder)).sort()).toEqual(embeddedModels.map(({ name }) => name).sort());
    for (const { name, dir } of embeddedModels) {
      expect(isAbsolute(dir)).toBe(true);
      expect(dir).toBe(join(folder, name));
    }
  });

  it("read texts alike, so that their losses compare", async () => {
    const files = await Promise.all(embeddedModels.map(({ dir }) => sha256File(join(dir, "tokenizer.json"))));
    expect(new Set(files).size).toBe(1);
  });
});

describe.each(each)("%s", (_, model) => {
  it("is a whole checkpoint of the size that its configuration and its card say", async () => {
    const config = JSON.parse(await read(model, "config.json"));
    const card = await read(model, "README.md");
    const source = await openCheckpoint(model.dir);
    const infos = source.names().map((name) => source.info(name));
    await source.close();
    expect(new Set(infos.map(({ dtype }) => dtype))).toEqual(new Set(["BF16"]));
    expect(source.info("model.embed_tokens.weight").shape).toEqual([config.vocab_size, config.hidden_size]);
    const blocks = new Set(source.names().flatMap((name) => /^model\.layers\.(\d+)\./.exec(name)?.[1] ?? []));
    expect([...blocks].map(Number).sort((a, b) => a - b)).toEqual([...Array(config.num_hidden_layers).keys()]);

    const weights = join(model.dir, "model.safetensors");
    const bytes = (await readFile(weights)).length;
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES[config.model_type]);
    const parameters = infos.reduce((sum, info) => sum + info.bytes / 2, 0);
    expect(bytes).toBeGreaterThan(2 * parameters);
    expect(card).toContain(`# ${model.name}\n`);
    expect(card).toContain(`\`${config.architectures[0]}\`, ${(parameters / 1e6).toFixed(2)} M parameters`);
    expect(card).toContain(`(${(bytes / 1e6).toFixed(1)} MB; `);
    expect(card).toContain(await sha256File(weights));
    expect(card).toContain(`| layers | ${config.num_hidden_layers} |`);
    expect(card).toContain(`| positions | ${config.max_position_embeddings}, `);
    expect(card).toContain(`| vocabulary | ${config.vocab_size}, `);
  });

  it("has a card with a licence, whose links lead somewhere", async () => {
    const card = await read(model, "README.md");
    expect(card).toMatch(/^---\nlicense: cc-by-sa-4\.0\n/);
    expect(card).toContain("CC BY-SA");
    const files = await readdir(model.dir);
    const links = [...card.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, link]) => link);
    for (const link of links) expect(files, link).toContain(link);
  });

  it("has its training loss beside it, and the curve of just these losses", async () => {
    const rows = await readLossCsv(join(model.dir, "loss.csv"));
    const seen = rows.map(({ tokens }) => tokens);
    expect(seen.length).toBeGreaterThan(50);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const { data } = JSON.parse(await read(model, "loss-curve.vl.json"));
    expect(data.values.map(({ loss }: { loss: number }) => loss)).toEqual(rows.map(({ loss }) => loss));
    const svg = await read(model, "loss-curve.svg");
    expect(svg).toContain(`Training loss of ${model.name}`);
    expect((await readFile(join(model.dir, "loss-curve.png"))).subarray(1, 4).toString()).toBe("PNG");
    const card = await read(model, "README.md");
    expect(card).toContain("](loss-curve.svg)");
    expect(card).toContain(`${((seen.at(-1) ?? 0) / 1e6).toFixed(1)} M tokens`);
  });

  it("has a tokenizer that stays within its embeddings and gives back what it was given", async () => {
    const tokenizer = await loadTokenizer(model.dir);
    const config = JSON.parse(await read(model, "config.json"));
    expect(tokenizer.vocabSize).toBeLessThanOrEqual(config.vocab_size);
    expect(tokenizer.bos).toBeNull();
    expect(JSON.parse(await read(model, "tokenizer_config.json")).model_max_length).toBe(
      config.max_position_embeddings,
    );
    for (const text of [
      "The whale, 1851: \u201cthar she blows!\u201d",
      " two  spaces\n\n\ttab ",
      "Gr\u00f6\u00dfe \u6f22\u5b57 \ud83d\udc33",
    ]) {
      const ids = tokenizer.encode(text);
      expect(tokenizer.decode(ids)).toBe(text);
      for (const id of ids) expect(id).toBeLessThan(config.vocab_size);
    }
  });
});

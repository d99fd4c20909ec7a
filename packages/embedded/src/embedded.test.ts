import { loadTokenizer, textInput } from "@sinqbench/datasets";
import { sha256Hex } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { embeddedModels, embeddedTexts } from "./index.ts";

const texts = {
  "moby-dick": {
    sha256: "6942ee9d1b24d5d5ba93b60da2d451bba07cd11245e76ff28c44581f59f0695c",
    characters: 1_186_770,
    first: "Call me Ishmael. ",
    last: "only found another orphan.\n",
    // Ids of the Python tokenizers library, windows of 256.
    windows: 1291,
    tokens: "b8e948fc09eccf8bc1a934db360fb344ec80f5193290e1f3ba168046a0b74589",
  },
  sotu: {
    sha256: "102ccd4691c93347b9cad6c1c16936746ac30441a7460350ebea7ba5013a3491",
    characters: 851_213,
    first: "To the Congress of the United States: The State of the Union is sound. ",
    last: "God bless you, and God bless America.",
    windows: 781,
    tokens: "5d2357e263e25e753df20e9b7f78faae20fdfd11ddb4d1efc419a146b20dd89a",
  },
} as const;

describe("the embedded texts", () => {
  it("are these, in this order", () => {
    expect(embeddedTexts.map(({ name }) => name)).toEqual(Object.keys(texts));
    for (const text of embeddedTexts) expect([text.label, text.source, text.licence]).not.toContain("");
  });

  it.each(embeddedTexts.map((text) => [text.name, text] as const))(
    "%s is the same text every time",
    async (name, text) => {
      const { sha256, characters, first, last } = texts[name as keyof typeof texts];
      const loaded = await text.load();
      expect(loaded.length).toBe(characters);
      expect(loaded.slice(0, first.length)).toBe(first);
      expect(loaded.slice(-last.length)).toBe(last);
      expect(sha256Hex(loaded)).toBe(sha256);
      expect(await text.load()).toBe(loaded);
    },
  );

  it.each(embeddedTexts.map((text) => [text.name, text] as const))(
    "%s gives the token ids of the Python library",
    async (name, text) => {
      const expected = texts[name as keyof typeof texts];
      const input = await textInput(text, await loadTokenizer(embeddedModels[0].dir), { length: 256 });
      expect(input).toMatchObject({
        protocol: "gptq-256",
        windows: { count: expected.windows },
        textSha256: expected.sha256,
        tokensSha256: expected.tokens,
      });
    },
  );
});

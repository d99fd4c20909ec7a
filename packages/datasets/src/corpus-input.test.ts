import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Corpus } from "./corpus.ts";
import { corpusInput } from "./corpus-input.ts";
import { listedWindows } from "./protocols/listed-windows.ts";
import { parseProtocol } from "./protocols/parse-protocol.ts";
import { pythonRandom } from "./random/python-random.ts";
import { codeUnits, textOf } from "./test-tokenizer.ts";
import type { TokenCache } from "./tokens/token-cache.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const corpus = (documents: readonly string[], emptyLine?: string): Corpus => ({
  name: "some",
  label: "Some",
  documents,
  ...(emptyLine !== undefined && { emptyLine }),
});

function memoryCache(): TokenCache & { keys: string[] } {
  const kept = new Map<string, Int32Array>();
  const keys: string[] = [];
  return {
    keys,
    ids: async (key, make) => {
      const name = key.join("|");
      keys.push(name);
      if (!kept.has(name)) kept.set(name, await make());
      return kept.get(name)!;
    },
  };
}

describe("gptq", () => {
  it("joins documents by an empty line", async () => {
    const input = await corpusInput(corpus(["abc", "", "de"]), codeUnits(), parseProtocol("gptq-4"));
    expect(textOf(input.windows.ids)).toBe("abc\n\n\n\nd");
    expect(input.textSha256).toBe(sha256("abc\n\n\n\nde"));
  });

  it("tokenizes a text once for all lengths of windows, and says so", async () => {
    const tokenizer = codeUnits();
    const cache = memoryCache();
    const steps: [number, number][] = [];
    const onProgress = (done: number, total: number) => void steps.push([done, total]);
    for (const length of [2, 3, 2]) {
      await corpusInput(corpus(["abcdef"]), tokenizer, parseProtocol(`gptq-${length}`), { cache, onProgress });
    }
    expect(tokenizer.texts).toEqual(["abcdef"]);
    expect(steps).toEqual([[0, 1]]);
    await corpusInput(corpus(["abcdeg"]), tokenizer, parseProtocol("gptq-2"), { cache });
    await corpusInput(corpus(["abcdef"]), { ...tokenizer, identity: "other" }, parseProtocol("gptq-2"), { cache });
    expect(tokenizer.texts).toHaveLength(3);
  });
});

describe("a corpus longer than a text can be", () => {
  const piece = "x".repeat(1 << 20);
  const long = corpus(Array.from({ length: 600 }, () => piece));
  const tokenizer = { ...codeUnits(), encode: (text: string) => new Int32Array(text.length / (1 << 15)) };

  it("is hashed and drawn from all the same", async () => {
    expect(await corpusInput(long, tokenizer, parseProtocol("c4-2-window8"))).toMatchObject({ windows: { count: 2 } });
  });

  it("is refused as one text", async () => {
    for (const protocol of ["gptq-8", "llamacpp-8"]) {
      await expect(corpusInput(long, tokenizer, parseProtocol(protocol))).rejects.toMatchObject({
        code: "text-too-long",
        message: expect.stringMatching(/^some has 6291468\d\d characters.*c4-256/),
      });
    }
    // The first 1100 documents are all of them here.
    await expect(corpusInput(long, tokenizer, parseProtocol("c4-new"))).rejects.toMatchObject({
      code: "text-too-long",
    });
  });
});

describe("c4-new", () => {
  it("joins the first 1100 documents by a space and cuts at most 256 windows", async () => {
    const documents = Array.from({ length: 1200 }, (_, i) => (i === 1099 ? "z" : "a"));
    const input = await corpusInput(corpus(documents), codeUnits(), parseProtocol("c4-new-window5"));
    expect(input).toMatchObject({ protocol: "c4-new-window5", windows: { count: 256, length: 5 } });
    expect(input.textSha256).toBe(sha256(`${"a ".repeat(1099)}z`));
    expect(textOf(input.windows.ids.subarray(0, 6))).toBe("a a a ");
    const long = await corpusInput(corpus(documents), codeUnits(), parseProtocol("c4-new-window20"));
    expect(long).toMatchObject({ protocol: "c4-new-window20", windows: { count: 109 } });
    expect(
      await corpusInput(corpus(documents), codeUnits(), parseProtocol("c4-new-window5"), { limit: 3 }),
    ).toMatchObject({ protocol: "c4-new-window5-first3" });
  });
});

describe("c4-N", () => {
  /** Documents of 1 to 12 characters, each telling document and position. */
  const documents = Array.from({ length: 40 }, (_, d) =>
    String.fromCharCode(...Array.from({ length: 1 + (d % 12) }, (_, i) => 1000 + 100 * d + i)),
  );

  /** The rule once more, in its own words: as Python's generator gives a document and a start. */
  function expected(window: number, windows: number): string[] {
    const random = pythonRandom(0);
    return Array.from({ length: windows }, () => {
      let document: string;
      do document = documents[random.randint(0, documents.length - 1)]!;
      while (document.length <= window);
      const start = random.randint(0, document.length - window - 1);
      return document.slice(start, start + window);
    });
  }

  it("draws documents that are longer than a window, and a start in each", async () => {
    const input = await corpusInput(corpus(documents), codeUnits(), parseProtocol("c4-20-window5"));
    expect(textOf(input.windows.ids)).toBe(expected(5, 20).join(""));
    expect(input).toMatchObject({ protocol: "c4-20-window5", windows: { count: 20, length: 5 } });
    expect(input.textSha256).toBe(sha256(documents.join("\n\n")));
  });

  it("takes no document that is exactly as long as a window", async () => {
    const input = await corpusInput(corpus(documents), codeUnits(), parseProtocol("c4-6-window11"));
    const drawn = Array.from({ length: 6 }, (_, i) => input.windows.ids[i * 11]! % 100);
    // Only documents of 12 are longer, and the last start, 1, is never drawn.
    expect(drawn).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("draws only the windows that are asked for, the same ones", async () => {
    const tokenizer = codeUnits();
    const input = await corpusInput(corpus(documents), tokenizer, parseProtocol("c4-20-window5"), { limit: 2 });
    expect(input.protocol).toBe("c4-20-window5-first2");
    expect(textOf(input.windows.ids)).toBe(expected(5, 2).join(""));
    expect(tokenizer.texts.length).toBeLessThan(12);
    const end = await corpusInput(corpus(documents), tokenizer, parseProtocol("c4-20-window5"), {
      limit: 2,
      keep: "end",
    });
    expect(textOf(end.windows.ids)).toBe(expected(5, 20).slice(-2).join(""));
    expect(end.protocol).toBe("c4-20-window5-last2");
  });

  it("keeps what it drew, by seed, window and number", async () => {
    const [cache, tokenizer] = [memoryCache(), codeUnits()];
    const options = { cache, limit: 2 };
    const first = await corpusInput(corpus(documents), tokenizer, parseProtocol("c4-20-window5"), options);
    const texts = tokenizer.texts.length;
    expect(await corpusInput(corpus(documents), tokenizer, parseProtocol("c4-20-window5"), options)).toEqual(first);
    expect(tokenizer.texts).toHaveLength(texts);
    await corpusInput(corpus(documents), tokenizer, parseProtocol("c4-20-window4"), options);
    await corpusInput(corpus(documents), tokenizer, parseProtocol("c4-20-window5"), { cache });
    expect(new Set(cache.keys).size).toBe(3);
  });

  it("says how far it is", async () => {
    const steps: number[] = [];
    await corpusInput(corpus(documents), codeUnits(), parseProtocol("c4-3-window5"), {
      onProgress: (done, total) => void steps.push(done / total),
    });
    expect(steps.at(-1)).toBe(1);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  });

  it("gives up where no document is long enough", async () => {
    await expect(corpusInput(corpus(documents), codeUnits(), parseProtocol("c4-3-window12"))).rejects.toMatchObject({
      code: "documents-too-short",
      message: expect.stringMatching(/none of the 40 documents of some has more than 12 tokens/),
    });
  });
});

describe("c4-frozen", () => {
  it("runs short windows together", async () => {
    const list = [
      { document: 1, offset: 1 },
      { document: 0, offset: 2 },
      { document: 2, offset: 9 },
      { document: 0, offset: 0 },
    ];
    const ids = await listedWindows(corpus(["abcdef", "uvw", "x"]), codeUnits().encode, list, 3);
    expect(textOf(ids)).toBe("vwcdeabc");
  });

  it("needs every document that the list names", async () => {
    await expect(corpusInput(corpus(["a", "b"]), codeUnits(), parseProtocol("c4-frozen"))).rejects.toMatchObject({
      code: "document-beyond",
      message: expect.stringMatching(/document 25247 of some, which has 2/),
    });
  });

  it("takes the last document of a corpus, and none behind it", async () => {
    const two = corpus(["abc", "uvw"]);
    expect(textOf(await listedWindows(two, codeUnits().encode, [{ document: 1, offset: 0 }], 3))).toBe("uvw");
    await expect(listedWindows(two, codeUnits().encode, [{ document: 2, offset: 0 }], 3)).rejects.toMatchObject({
      code: "document-beyond",
    });
  });

  it("cuts what the list gives into at most 256 windows", async () => {
    const documents = Array.from({ length: 45_576 }, (_, i) => (i % 3 === 0 ? "x".repeat(4000) : "abc"));
    const tokenizer = codeUnits();
    const input = await corpusInput(corpus(documents), tokenizer, parseProtocol("c4-frozen-window64"));
    expect(input.protocol).toBe("c4-frozen-window64");
    expect(tokenizer.texts).toHaveLength(256);
    expect(input.windows.count).toBeLessThan(256);
    expect(input.windows.count).toBeGreaterThan(50);
  });
});

describe("llamacpp-N", () => {
  it("scores the second half of every window", async () => {
    const input = await corpusInput(corpus(["abcdefghij\n"]), codeUnits(), parseProtocol("llamacpp-4"));
    expect(textOf(input.windows.ids)).toBe("abcdefgh");
    expect(input.windows).toMatchObject({ count: 2, firstScored: 3 });
  });

  it("puts the first token at the head of the text and over every window's first", async () => {
    const input = await corpusInput(corpus(["abcdefghijk"]), codeUnits(94), parseProtocol("llamacpp-4"));
    expect(textOf(input.windows.ids)).toBe("^abc^efg^ijk");
  });

  it("reads the rows of a file of lines as that file, less the line feed at its end", async () => {
    const input = await corpusInput(corpus(["", "ab\n", "", "c\n"], " \n"), codeUnits(), parseProtocol("llamacpp-4"));
    expect(input.textSha256).toBe(sha256(" \nab\n \nc"));
    const joined = await corpusInput(corpus(["a\n", "b\n\n"]), codeUnits(), parseProtocol("llamacpp-2"));
    expect(joined.textSha256).toBe(sha256("a\n\n\nb\n"));
  });

  it("tokenizes the text once, with and without a first token", async () => {
    const cache = memoryCache();
    await corpusInput(corpus(["abcdefghijk"]), codeUnits(94), parseProtocol("llamacpp-4"), { cache });
    const plain = await corpusInput(corpus(["abcdefghijk"]), codeUnits(), parseProtocol("gptq-4"), { cache });
    expect(textOf(plain.windows.ids)).toBe("abcdefgh");
  });
});

describe("tokensSha256", () => {
  it("is of the windows alone, as little-endian int32", async () => {
    const input = await corpusInput(corpus(["abc"]), codeUnits(), parseProtocol("gptq-2"));
    const bytes = Uint8Array.of(97, 0, 0, 0, 98, 0, 0, 0);
    expect(input.tokensSha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });
});

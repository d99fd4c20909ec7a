import { describe, expect, it } from "vitest";
import { PROTOCOL_FORMS, parseProtocol, withWindow } from "./parse-protocol.ts";
import { protocolSha256 } from "./protocol-hash.ts";

const scored = { window: 2048, firstScored: 1 };

describe("parseProtocol", () => {
  it.each([
    ["gptq-2048", { ...scored, rule: { kind: "joined", join: "\n\n" } }],
    ["gptq-256", { ...scored, window: 256, rule: { kind: "joined", join: "\n\n" } }],
    ["c4-256", { ...scored, rule: { kind: "drawn", seed: 0, windows: 256 } }],
    ["c4-128-window512", { ...scored, window: 512, rule: { kind: "drawn", seed: 0, windows: 128 } }],
    ["c4-new", { ...scored, rule: { kind: "joined", join: " ", documents: 1100, windows: 256 } }],
    [
      "c4-frozen",
      { ...scored, rule: { kind: "listed", listSha256: expect.stringMatching(/^f0c88251/), windows: 256 } },
    ],
    ["c4-frozen-window256", { window: 256, rule: { kind: "listed" } }],
    ["llamacpp-512", { window: 512, firstScored: 257, rule: { kind: "file" } }],
    ["llamacpp-7", { window: 7, firstScored: 4, rule: { kind: "file" } }],
  ])("knows %s", (name, expected) => expect(parseProtocol(name)).toMatchObject({ name, ...expected }));

  it.each(["gptq", "gptq-2048-first4", "gptq--1", "c4", "c4-0", "c4-new-512", "llama-512", "", "xgptq-20"])(
    "does not know %j, and lists what it knows",
    (name) =>
      expect(() => parseProtocol(name)).toThrow(
        expect.objectContaining({ code: "unknown-protocol", message: expect.stringContaining("c4-frozen") }),
      ),
  );

  it.each(["gptq-1", "llamacpp-0", "c4-256-window1"])("refuses %s, which predicts nothing", (name) =>
    expect(() => parseProtocol(name)).toThrow(expect.objectContaining({ code: "bad-window" })),
  );

  it("knows every form that it lists", () => {
    for (const [form] of PROTOCOL_FORMS) expect(parseProtocol(form).name).toBe(form);
  });
});

describe("withWindow", () => {
  it.each([
    ["gptq-2048", 256, "gptq-256"],
    ["llamacpp-512", 128, "llamacpp-128"],
    ["c4-256", 512, "c4-256-window512"],
    ["c4-256", 2048, "c4-256"],
    ["c4-new-window64", 2048, "c4-new"],
    ["c4-frozen-window64", 32, "c4-frozen-window32"],
  ])("makes of %s with %d tokens %s", (name, window, expected) =>
    expect(withWindow(parseProtocol(name), window)).toEqual(parseProtocol(expected)),
  );
});

describe("protocolSha256", () => {
  it("differs with what a protocol does, not with its name", () => {
    const names = [
      "gptq-2048",
      "gptq-512",
      "c4-256",
      "c4-255",
      "c4-256-window512",
      "c4-new",
      "c4-frozen",
      "llamacpp-512",
    ];
    expect(new Set(names.map((name) => protocolSha256(parseProtocol(name)))).size).toBe(names.length);
    const protocol = parseProtocol("c4-256");
    expect(protocolSha256({ ...protocol, name: "other" })).toBe(protocolSha256(protocol));
    expect(protocolSha256({ ...protocol, firstScored: 2 })).not.toBe(protocolSha256(protocol));
    expect(protocolSha256(protocol)).toMatch(/^[0-9a-f]{64}$/);
  });
});

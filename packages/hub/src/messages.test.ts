import { afterEach, describe, expect, it, vi } from "vitest";
import { connectionCut, diskFull, unreachable } from "./messages.ts";

describe("messages", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    [new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND hub") }), "getaddrinfo ENOTFOUND hub"],
    [
      new TypeError("fetch failed", { cause: new AggregateError([new Error("connect ECONNREFUSED ::1:9")]) }),
      "connect ECONNREFUSED ::1:9",
    ],
    [new TypeError("fetch failed", { cause: Object.assign(new Error(""), { code: "ECONNRESET" }) }), "ECONNRESET"],
  ])("say why fetch failed", (cause, reason) => {
    vi.stubEnv("HTTPS_PROXY", "");
    vi.stubEnv("https_proxy", "");
    expect(unreachable("https://hub", cause).message).toContain(
      `https://hub cannot be reached: ${reason}; check the network (`,
    );
  });

  it("say that Node leaves a proxy aside", () => {
    vi.stubEnv("HTTPS_PROXY", "http://proxy");
    expect(unreachable("https://hub", new Error("x")).message).toContain(
      "(HTTPS_PROXY is set, which Node heeds from version 24 on",
    );
  });

  it.each([
    [950, "1 kB"],
    [1_234_000, "1.2 MB"],
    [470e9, "470 GB"],
  ])("%d bytes read %s", (count, text) => {
    expect(diskFull("/cache", 1e9, count).message).toContain(`1 GB are still to be downloaded and ${text} are free`);
    expect(connectionCut("a", 0, count).message).toContain(`at 0 kB of ${text}`);
  });
});

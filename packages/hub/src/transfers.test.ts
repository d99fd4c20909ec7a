import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openHubModel } from "./open-hub-model.ts";
import { cutAfter, fallSilentAfter, status, wholeFile, wrongByte } from "./testing/faults.ts";
import { noise } from "./testing/hub-suite.ts";
import { blob, REQUEST, tinyDownloads, weights } from "./testing/tiny-downloads.ts";

const { suite, blobs, incomplete, ranges, succeeds, leavePartial } = tinyDownloads();

describe("retries", () => {
  it.each([500, 502, 503, 504, 408])("status %d, then success", async (code) => {
    suite.hub.faults.push(
      { match: /revision/, times: 2, reply: status(code) },
      { match: /content/, times: 1, reply: status(code) },
    );
    await succeeds();
    expect(suite.waits.map((wait) => Math.floor(wait / 1250))).toEqual([0, 1, 0]);
    expect(suite.waits.every((wait, i) => wait >= [1000, 2000, 1000][i])).toBe(true);
  });

  it("a failure that stays: gives up after six tries and says so", async () => {
    suite.hub.faults.push({ match: /resolve.*config/, reply: status(503, { "X-Error-Message": "Down for repairs." }) });
    await expect(openHubModel(REQUEST, suite.options())).rejects.toMatchObject({
      code: "hub-failed",
      message: expect.stringMatching(
        /config\.json answers with status 503: Down for repairs; try again later: the same command goes on/,
      ),
    });
    expect(suite.hub.requests.filter(({ line }) => /resolve.*config/.test(line))).toHaveLength(6);
    expect(suite.waits.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(31_000);
    expect(suite.notes.at(-1)).toMatch(/^waiting \d+ s before the next try: .* status 503: Down for repairs$/);
  });

  it.each([
    [{ "Retry-After": "7" }, 7000],
    [{ RateLimit: '"api";r=0;t=55' }, 55_000],
    [{ "Retry-After": "0" }, 0],
  ])("status 429 with %j waits %d ms", async (headers, wait) => {
    suite.hub.faults.push({ match: /resolve.*model/, times: 1, reply: status(429, headers) });
    await succeeds();
    expect(suite.waits).toEqual([wait]);
    expect(suite.notes).toHaveLength(wait > 0 ? 1 : 0);
  });

  it("status 429 with a date waits until then", async () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    suite.hub.faults.push({ match: /tree/, times: 1, reply: status(429, { "Retry-After": date }) });
    await succeeds();
    expect(suite.waits).toHaveLength(1);
    expect(suite.waits[0]).toBeGreaterThan(80_000);
    expect(suite.waits[0]).toBeLessThanOrEqual(90_000);
  });

  it("status 429 for longer than anyone would wait: says when to come back", async () => {
    suite.hub.faults.push({ match: /revision/, reply: status(429, { "Retry-After": "3600" }) });
    await expect(openHubModel(REQUEST, suite.options())).rejects.toMatchObject({
      code: "hub-busy",
      message: expect.stringMatching(/status 429, too many requests; run the same command in 60 min, or set HF_TOKEN/),
    });
    expect(suite.waits).toEqual([]);
  });

  it("a link that the content server no longer takes is asked for anew", async () => {
    suite.hub.faults.push({ match: /content/, times: 1, reply: status(403) });
    await succeeds();
    expect(suite.hub.requests.filter(({ line }) => /resolve.*model/.test(line))).toHaveLength(2);
  });

  it("a listing that breaks off is read again", async () => {
    suite.hub.faults.push({ match: /tree/, times: 1, reply: cutAfter(20) });
    await succeeds();
    expect(suite.waits).toHaveLength(1);
  });
});

describe("resuming", () => {
  it("a cut connection goes on at the byte it stopped at, and progress reaches its total", async () => {
    suite.hub.faults.push({ match: /content/, times: 3, reply: cutAfter(100_000) });
    await succeeds();
    // What came last may be lost with the connection.
    const starts = ranges().map((range) => Number(/\d+/.exec(range ?? "0")![0]));
    expect(starts).toHaveLength(4);
    for (const [i, start] of starts.entries()) {
      expect(start).toBeLessThanOrEqual(i * 100_000);
      if (i > 0) expect(start).toBeGreaterThan(starts[i - 1]);
    }
    expect(suite.progress.at(-1)).toEqual({ file: "model.safetensors", done: 400_000, total: 400_000 });
    for (const wait of suite.waits) expect(wait).toBeGreaterThanOrEqual(1000);
  });

  it("an answer that ends early in good order goes on likewise", async () => {
    const half = weights.subarray(0, 200_000);
    suite.hub.faults.push({ match: /content/, times: 1, reply: wholeFile(half) });
    await succeeds();
    expect(ranges()).toEqual([undefined, "bytes=200000-"]);
  });

  it("a slow connection is no silent one", async () => {
    suite.hub.faults.push({
      match: /content/,
      reply: async (_request, response, { status, headers, body }) => {
        response.writeHead(status, headers);
        for (let at = 0; at < body.length; at += 100_000) {
          response.write(body.subarray(at, at + 100_000));
          await setTimeout(700);
        }
        response.end();
      },
    });
    const pace = { ...suite.options().pace!, silenceMs: 2000 };
    await openHubModel(REQUEST, { ...suite.options(), pace });
    expect(ranges()).toEqual([undefined]);
  });

  it("any progress renews the patience; none ends it, and the next call goes on", async () => {
    suite.hub.faults.push(
      { match: /content/, times: 12, reply: cutAfter(10_000) },
      { match: /content/, times: 6, reply: cutAfter(0) },
    );
    await expect(openHubModel(REQUEST, suite.options())).rejects.toMatchObject({
      code: "hub-connection-cut",
      message: expect.stringMatching(
        /^model\.safetensors: the connection broke off at [\d.]+ kB of 400 kB \(.+\), again and again; the same/,
      ),
    });
    expect(await incomplete()).toEqual([`${blob}.resume.incomplete`]);
    const { size } = await stat(join(blobs(), `${blob}.resume.incomplete`));
    expect(size).toBeGreaterThan(0);
    await succeeds();
    expect(ranges().at(-1)).toBe(`bytes=${size}-`);
    expect(suite.progress.at(-1)).toMatchObject({ done: 400_000 - size, total: 400_000 - size });
  });

  it("a connection that falls silent counts as cut", async () => {
    suite.hub.faults.push({ match: /content/, times: 1, reply: fallSilentAfter(150_000) });
    suite.hub.faults.push({ match: /tree/, times: 1, reply: () => {} });
    const pace = { ...suite.options().pace!, silenceMs: 1000 };
    await openHubModel(REQUEST, { ...suite.options(), pace });
    await succeeds();
    expect(ranges()).toEqual([undefined, "bytes=150000-"]);
  });

  it("a server that sends the whole file instead is taken at its word", async () => {
    await leavePartial(weights.subarray(0, 1000), "resume");
    suite.hub.faults.push({ match: /content/, reply: wholeFile(weights) });
    await succeeds();
    expect(ranges()).toEqual(["bytes=1000-"]);
  });

  it("Ctrl-C keeps the partial file for the next call", async () => {
    suite.hub.faults.push({ match: /content/, times: 1, reply: fallSilentAfter(150_000) });
    const controller = new AbortController();
    const stop = new Error("stopped");
    const options = {
      ...suite.options(),
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => void (done === 150_000 && controller.abort(stop)),
    };
    await expect(openHubModel(REQUEST, options)).rejects.toBe(stop);
    expect(await incomplete()).toEqual([`${blob}.resume.incomplete`]);
    await succeeds();
    expect(ranges().at(-1)).toBe("bytes=150000-");
  });

  it("Ctrl-C during a wait ends it", async () => {
    suite.hub.faults.push({ match: /revision/, reply: status(503) });
    const controller = new AbortController();
    const stop = new Error("stopped");
    const { pace: _, ...options } = suite.options();
    void setTimeout(100).then(() => controller.abort(stop));
    await expect(openHubModel(REQUEST, { ...options, signal: controller.signal })).rejects.toBe(stop);
  });

  it("a partial file that is all there needs no request", async () => {
    await leavePartial(weights, "resume");
    await succeeds();
    expect(ranges()).toEqual([]);
  });

  it("a partial file longer than the file starts over", async () => {
    await leavePartial(Buffer.concat([weights, noise(10)]), "resume");
    await succeeds();
    expect(ranges()).toEqual([undefined]);
  });
});

describe("checksums", () => {
  it("wrong bytes are fetched anew, once", async () => {
    suite.hub.faults.push({ match: /content/, times: 1, reply: wrongByte });
    await succeeds();
    expect(ranges()).toEqual([undefined, undefined]);
    expect(suite.progress.at(-1)).toMatchObject({ done: 400_000, total: 400_000 });
  });

  it("wrong bytes twice: an error, and nothing of them stays", async () => {
    suite.hub.faults.push({ match: /content/, reply: wrongByte });
    await expect(openHubModel(REQUEST, suite.options())).rejects.toMatchObject({
      code: "hub-wrong-checksum",
      message: expect.stringMatching(
        new RegExp(
          `^org/tiny, model\\.safetensors: what was downloaded, twice, has the checksum [0-9a-f]{12}\\.\\.\\. instead of ${blob.slice(0, 12)}`,
        ),
      ),
    });
    expect(ranges()).toHaveLength(2);
    expect((await readdir(blobs())).filter((name) => name.startsWith(blob))).toEqual([]);
  });

  it("a small file is checked too", async () => {
    suite.hub.faults.push({ match: /resolve.*config\.json/, times: 1, reply: wrongByte });
    await succeeds();
  });

  it("a wrong beginning left by another download is found out", async () => {
    await leavePartial(noise(5000, 9), "resume");
    await succeeds();
    expect(ranges()).toEqual(["bytes=5000-", undefined]);
    expect(Math.min(...suite.progress.map(({ done }) => done))).toBe(0);
  });

  it("an answer that does not end is not taken in", async () => {
    const endless = Buffer.concat([weights, noise(300_000, 4)]);
    suite.hub.faults.push({
      match: /content/,
      times: 1,
      reply: (_request, response) => void response.writeHead(200).write(endless),
    });
    await succeeds();
    expect(ranges()).toEqual([undefined, undefined]);
    expect(suite.waits).toEqual([]);
  });
});

describe("the first request", () => {
  it("that no one answers is not repeated", async () => {
    suite.hub.faults.push({ match: /revision/, reply: () => {} });
    const pace = { ...suite.options().pace!, silenceMs: 200 };
    await expect(openHubModel(REQUEST, { ...suite.options(), pace })).rejects.toMatchObject({
      code: "hub-unreachable",
      message: expect.stringContaining("cannot be reached: nothing came for 0.2 s"),
    });
    expect(suite.hub.requests).toHaveLength(1);
  });

  it("whose connection is cut is", async () => {
    suite.hub.faults.push({ match: /revision/, times: 2, reply: (request) => void request.socket.destroy() });
    await succeeds();
    expect(suite.waits).toHaveLength(2);
  });
});

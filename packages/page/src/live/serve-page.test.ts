import { mkdir, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { resultsCsv, writeRunStatus } from "@sinqbench/report";
import { afterEach, describe, expect, it } from "vitest";
import { experiment, inventRows, writeInvented } from "../testing/invented-results.ts";
import { invented as run } from "../testing/invented-run.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { servePage } from "./serve-page.ts";

const folder = temporaryFolder();
let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

async function serve(results: string) {
  const controller = new AbortController();
  const options = { experiments: { table1: experiment }, claims: [], port: 0, everyMs: 20 };
  const server = await servePage(results, { ...options, signal: controller.signal });
  ends.push(async () => {
    controller.abort();
    await server.ended;
  });
  return { ...server, stop: () => controller.abort() };
}

/** Events of a page, one at a time. */
async function* listen(url: string): AsyncGenerator<{ name: string; data: string }> {
  const response = await fetch(new URL("/events", url));
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end))!;
      text = text.slice(end + 2);
      yield { name, data: JSON.parse(data) as string };
    }
  }
}

async function until(
  events: AsyncGenerator<{ name: string; data: string }>,
  name: string,
  words = "",
): Promise<string> {
  for (;;) {
    const { value } = await events.next();
    if (value?.name === name && value.data.includes(words)) return value.data;
    if (!value) throw new Error(`the events ended before ${name}`);
  }
}

describe("a served page", () => {
  it("fills in when the first results come, and again when they change", async () => {
    const results = join(folder(), "later");
    const { url } = await serve(results);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const first = await (await fetch(url)).text();
    expect(first).toContain("There are no results yet.");
    expect(first).toContain('<html lang="en" data-live>');
    expect(first).toContain("connect-src &#39;self&#39;");
    const events = listen(url);
    await until(events, "status", "run an experiment first");
    await mkdir(results);
    await writeInvented(results);
    await until(events, "results");
    const content = async () => (await (await fetch(new URL("/content", url))).json()) as Record<string, string>;
    await expect.poll(async () => (await content()).main).toContain("Table 1: invented for tests");
    expect((await content()).methods).toContain("--m-sinq:");
    const charts = inflateRawSync(Buffer.from((await content()).charts, "base64")).toString();
    expect(JSON.parse(charts)).not.toHaveLength(0);
    const rows = inventRows().map((row) => ({ ...row, perplexity: 77.125 }));
    await writeFile(join(results, "table1", "tiny-model.csv"), resultsCsv(rows));
    await expect.poll(async () => (await content()).main).toContain("77.125");
  });

  it("keeps the last good page when results are damaged, and says why until they are whole again", async () => {
    const results = join(folder(), "damaged");
    await mkdir(results);
    await writeInvented(results);
    const { url } = await serve(results);
    const events = listen(url);
    const path = join(results, "table1", "tiny-model.csv");
    await writeFile(path, "model,method\n");
    expect(await until(events, "status", "caution")).toContain(path);
    expect(await (await fetch(url)).text()).toContain("188.349".slice(0, 3));
    await writeFile(path, resultsCsv(inventRows()));
    await until(events, "results");
    for (;;) if (!(await until(events, "status")).includes("caution")) break;
  });

  it("shows running work as it moves on, and its end", async () => {
    const results = join(folder(), "running");
    await mkdir(results);
    await writeInvented(results);
    const { url } = await serve(results);
    const events = listen(url);
    await writeRunStatus(join(results, "table1"), { ...run, model: "tiny", updated: new Date().toISOString() });
    await until(events, "status", "block 3 of 7");
    await writeRunStatus(join(results, "table1"), { ...run, model: "tiny", step: "block 4 of 7" });
    await until(events, "status", "block 4 of 7");
  });

  it("is for this machine alone, and only to be read", async () => {
    const results = join(folder(), "alone");
    await mkdir(results);
    await writeInvented(results);
    const { url } = await serve(results);
    const status = (headers: Record<string, string>, method = "GET", path = "/") =>
      new Promise<number>((resolve, reject) => {
        get(new URL(path, url), { headers, method }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        }).on("error", reject);
      });
    expect(await status({ host: "localhost:1" })).toBe(200);
    expect(await status({ host: "rebound.example:1" })).toBe(403);
    expect(await status({ host: "127.0.0.1.example" })).toBe(403);
    expect(await status({}, "POST")).toBe(405);
    expect(await status({}, "GET", "/../../package.json")).toBe(404);
    const port = Number(new URL(url).port);
    const taken = servePage(results, { experiments: {}, claims: [], port, signal: new AbortController().signal });
    await expect(taken).rejects.toMatchObject({ code: "port-in-use", message: expect.stringContaining(String(port)) });
  });

  it("ends when it is told to, with those who watch it", async () => {
    const results = join(folder(), "ends");
    const { url, ended, stop } = await serve(results);
    const events = listen(url);
    await until(events, "version");
    stop();
    await ended;
    while (!(await events.next()).done);
    await expect(fetch(url)).rejects.toThrow();
  });
});

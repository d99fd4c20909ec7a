import { spawn } from "node:child_process";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { openHubModel } from "./open-hub-model.ts";
import { cutAfter, fallSilentAfter, status } from "./testing/faults.ts";
import { noise } from "./testing/hub-suite.ts";
import { blob, REQUEST, tinyDownloads, weights } from "./testing/tiny-downloads.ts";

const many = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`model-${i}.safetensors`, noise(50_000, i + 5)]));
const index = JSON.stringify({ weight_map: Object.fromEntries(Object.keys(many).map((name, i) => [`t${i}`, name])) });
const { suite, blobs, incomplete, ranges, succeeds, leavePartial } = tinyDownloads({
  "models/org/many": { files: { "config.json": "{}", ...many, "model.safetensors.index.json": index } },
});

describe("several at a time", () => {
  it("the failure of one file stops the others, and is what is reported", async () => {
    suite.hub.faults.push(
      { match: /resolve.*model-3/, reply: status(403) },
      { match: /content/, reply: fallSilentAfter(20_000) },
    );
    await expect(openHubModel({ repo: "org/many" }, suite.options())).rejects.toMatchObject({ code: "hub-forbidden" });
    expect(suite.hub.requests.filter(({ line }) => /resolve.*model-[45]/.test(line))).toEqual([]);
  });

  it("two calls in one process download each file once", async () => {
    const [one, other] = await Promise.all([
      openHubModel(REQUEST, suite.options()),
      openHubModel(REQUEST, suite.options()),
    ]);
    expect(one).toEqual(other);
    expect(ranges()).toEqual([undefined]);
  });

  it("the other call goes on when the first is stopped", async () => {
    suite.hub.faults.push({ match: /content/, times: 1, reply: fallSilentAfter(150_000) });
    const controller = new AbortController();
    let halfway = () => {};
    const reached = new Promise<void>((resolve) => (halfway = resolve));
    const first = openHubModel(REQUEST, {
      ...suite.options(),
      signal: controller.signal,
      onProgress: ({ done }) => void (done === 150_000 && halfway()),
    });
    await reached;
    const second = succeeds();
    await vi.waitFor(() => expect(suite.hub.requests.filter(({ line }) => /tree/.test(line))).toHaveLength(2));
    controller.abort(new Error("stopped"));
    await expect(first).rejects.toThrow("stopped");
    await second;
    expect(ranges()).toEqual([undefined, "bytes=150000-"]);
  });

  it("waits for another process that has the file in hand", async () => {
    // This test's parent is a process, and alive; the machine's part of its name is that of a partial file of ours.
    suite.hub.faults.push({ match: /content/, times: 6, reply: cutAfter(0) });
    let mine = "";
    const options = suite.options();
    const pace = {
      ...options.pace!,
      wait: async () => void (mine = (await incomplete()).find((name) => name.startsWith(blob)) ?? mine),
    };
    await expect(openHubModel(REQUEST, { ...options, pace })).rejects.toMatchObject({ code: "hub-connection-cut" });
    const machine = /\.([0-9a-f]{8})-\d+\.incomplete$/.exec(mine)![1];
    const path = await leavePartial(weights.subarray(0, 5), `${machine}-${process.ppid}`);
    const before = ranges().length;
    let polls = 0;
    const patient = {
      ...options.pace!,
      wait: async () => {
        if (++polls === 3) await utimes(path, new Date(0), new Date(0));
      },
    };
    await openHubModel(REQUEST, { ...options, pace: patient });
    expect(polls).toBe(3);
    expect(suite.notes.filter((line) => /another process/.test(line))).toEqual([
      "model.safetensors is being downloaded by another process; waiting for it",
    ]);
    // Untouched for a quarter of an hour, it was given up; its five bytes were the largest beginning there was.
    expect(ranges().slice(before)).toEqual(["bytes=5-"]);
    expect((await readFile(join(blobs(), blob))).equals(weights)).toBe(true);
  });

  it("waits for a process of another machine, of which it cannot know that it is gone", async () => {
    const path = await leavePartial(weights.subarray(0, 5), "00000000-1");
    let polls = 0;
    const wait = async () => {
      if (++polls === 2) await utimes(path, new Date(0), new Date(0));
    };
    await openHubModel(REQUEST, { ...suite.options(), pace: { ...suite.options().pace!, wait } });
    expect(polls).toBe(2);
    expect(ranges()).toEqual(["bytes=5-"]);
  });

  it("leaves other tools' partial files alone", async () => {
    await mkdir(blobs(), { recursive: true });
    for (const owner of ["", ".0a1b2c3d"]) await writeFile(join(blobs(), `${blob}${owner}.incomplete`), noise(77));
    const { dir } = await openHubModel(REQUEST, suite.options());
    expect((await readFile(join(dir, "model.safetensors"))).equals(weights)).toBe(true);
    expect((await incomplete()).sort()).toEqual([`${blob}.0a1b2c3d.incomplete`, `${blob}.incomplete`]);
  });

  /** A process that has downloaded 250 kB of the weights and gets no more. */
  async function stalledProcess(): Promise<{ pid: number; kill(): Promise<void> }> {
    suite.hub.faults.push({ match: /content/, times: 1, reply: fallSilentAfter(250_000) });
    const script = fileURLToPath(new URL("testing/open-model-script.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", script, REQUEST.repo], {
      env: { ...process.env, HF_ENDPOINT: suite.hub.url, HF_HOME: suite.home },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    for await (const text of child.stdout) {
      said += text;
      if (said.includes("250000")) break;
    }
    const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
    const kill = () => {
      child.kill("SIGKILL");
      return ended;
    };
    return { pid: child.pid!, kill };
  }

  it("a process killed in the middle leaves what the next one goes on from", async () => {
    const { pid, kill } = await stalledProcess();
    await kill();
    expect(await incomplete()).toEqual([
      expect.stringMatching(new RegExp(`^${blob}\\.[0-9a-f]{8}-${pid}\\.incomplete$`)),
    ]);
    await succeeds();
    expect(ranges().at(-1)).toBe("bytes=250000-");
    expect(suite.waits).toEqual([]);
  });

  it("two processes at once: the second waits, and goes on where the first was killed", async () => {
    const { kill } = await stalledProcess();
    await openHubModel(REQUEST, { ...suite.options(), pace: { ...suite.options().pace!, wait: kill } });
    expect(suite.notes).toEqual(["model.safetensors is being downloaded by another process; waiting for it"]);
    expect(ranges()).toEqual([undefined, "bytes=250000-"]);
    expect((await readFile(join(blobs(), blob))).equals(weights)).toBe(true);
  });
});

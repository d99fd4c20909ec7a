import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { folderBytes, folderFinding, spaceFinding } from "./folders.ts";
import { hubFindings } from "./hub.ts";
import { memoryFinding, nodeFinding } from "./machine.ts";

const folder = temporaryFolder();

describe("exp doctor", () => {
  it("names what it looked at and ends with 0", async () => {
    const { code, out } = await runCaptured(["doctor"]);
    expect(code).toBe(0);
    for (const subject of [
      "Node",
      "System",
      "Processor",
      "Compiler",
      "GPU",
      "Kernels",
      "ONNX Runtime",
      "Memory",
      "Cache",
    ]) {
      expect(out).toMatch(new RegExp(`^${subject} +\\S`, "m"));
    }
    expect(out).toMatch(/^Providers +cpu/m);
    expect(out).toMatch(/^(Nothing is missing\.|\d+ to look at, marked ->\.)$/m);
  });

  it("says where the hub is, who asks and what the cache holds", async () => {
    const home = join(folder(), "hf");
    await mkdir(join(home, "hub"), { recursive: true });
    await writeFile(join(home, "hub", "blob"), "12345");
    expect(await hubFindings({ HF_HOME: home, HF_ENDPOINT: "https://mirror", HF_TOKEN: "hf_secret" })).toEqual([
      { subject: "Hub", found: "https://mirror, with the token in HF_TOKEN" },
      { subject: "Hub cache", found: expect.stringMatching(/\/hf\/hub, 5 B, [\d.]+ [kMGTP]B free$/) },
    ]);
    expect((await hubFindings({ HF_HOME: home, HF_HUB_OFFLINE: "1" }))[0]).toEqual({
      subject: "Hub",
      found: "https://huggingface.co, without a token",
      advice: expect.stringContaining("HF_HUB_OFFLINE is set"),
    });
  });

  it("advises what to do about an old Node and little memory", () => {
    expect(nodeFinding("20.18.9").advice).toMatch(/20\.19/);
    expect(nodeFinding("18.99.0").advice).toBeDefined();
    expect(nodeFinding("20.19.0").advice).toBeUndefined();
    expect(nodeFinding("22.0.0").advice).toBeUndefined();
    expect(memoryFinding(1e9, 8e9)).toMatchObject({ found: "1 GB free of 8 GB", advice: expect.any(String) });
    expect(memoryFinding(8e9, 8e9).advice).toBeUndefined();
  });

  it("counts a folder's files at any depth, and takes a missing one for none", async () => {
    const path = join(folder(), "counted");
    await mkdir(join(path, "deep"), { recursive: true });
    await writeFile(join(path, "a"), "12345");
    await writeFile(join(path, "deep", "b"), "1234567");
    expect(await folderBytes(path)).toBe(12);
    expect((await folderFinding("Cache", path)).found).toBe(`${path}, 12 B`);
    expect((await folderFinding("Cache", join(path, "none"))).found).toMatch(/not made yet/);
    expect((await spaceFinding("Disk", join(path, "none", "deeper"))).found).toMatch(/B free$/);
  });
});

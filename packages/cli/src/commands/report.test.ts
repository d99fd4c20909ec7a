import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Interruption } from "../io.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";

const folder = temporaryFolder();

const HEADER =
  "model,method,bits,group_size,tiling,aux,options,calibration,dataset,protocol,windows,window,perplexity,perplexity_se,delta_nll,delta_nll_se,bits_per_weight,memory_gb,text_sha256,tokens_sha256";
/** WikiText-2's test split, by its hash; another text has none of the paper's numbers beside it. */
const PAPER_TEXT = "696cca6b65a171b0";
const row = (method: string, bits: number, perplexity: number, delta: number, text = PAPER_TEXT) =>
  `Qwen3-1.7B,${method},${bits},${method === "bf16" ? ",,,," : "64,1d,f16,,"},wikitext2,gptq-2048,146,2048,${perplexity},0.1,${delta},0.001,${bits},1.4,${text},9a0364b9e99bb480`;

async function results(name: string, text = PAPER_TEXT): Promise<string> {
  const dir = join(folder(), name);
  await mkdir(join(dir, "table1"), { recursive: true });
  const lines = [
    HEADER,
    row("bf16", 16, 16.67, 0, text),
    row("rtn", 4, 18.74, 0.117, text),
    row("sinq", 4, 17.2, 0.031, text),
  ];
  await writeFile(join(dir, "table1", "Qwen3-1.7B.csv"), `${lines.join("\n")}\n`);
  return dir;
}

describe("exp report", () => {
  it("writes one page into the folder of results, or where it is told to", async () => {
    const dir = await results("written");
    const run = await runCaptured(["report", "--results", dir]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/^wrote .*report\.html \(\d+ kB\) over 1 table; open it in any browser\n$/);
    const text = await readFile(join(dir, "report.html"), "utf8");
    expect(text).toContain("Table 1: weight-only quantization without calibration");
    expect(text).toContain("17.200");
    // The paper has 17.14 there, and 18.74 for RTN.
    expect(text).toMatch(/>17\.14<\/td><td class="num"(?: data-sort="[\d.]+")?>\+0\.06<\/td>/);
    expect(text).toMatch(/>18\.74<\/td><td class="num"(?: data-sort="0")?>0\.00<\/td>/);
    const other = join(folder(), "elsewhere", "page.html");
    expect(await runCaptured(["report", "--results", dir, "--out", other])).toMatchObject({ code: 0 });
    expect((await stat(other)).size).toBe((await stat(join(dir, "report.html"))).size);
  });

  it("sets no published number beside another text of the same name", async () => {
    const dir = await results("another", "173c87a53759e021");
    expect(await runCaptured(["report", "--results", dir])).toMatchObject({ code: 0 });
    const text = await readFile(join(dir, "report.html"), "utf8");
    expect(text).toContain("17.200");
    expect(text).not.toContain("ours − paper");
  });

  it("ends with one line where there is nothing to show, and writes nothing", async () => {
    await mkdir(join(folder(), "empty"));
    for (const [dir, words] of [
      ["empty", "holds no <experiment>/<model>.csv"],
      ["absent", "cannot be read as a folder of results"],
    ]) {
      const run = await runCaptured(["report", "--results", join(folder(), dir)]);
      expect(run).toMatchObject({ code: 1, out: "", notes: [expect.stringContaining(words)] });
    }
    const dir = await results("cut");
    const path = join(dir, "table1", "Qwen3-1.7B.csv");
    await writeFile(path, (await readFile(path, "utf8")).slice(0, -30));
    const run = await runCaptured(["report", "--results", dir]);
    expect(run).toMatchObject({ code: 1, notes: [expect.stringContaining(path)] });
    expect(await readdir(dir)).toEqual(["table1"]);
  });

  it("serves until it is interrupted", async () => {
    const dir = await results("served");
    const controller = new AbortController();
    let said = "";
    const running = runCaptured(["report", "--results", dir, "--serve"], {
      signal: controller.signal,
      stdout: { write: (text) => void (said += text) },
    });
    await expect.poll(() => said, { timeout: 30_000 }).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ shows .* and follows it/);
    const page = await (await fetch(said.split(" ")[0])).text();
    expect(page).toContain("data-live");
    controller.abort(new Interruption("SIGINT", 130));
    expect(await running).toMatchObject({ code: 130, notes: ["interrupted: the page is no longer served"] });
    expect(await readdir(dir)).toEqual(["table1"]);
  });

  it.each([
    [["--serve", "--out", "a.html"], "--serve writes no file"],
    [["--port", "80"], "--port belongs to --serve"],
    [["--serve", "--port", "-1"], "--port"],
  ])("refuses %j", async (flags, words) => {
    const run = await runCaptured(["report", "--results", folder(), ...flags]);
    expect(run).toMatchObject({ code: 2, notes: [expect.stringContaining(words)] });
  });
});

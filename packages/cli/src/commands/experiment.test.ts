import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { embeddedModels } from "@sinqbench/embedded";
import { readResultsCsv } from "@sinqbench/report";
import { beforeAll, describe, expect, it } from "vitest";
import { Interruption } from "../io.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel, tinyConfig } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);

async function makeModel(name: string): Promise<string> {
  const model = await makeTinyModel(folder(), name);
  await addTinyTokenizer(model);
  return model;
}

let model: string;
beforeAll(async () => {
  model = await makeModel("tiny");
});

describe("exp table1", () => {
  it("evaluates a folder on both texts and writes a table, a chart and a sidecar under its name", async () => {
    const run = await runCaptured(["table1", "--model", model, "--windows", "3", "--out", at("full")]);
    expect(run).toMatchObject({ code: 0 });
    const files = await readdir(at("full", "table1"));
    for (const extension of ["csv", "table.csv", "vl.json", "svg", "png", "md"])
      expect(files).toContain(`tiny.${extension}`);
    expect(files).toHaveLength(7);
    const rows = await readResultsCsv(at("full", "table1", "tiny.csv"));
    expect(rows.map(({ method, bits, dataset }) => `${method} ${bits} ${dataset}`)).toEqual(
      [
        "bf16 16",
        ...[3, 4].flatMap((bits) => ["rtn", "hadamard-rtn", "hqq", "sinq"].map((method) => `${method} ${bits}`)),
      ].flatMap((row) => [`${row} moby-dick`, `${row} sotu`]),
    );
    for (const row of rows)
      expect(row).toMatchObject({ model: "tiny", protocol: "gptq-32-first3", windows: 3, window: 32 });
    for (const name of ["Table 1", "tiny", "moby-dick", "sotu", "SINQ"]) expect(run.out).toContain(name);
    expect(run.out).not.toContain("paper: ");
    expect(run.out).not.toContain("embedded");
  });

  it("leaves the same bytes when run again with another number of threads", async () => {
    const files = async (out: string, threads: string) => {
      const flags = [
        "--windows",
        "2",
        "--bits",
        "4",
        "--methods",
        "sinq",
        "--threads",
        threads,
        "--fresh",
        "--out",
        at(out),
      ];
      expect(await runCaptured(["table1", "--model", model, ...flags])).toMatchObject({ code: 0 });
      const names = ["tiny.csv", "tiny.vl.json", "tiny.svg", "tiny.png", "tiny.md"];
      return Promise.all(names.map((name) => readFile(at(out, "table1", name))));
    };
    const [first, second] = [await files("once", "1"), await files("twice", "2")];
    expect(second).toEqual(first);
    expect(await files("once", "1")).toEqual(first);
  });

  it("runs every embedded model by default and says how to run the paper's", async () => {
    const run = await runCaptured([
      "table1",
      "--windows",
      "1",
      "--bits",
      "4",
      "--methods",
      "rtn",
      "--out",
      at("embedded"),
    ]);
    expect(run).toMatchObject({ code: 0 });
    const last = run.out.trimEnd().split("\n").at(-1);
    expect(last).toMatch(/embedded model.*exp table1 --paper.*--model DIR/);
    const tables = (await readdir(at("embedded", "table1"))).filter((name) => name.endsWith(".md"));
    expect(tables.sort()).toEqual(embeddedModels.map(({ name }) => `${name}.md`).sort());
  });

  it("takes several models, each with files of its own", async () => {
    const second = await makeModel("second");
    const flags = ["--windows", "2", "--methods", "rtn", "--bits", "4", "--out", at("several")];
    const run = await runCaptured(["table1", "--model", model, "--model", second, ...flags]);
    expect(run).toMatchObject({ code: 0 });
    const tables = (await readdir(at("several", "table1"))).filter((name) => name.endsWith(".md"));
    expect(tables.sort()).toEqual(["second.md", "tiny.md"]);
    expect((await readResultsCsv(at("several", "table1", "second.csv"))).every((row) => row.model === "second")).toBe(
      true,
    );
  });

  it("keeps what is complete when interrupted at the second model, and says so", async () => {
    // With tiny's bytes it would find its cells in the store.
    const second = await makeModel("late");
    await writeFile(join(second, "config.json"), JSON.stringify({ ...tinyConfig, rms_norm_eps: 1e-5 }));
    const controller = new AbortController();
    let said = "";
    const stderr = {
      write: (text: string) => {
        if (text.startsWith("late: ")) controller.abort(new Interruption("SIGINT", 130));
        said += text;
      },
    };
    const flags = ["--windows", "2", "--methods", "rtn", "--bits", "4", "--out", at("cut")];
    const io = { signal: controller.signal, stderr };
    const run = await runCaptured(["table1", "--model", model, "--model", second, ...flags], io);
    expect(run.code).toBe(130);
    expect(said).toMatch(/\ninterrupted: .*tiny\.csv.* complete\n$/);
    expect((await readdir(at("cut", "table1"))).filter((name) => !name.startsWith("tiny."))).toEqual([]);
  });
});

describe("exp table1 --paper", () => {
  it("prints what the paper's models cost, then goes for them: offline the first is missing", async () => {
    const run = await runCaptured(["table1", "--paper", "--out", at("paper")]);
    expect(run.code).toBe(1);
    for (const id of ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B"]) {
      expect(run.out).toMatch(new RegExp(`${id}: .* parameters, 9 variants\\n.*\\n  download .*GB to download`));
    }
    expect(run.notes.filter((line) => !line.startsWith("kernels: "))).toEqual([
      expect.stringMatching(/^error: .*Qwen\/Qwen3-1\.7B at main: HF_HUB_OFFLINE is set/),
    ]);
    expect(await readdir(folder())).not.toContain("paper");
  });

  it("goes with no model of one's own", async () => {
    expect(await runCaptured(["table1", "--paper", "--model", model])).toMatchObject({ code: 2 });
  });
});

describe("wrong input of exp table1", () => {
  const refused = async (code: number, message: RegExp, ...argv: string[]) => {
    const run = await runCaptured(["table1", ...argv, "--out", at("refused")]);
    expect(run.code).toBe(code);
    const errors = run.notes.filter((line) => line.startsWith("error: "));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
    expect(await readdir(folder())).not.toContain("refused");
  };

  it("unknown method", () => refused(2, /"snq".*mean sinq/, "--model", model, "--methods", "snq"));
  it("unknown model", () => refused(1, /no such folder/, "--model", "Qwen/Qwen3-1.7B"));
  it("a second model that does not exist, before the first is computed", () =>
    refused(1, /no such folder/, "--model", model, "--model", at("absent")));
  it("two models of one name", () => refused(2, /called tiny/, "--model", model, "--model", model));
  it("a group that fits no width", () => refused(1, /down_proj|proj/, "--model", model, "--group-size", "50"));
  it("a folder without config.json", () => refused(1, /config\.json/, "--model", folder()));
  it("a model without a tokenizer", async () =>
    refused(1, /tokenizer\.json/, "--model", await makeTinyModel(folder(), "dumb")));
  it("an unsupported architecture", async () => {
    const other = await makeModel("other");
    await writeFile(join(other, "config.json"), JSON.stringify({ ...tinyConfig, model_type: "mamba" }));
    await refused(1, /mamba/, "--model", other);
  });
});

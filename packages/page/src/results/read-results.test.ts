import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MODEL, writeInvented } from "../testing/invented-results.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readResults } from "./read-results.ts";
import { kindOf } from "./table-kind.ts";

const folder = temporaryFolder();

async function invented(name: string): Promise<string> {
  const path = join(folder(), name);
  await mkdir(path);
  await writeInvented(path);
  return path;
}

describe("results", () => {
  it("are every CSV of every experiment, each read as what it is, tables in the order of their numbers", async () => {
    const path = await invented("all");
    await mkdir(join(path, ".hidden"));
    await writeFile(join(path, ".hidden", "a.csv"), "x");
    await writeFile(join(path, "table1", "tiny-model.run.json"), "{}");
    await writeFile(join(path, "table1", "tiny-model.table.csv"), "bits,method\n4,RTN\n");
    await writeFile(join(path, "loose.csv"), "x");
    await mkdir(join(path, "table3"));
    const tables = await readResults(path);
    expect(tables.map((table) => [table.path, table.kind, table.model, table.rows.length])).toEqual([
      ["claims/tiny-model.csv", "claims", MODEL, 3],
      ["imbalance/tiny-model.csv", "imbalance", MODEL, 24],
      ["layers/tiny-model.csv", "layers", MODEL, 4],
      ["objective/tiny-model.csv", "objective", MODEL, 3],
      ["table1/tiny-model.csv", "perplexity", MODEL, 14],
      ["table2/tiny-model.csv", "choices", MODEL, 3],
      ["table10/tiny-model.csv", "plain", MODEL, 2],
    ]);
    expect(tables[6]).toMatchObject({ columns: ["model", "method", "seconds"], rows: [{ seconds: "12.5" }, {}] });
    for (const table of tables) expect(table.sha256).toMatch(/^[0-9a-f]{64}$/);
    await mkdir(join(path, "table9"));
    await writeFile(join(path, "table9", "m.csv"), "a,b\n1,2\n");
    const names = (await readResults(path)).map((table) => table.experiment);
    expect(names).toEqual(["claims", "imbalance", "layers", "objective", "table1", "table2", "table9", "table10"]);
  });

  it.each([
    ["table1/tiny-model.csv", (text: string) => text.slice(0, -12), "damaged-results", "ends within a line"],
    ["table1/tiny-model.csv", (text: string) => `${text.slice(0, -20)}\n`, "damaged-results", "line 15"],
    ["table1/tiny-model.csv", (text: string) => text.replace("perplexity_se", "perplexity_error"), "wrong-columns", ""],
    ["table1/tiny-model.csv", (text: string) => `${text.split("\n")[0]}\n`, "empty-results", "no rows"],
    ["claims/tiny-model.csv", (text: string) => text.replace("0.00630", "oops"), "damaged-results", "line 2"],
    ["imbalance/tiny-model.csv", (text: string) => text.replace("tile_cols,", ""), "wrong-columns", "tile_cols"],
    ["layers/tiny-model.csv", (text: string) => text.replace("r2_column_scale,", ""), "wrong-columns", "r2_column"],
    ["table10/tiny-model.csv", (text: string) => text.replace(",12.5", ""), "damaged-results", "line 2: 2 fields"],
  ])("that are damaged are one error which names the file: %s", async (name, damage, code, words) => {
    const path = await invented(`damaged-${code}-${name.replaceAll("/", "-")}`);
    const file = join(path, name);
    await writeFile(file, damage(await readFile(file, "utf8")));
    await expect(readResults(path)).rejects.toMatchObject({ code, message: expect.stringContaining(file) });
    await expect(readResults(path)).rejects.toMatchObject({ message: expect.stringContaining(words) });
    await rm(path, { recursive: true });
  });

  it("that are not there are one error too", async () => {
    await expect(readResults(join(folder(), "absent"))).rejects.toMatchObject({ code: "no-results-folder" });
    await mkdir(join(folder(), "empty", "table1"), { recursive: true });
    await expect(readResults(join(folder(), "empty"))).rejects.toMatchObject({ code: "no-results" });
    await mkdir(join(folder(), "odd", "table1", "a.csv"), { recursive: true });
    await expect(readResults(join(folder(), "odd"))).rejects.toMatchObject({ code: "unreadable-results" });
  });

  it("are of the kind whose own columns most of them are", () => {
    expect(kindOf(["model", "method", "bits", "perplexity"])).toBe("plain");
    expect(kindOf(["delta_nll_se", "perplexity_se", "text_sha256"])).toBe("perplexity");
    expect(kindOf(["delta_nll_se", "perplexity_se"])).toBe("plain");
    // Accuracies of multiple-choice tasks are stored as perplexities are.
    const stored = ["model", "method", "bits", "bits_per_weight", "memory_gb", "tokens_sha256"];
    expect(kindOf(stored)).toBe("plain");
    expect(kindOf([...stored, "task", "items", "flip_rate"])).toBe("choices");
    expect(kindOf(["tensor", "preset"])).toBe("plain");
    expect(kindOf(["tensor", "preset", "matrix_imbalance"])).toBe("imbalance");
    expect(kindOf(["tensor", "imbalance_before", "kurtosis_awq"])).toBe("layers");
    expect(kindOf(["tensor", "imbalance_before"])).toBe("plain");
    expect(kindOf(["model", "layers", "imbalance", "weight_error"])).toBe("objective");
    expect(kindOf(["layers", "imbalance"])).toBe("plain");
    expect(kindOf(["claim", "statement", "perplexity_better"])).toBe("claims");
  });
});

import { join } from "node:path";
import { readObjectiveCsv } from "@sinqbench/report";
import { beforeAll, describe, expect, it } from "vitest";
import { namesSeen } from "../testing/names-seen.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";
import { addTinyTokenizer } from "../testing/tiny-tokenizer.ts";

const folder = temporaryFolder();
let model: string;

beforeAll(async () => {
  model = await makeTinyModel(folder(), "tiny");
  await addTinyTokenizer(model);
});

describe("exp objective", () => {
  it("has every setting's measures beside its losses", async () => {
    const out = join(folder(), "out");
    const argv = ["objective", "--model", model, "--dataset", "sotu", "--windows", "4", "--calibration-windows", "4"];
    const seen = await namesSeen(join(out, "objective"), async () => {
      const run = await runCaptured([...argv, "--out", out]);
      expect(run).toMatchObject({ code: 0, out: "tiny: 26 settings, 14 layers\n" });
    });
    expect(seen).toContain("tiny.status.json");
    const rows = await readObjectiveCsv(join(out, "objective", "tiny.csv"));
    expect(rows).toHaveLength(26);
    const of = (bits: number, method: string, options: string | null = null, tiling = "1d") =>
      rows.find(
        (row) => [row.bits, row.method, row.options, row.tiling].join() === [bits, method, options, tiling].join(),
      )!;
    // Iterations that all count make what is rounded ever more even; the scales are found without looking at bits.
    const imbalances = [of(3, "rtn"), of(3, "sinq", "iterations=2"), of(3, "sinq", "iterations=32 earlyStop=false")];
    for (const [i, { imbalance }] of imbalances.slice(1).entries()) {
      expect(imbalance).toBeLessThan(imbalances[i].imbalance);
    }
    expect(of(4, "sinq").kurtosis).toBe(of(3, "sinq").kurtosis);
    expect(of(4, "sinq").weight_error).toBeLessThan(of(3, "sinq").weight_error / 1.8);
    // The calibrated search looks at the outputs, and finds them.
    expect(of(3, "asinq").output_error).toBeLessThan(of(3, "sinq").output_error);
    for (const row of rows) expect(row.delta_nll_se).not.toBeNull();
  });
});

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { matrixImbalance, tileImbalances } from "@sinqbench/quantizer";
import { openCheckpoint, sha256File } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { layerType } from "../imbalance/layer-imbalance.ts";
import { Interruption } from "../io.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { makeTinyModel } from "../testing/tiny-model.ts";

const folder = temporaryFolder();

async function table(out: string, name: string): Promise<Record<string, string>[]> {
  const [header, ...lines] = (await readFile(join(out, "imbalance", `${name}.csv`), "utf8")).trimEnd().split("\n");
  const columns = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, i) => [columns[i], value])));
}

describe("exp imbalance", () => {
  it("writes every linear layer of a model, preset and iteration, the tile's width as the group rule has it", async () => {
    const model = await makeTinyModel(folder(), "tiny");
    const out = join(folder(), "out");
    const run = await runCaptured(["imbalance", "--model", model, "--out", out, "--threads", "1"]);
    expect(run).toMatchObject({ code: 0, out: "tiny: 14 matrices\n" });
    expect(run.err).toContain("group size 64 does not divide 96 columns: halved to 32");
    const rows = await table(out, "tiny");
    expect(rows).toHaveLength(2 * 7 * 2 * 17);
    expect(new Set(rows.map(({ type }) => type))).toEqual(new Set(["q", "k", "v", "o", "gate", "up", "down"]));
    expect(new Set(rows.map(({ layer }) => layer))).toEqual(new Set(["0", "1"]));
    expect([...new Set(rows.map(({ preset }) => preset))]).toEqual(["paper", "algorithm-1"]);
    const name = "model.layers.1.mlp.down_proj.weight";
    const [before, ...steps] = rows.filter(({ tensor, preset }) => tensor === name && preset === "paper");
    const source = await openCheckpoint(model);
    const weight = { rows: 64, cols: 96, data: await source.readFloat32(name) };
    await source.close();
    expect(before).toMatchObject({ rows: "64", cols: "96", tile_cols: "32", tiling: "1d", iterations: "0" });
    expect(before.matrix_imbalance).toBe(matrixImbalance(weight).toPrecision(6));
    const tiles = tileImbalances(weight, { tileRows: 64, tileCols: 32 }).sort((a, b) => a - b);
    expect(before.tile_imbalance).toBe(tiles[1].toPrecision(6));
    expect(Number(steps[15].tile_imbalance)).toBeLessThan(0.8 * Number(before.tile_imbalance));
  });

  it("gives the same bytes for any number of threads", async () => {
    const model = await makeTinyModel(folder(), "threads");
    const bytes = async (threads: string) => {
      const out = join(folder(), `threads-${threads}`);
      await runCaptured(["imbalance", "--model", model, "--tiling", "2d", "--out", out, "--threads", threads]);
      const files = await readdir(join(out, "imbalance"));
      return Object.fromEntries(
        await Promise.all(files.map(async (file) => [file, await sha256File(join(out, "imbalance", file))])),
      );
    };
    const one = await bytes("1");
    expect(Object.keys(one)).toHaveLength(5);
    expect(await bytes("3")).toEqual(one);
  });

  it("writes nothing when interrupted, and says what a model is when there is none", async () => {
    const model = await makeTinyModel(folder(), "interrupted");
    const controller = new AbortController();
    controller.abort(new Interruption("SIGINT", 130));
    const before = await readdir(folder());
    const args = ["imbalance", "--model", model, "--out", join(folder(), "never")];
    expect(await runCaptured(args, { signal: controller.signal })).toMatchObject({ code: 130 });
    const absent = await runCaptured(["imbalance", "--model", join(folder(), "absent")]);
    expect(absent).toMatchObject({ code: 1, notes: [expect.stringMatching(/^error: .*absent: no such folder/)] });
    expect(await readdir(folder())).toEqual(before);
  });

  it.each([
    ["model.layers.3.self_attn.q_proj.weight", "q"],
    ["model.layers.0.mlp.gate_proj.weight", "gate"],
    ["model.layers.0.self_attn.kv_a_proj_with_mqa.weight", "kv_a"],
    ["model.layers.3.mlp.shared_experts.up_proj.weight", "shared up"],
    ["model.layers.3.mlp.experts.17.down_proj.weight", "expert down"],
  ])("%s is of type %s", (tensor, type) => expect(layerType(tensor)).toBe(type));
});

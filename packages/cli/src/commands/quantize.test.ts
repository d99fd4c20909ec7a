import { readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { loadKernels } from "@sinqbench/kernels";
import { bitsPerWeight, decode } from "@sinqbench/quantizer";
import { quantizerById } from "@sinqbench/quantizers";
import { openSafetensors, sha256File, writeSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { mixedFile, normal } from "../testing/mixed-file.ts";
import { runCaptured } from "../testing/run-captured.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder(), ...names);

describe("exp quantize of a file", () => {
  it("writes what the method decodes to, copies the rest, keeps names and metadata", async () => {
    const input = await mixedFile(at("in.safetensors"));
    const out = at("out.safetensors");
    const run = await runCaptured(["quantize", input, "--method", "sinq", "--bits", "3", "--out", out]);
    expect(run).toMatchObject({ code: 0 });
    const [before, after] = await Promise.all([openSafetensors(input), openSafetensors(out)]);
    expect(new Set(after.names())).toEqual(new Set(before.names()));
    expect(after.metadata).toEqual({ made: "by a test" });
    for (const name of ["vector", "cube", "ids"]) {
      expect(after.info(name)).toEqual(before.info(name));
      expect(await after.readBytes(name)).toEqual(await before.readBytes(name));
    }
    const kernels = loadKernels();
    let stored = 0;
    for (const [name, rows, cols] of [["wide", 8, 128] as const, ["narrow", 4, 96] as const]) {
      const data = await before.readFloat32(name);
      const config = { bits: 3, groupSize: 64, tiling: "1d", aux: "f16" } as const;
      const encoded = quantizerById("sinq").quantize({ rows, cols, data }, config, { kernels });
      expect(await after.readFloat32(name)).toEqual(decode(encoded, kernels));
      stored += bitsPerWeight(encoded) * rows * cols;
    }
    expect(run.out).toContain("2 tensors, 1.41 k weights quantized");
    expect(run.out).toContain(`${(stored / (8 * 128 + 4 * 96)).toFixed(4)} stored bits per weight`);
    expect(run.notes.filter((line) => line.includes("halved"))).toEqual([
      "group size 64 does not divide 96 columns: halved to 32, as the published code does",
    ]);
    await Promise.all([before.close(), after.close()]);
  });

  it("prints the relative error of the whole: Frobenius norms of the error and of the weights", async () => {
    const input = await mixedFile(at("error.safetensors"));
    const run = await runCaptured([
      "quantize",
      input,
      "--method",
      "rtn",
      "--bits",
      "2",
      "--out",
      at("error.out.safetensors"),
    ]);
    const [before, after] = await Promise.all([openSafetensors(input), openSafetensors(at("error.out.safetensors"))]);
    let error = 0;
    let square = 0;
    for (const name of ["wide", "narrow"]) {
      const [weight, decoded] = [await before.readFloat32(name), await after.readFloat32(name)];
      for (const [i, value] of weight.entries()) {
        error += (decoded[i] - value) ** 2;
        square += value ** 2;
      }
    }
    expect(run.out).toContain(`${Math.sqrt(error / square).toExponential(4)} relative error`);
    expect(error).toBeGreaterThan(0);
    await Promise.all([before.close(), after.close()]);
  });

  it("quantizes only the tensors that --tensors names", async () => {
    const input = await mixedFile(at("some.safetensors"));
    const out = at("some.out.safetensors");
    const flags = ["--method", "rtn", "--bits", "4", "--aux", "f32", "--tiling", "2d", "--out", out];
    expect(await runCaptured(["quantize", input, "--tensors", "^w", ...flags])).toMatchObject({ code: 0 });
    const [before, after] = await Promise.all([openSafetensors(input), openSafetensors(out)]);
    expect(await after.readFloat32("narrow")).toEqual(await before.readFloat32("narrow"));
    expect(await after.readFloat32("wide")).not.toEqual(await before.readFloat32("wide"));
    const none = await runCaptured(["quantize", input, "--tensors", "vector|cube|ids", ...flags]);
    expect(none).toMatchObject({
      code: 1,
      notes: expect.arrayContaining([expect.stringMatching(/^error: .*vector\|cube\|ids/)]),
    });
    await Promise.all([before.close(), after.close()]);
  });

  it("names file, tensor, row and column of a NaN and leaves nothing behind", async () => {
    const bad = normal(1, 8, 128);
    bad[3 * 128 + 17] = Number.NaN;
    const input = await mixedFile(at("nan.safetensors"), (entries) => {
      entries[0] = { ...entries[0], data: bad };
    });
    const before = await readdir(folder());
    const run = await runCaptured([
      "quantize",
      input,
      "--method",
      "rtn",
      "--bits",
      "4",
      "--out",
      at("nan.out.safetensors"),
    ]);
    expect(run.code).toBe(1);
    expect(run.notes.at(-1)).toMatch(/^error: .*nan\.safetensors, wide: .*row 3, column 17/);
    expect(await readdir(folder())).toEqual(before);
  });

  it("refuses to write over its input, also under another name", async () => {
    const input = await mixedFile(at("self.safetensors"));
    await symlink(input, at("symlink.safetensors"));
    const digest = await sha256File(input);
    for (const out of ["self", "symlink"].map((name) => at(`${name}.safetensors`))) {
      const run = await runCaptured(["quantize", input, "--method", "rtn", "--bits", "4", "--out", out]);
      expect(run).toMatchObject({ code: 1 });
      expect(run.notes.at(-1)).toContain("is the input itself");
    }
    expect(await sha256File(input)).toBe(digest);
  });

  it("keeps the same bytes for any number of threads", async () => {
    const input = await mixedFile(at("threads.safetensors"));
    const digest = async (threads: string) => {
      const out = at(`threads-${threads}.safetensors`);
      await runCaptured(["quantize", input, "--method", "sinq", "--bits", "4", "--threads", threads, "--out", out]);
      return sha256File(out);
    };
    expect(await digest("1")).toBe(await digest("3"));
  });
});

describe("settings of exp quantize", () => {
  it.each([
    [["--method", "sinc", "--bits", "4"], /Did you mean sinq\?/],
    [["--method", "bf16", "--bits", "4"], /bf16 .*quantizes nothing/],
    [["--method", "rtn", "--bits", "9"], /9 bits/],
    [["--method", "rtn", "--bits", "four"], /whole number/],
    [["--method", "rtn-sym", "--bits", "2"], /2 bits/],
    [["--method", "rtn", "--bits", "4", "--group-size", "8"], /at least 16/],
    [["--method", "rtn", "--bits", "4", "--tiling", "3d"], /Allowed choices are 1d, 2d/],
    [["--method", "rtn", "--bits", "4", "--aux", "f61"], /Allowed choices are f32, f16, u8/],
    [["--method", "rtn", "--bits", "4", "--tensors", "("], /expression/],
    [["--method", "rtn", "--bits", "4", "--format", "gguf"], /dequantized/],
    [["--bits", "4"], /--method/],
    [["--method", "rtn", "--bits", "4", "--tilin", "1d"], /Did you mean --tiling\?/],
  ])("rejects %j in one line with exit code 2", async (flags, message) => {
    const input = await mixedFile(at("settings.safetensors"));
    const run = await runCaptured(["quantize", input, ...flags, "--out", at("never.safetensors")]);
    expect(run.code).toBe(2);
    expect(run.notes).toHaveLength(1);
    expect(run.err).toMatch(message);
    expect(await readdir(folder())).not.toContain("never.safetensors");
  });

  it("says which tensor takes no group of 16 or more, before anything is written", async () => {
    const input = await mixedFile(at("odd.safetensors"), (entries) => {
      entries.push({ name: "odd", dtype: "F32", shape: [2, 20], data: normal(5, 2, 20) });
    });
    const run = await runCaptured([
      "quantize",
      input,
      "--method",
      "rtn",
      "--bits",
      "4",
      "--out",
      at("odd.out.safetensors"),
    ]);
    expect(run.code).toBe(1);
    expect(run.notes.at(-1)).toMatch(/odd\.safetensors, odd: .*20 columns/);
    expect(await readdir(folder())).not.toContain("odd.out.safetensors");
  });
});

describe("methods that learn from a layer's inputs", () => {
  async function layer(): Promise<string> {
    const path = at("layer.safetensors");
    await writeSafetensors(path, [
      { name: "weight", dtype: "F32", shape: [24, 64], data: normal(1, 24, 64) },
      { name: "inputs", dtype: "F32", shape: [2, 5, 64], data: normal(2, 10, 64) },
      { name: "narrow", dtype: "F32", shape: [10, 32], data: normal(3, 10, 32) },
    ]);
    return path;
  }
  const quantize = (path: string, method: string, ...more: string[]) =>
    runCaptured([
      "quantize",
      path,
      "--method",
      method,
      "--bits",
      "3",
      "--tensors",
      "^weight$",
      "--out",
      at("o.safetensors"),
      ...more,
    ]);

  it("take them from a file", async () => {
    const path = await layer();
    const { code, err: stderr } = await quantize(path, "asinq", "--activations", `${path}:inputs`);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    const plain = await quantize(path, "sinq", "--out", at("sinq.safetensors"));
    expect(plain.code).toBe(0);
    const [ours, sinqs] = [await openSafetensors(at("o.safetensors")), await openSafetensors(at("sinq.safetensors"))];
    expect(await ours.readFloat32("weight")).not.toEqual(await sinqs.readFloat32("weight"));
    await Promise.all([ours.close(), sinqs.close()]);
  });

  it.each([
    ["none", "asinq", [], 2, "asinq learns from a layer's inputs; give them as --activations"],
    ["for a method without need", "rtn", ["--activations", "x:y"], 2, "rtn learns from no inputs"],
    ["of another width", "asinq", ["--activations", "LAYER:narrow"], 1, "narrow has rows of 32, but weight takes 64"],
    ["that are not there", "asinq", ["--activations", "LAYER:absent"], 1, "absent"],
    ["without a tensor's name", "asinq", ["--activations", "file.safetensors"], 2, "FILE:TENSOR"],
  ])("refuse inputs: %s", async (_, method, more, code, message) => {
    const path = await layer();
    const result = await quantize(
      path,
      method,
      "--out",
      at("refused.safetensors"),
      ...more.map((word) => word.replace("LAYER", path)),
    );
    expect(result.err).toContain(message);
    expect(result.code).toBe(code);
    expect(await readdir(folder())).not.toContain("refused.safetensors");
  });
});

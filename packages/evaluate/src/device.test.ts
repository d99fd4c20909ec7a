import { describe, expect, test } from "vitest";
import { checkDevice } from "./device.ts";
import { numerics } from "./numerics.ts";

describe("checkDevice", () => {
  test("the processor is always there", async () => checkDevice("cpu"));

  test.each(["cuda", "webgpu"] as const)("%s works, or one line says what to do", async (device) => {
    const error = await checkDevice(device).then(
      () => null,
      (error: Error) => error,
    );
    if (error === null) return;
    expect(error).toMatchObject({ name: "BenchError", code: "device-missing" });
    expect(error.message).toMatch(/^--device \w+[^\n]*(run: node|--device cpu|it has cpu)[^\n]*$/);
    expect(error.message.length).toBeLessThan(400);
  });
});

describe("numerics", () => {
  test("name provider, runtime and processor, and are the same when asked again", () => {
    expect(numerics("cpu")).toMatchObject({
      provider: "cpu",
      precision: "float32",
      onnxruntime: expect.stringMatching(/^1\./),
    });
    expect(numerics("cpu")).toEqual(numerics("cpu"));
    expect(numerics("cpu").processor).toContain(`${process.platform} ${process.arch} `);
  });

  test("differ by device", () => expect(numerics("cuda")).not.toEqual(numerics("cpu")));
});

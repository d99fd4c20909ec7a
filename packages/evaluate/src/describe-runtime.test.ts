import { expect, test } from "vitest";
import { describeRuntime } from "./describe-runtime.ts";

test("the CPU provider is always there", () => {
  const { version, providers } = describeRuntime();
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(providers).toContainEqual({ name: "cpu", bundled: true });
});

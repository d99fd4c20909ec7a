import type { VariantResult } from "@sinqbench/evaluate";
import { expect, it } from "vitest";
import { Session } from "./session.ts";
import { sayUnreachedExperts } from "./unreached-experts.ts";

function said(...counts: number[]): string {
  let text = "";
  const stderr = { write: (chunk: string) => void (text += chunk) };
  const silent = { write: () => {} };
  const session = new Session({ stdout: silent, stderr, env: {}, cwd: "/", signal: new AbortController().signal });
  const results = counts.map(
    (unreachedExperts, i): VariantResult => ({
      variant: { id: `v${i}`, quantizer: null, config: null },
      nll: [],
      quantizedBytes: 0,
      quantizedWeights: 0,
      linearWeights: 0,
      otherBytes: 0,
      unreachedExperts,
    }),
  );
  sayUnreachedExperts(session, "model", results);
  return text;
}

it("says in one line which variants had experts that calibration did not reach", () => {
  const text = said(0, 3, 1);
  expect(text).toContain("model: no calibration token reached 3 (v1), 1 (v2) routed experts");
  expect(text.trimEnd().split("\n")).toHaveLength(1);
});

it("says nothing where all were reached", () => expect(said(0, 0)).toBe(""));

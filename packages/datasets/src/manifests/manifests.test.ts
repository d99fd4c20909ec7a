import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { frozenWindows } from "../protocols/frozen-windows.ts";
import { parseProtocol } from "../protocols/parse-protocol.ts";
import { holdsRows } from "../readers/read-rows.ts";
import { datasetManifests, datasetsFile } from "./read-manifests.ts";

const sha256 = /^[0-9a-f]{64}$/;
const count = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;

/** What every field must be; a field that is not here is a slip of the pen. */
const required: Record<string, (value: unknown) => boolean> = {
  name: (value) => /^[a-z0-9-]+$/.test(String(value)),
  label: (value) => typeof value === "string" && value !== "",
  use: (value) => value === "evaluation" || value === "calibration",
  repository: (value) => /^[\w.-]+\/[\w.-]+$/.test(String(value)),
  revision: (value) => /^[0-9a-f]{40}$/.test(String(value)),
  subset: (value) => typeof value === "string" && value !== "",
  split: (value) => typeof value === "string" && value !== "",
  file: (value) => typeof value === "string" && holdsRows(value),
  column: (value) => typeof value === "string" && value !== "",
  rows: count,
  join: (value) => typeof value === "string",
  protocol: (value) => parseProtocol(String(value)).name === value,
  paperProtocols: (value) => Array.isArray(value) && value.every((name) => parseProtocol(name).name === name),
  licence: (value) => typeof value === "string" && value !== "",
};
const optional: typeof required = {
  bytes: count,
  textSha256: (value) => sha256.test(String(value)),
  lines: (value) => {
    const { emptyRow, bytes, sha256: hash } = value as Record<string, unknown>;
    return typeof emptyRow === "string" && count(bytes) && sha256.test(String(hash));
  },
  note: (value) => typeof value === "string" && value !== "",
};

describe("manifests", () => {
  it.each(datasetManifests().map((manifest) => [manifest.name, manifest] as const))(
    "of %s follows the schema",
    (_, manifest) => {
      const fields = Object.entries(manifest);
      expect(Object.keys(required).filter((field) => !(field in manifest))).toEqual([]);
      const wrong = fields.filter(([field, value]) => !(required[field] ?? optional[field])?.(value));
      expect(wrong).toEqual([]);
    },
  );

  it("says what is not known, and only then", () => {
    for (const { textSha256, bytes, note } of datasetManifests()) {
      expect(bytes === undefined).toBe(textSha256 === undefined);
      expect(/sha256.*not recorded/.test(note ?? "")).toBe(textSha256 === undefined);
    }
  });

  it("are all the files of the folder, each under its name", () => {
    const files = readdirSync(datasetsFile(".")).filter((file) => file.endsWith(".json"));
    expect(files.sort()).toEqual(
      datasetManifests()
        .map(({ name }) => `${name}.json`)
        .sort(),
    );
  });
});

describe("the frozen list of C4 windows", () => {
  it("is the published one: 256 documents of the shard, each with its first token", () => {
    const file = readFileSync(datasetsFile("c4-windows.csv"));
    expect(createHash("sha256").update(file).digest("hex")).toBe(
      "f0c882517a37ee13af319f7269f55856803b41d14b563f4734dbf70e47cd5d57",
    );
    const list = frozenWindows();
    expect(list).toHaveLength(256);
    expect(list[0]).toEqual({ document: 25_247, offset: 388 });
    const { rows } = datasetManifests().find(({ name }) => name === "c4")!;
    expect(list.every(({ document, offset }) => document >= 0 && document < rows && offset >= 0)).toBe(true);
  });
});

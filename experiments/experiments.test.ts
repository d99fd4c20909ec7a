import {
  type ChoiceExperiment,
  type Experiment,
  isMethodId,
  loadPublished,
  methodOf,
  type PublishedRow,
  publishedFor,
  publishedId,
  publishedRows,
  SINQ_PAPER,
} from "@sinqbench/report";
import { describe, expect, it } from "vitest";
import { choiceExperiments, claims, experiments, table5, table10 } from "./index.ts";

/** "asinq" of "asinq:aux=u8"; where the table compares precisions "sinq-nf4-aux8" of "sinq-nf4:aux=u8". */
const publishedAs = (table: string) => (entry: string) => {
  const id = methodOf(entry);
  const aux8 = entry === `${id}:aux=u8` && publishedRows({ table, method: `${id}-aux8` }).length > 0;
  return aux8 ? `${id}-aux8` : id;
};

const isCell = (row: PublishedRow, method: string, bits: number) =>
  row.bits === String(bits) && row.method === publishedId(method);

describe.each(Object.entries<Experiment>(experiments))("%s", (key, experiment) => {
  /** Only an experiment that regenerates a table of the paper has one to be compared with. */
  const { paperTable: table = "" } = experiment;

  it("is listed under its own id, which is a safe command and folder name", () => {
    expect(experiment.id).toBe(key);
    expect(experiment.id).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  it("says what it measures and why one number misleads", () => {
    expect(experiment.title.length).toBeGreaterThan(20);
    expect(experiment.about).toMatch(/misleads/);
    for (const line of experiment.about.split("\n")) expect(line.length).toBeLessThanOrEqual(132);
  });

  it("names methods that have a label and a colour, each once, and not bf16", () => {
    const ids = experiment.methods.map(methodOf);
    expect(ids.filter((id) => !isMethodId(id))).toEqual([]);
    expect(new Set(experiment.methods).size).toBe(experiment.methods.length);
    expect(ids).not.toContain("bf16");
  });

  it("asks for bits and a group size that encodings have", () => {
    expect(experiment.bits.length).toBeGreaterThan(0);
    for (const bits of experiment.bits) expect([2, 3, 4, 5, 6, 7, 8]).toContain(bits);
    expect(experiment.groupSize % 16).toBe(0);
  });

  it.runIf(table)("stands beside a table of the paper that has each of its models, methods and bits", () => {
    const rows = publishedRows({ table, source: SINQ_PAPER });
    const models = new Set(rows.map((row) => row.model));
    // A model of the paper's table that cannot be run here is named where the experiment says what it is.
    const left = [...models].filter((model) => !experiment.paperModels.includes(model));
    for (const model of left) expect(experiment.about).toContain(model.split("/")[1]);
    expect(models).toEqual(new Set([...experiment.paperModels, ...left]));
    for (const model of experiment.paperModels) {
      const baseline = publishedFor({ table, bits: 16, method: "bf16", model });
      expect(baseline.wikitext2_ppl, model).not.toBeNull();
      for (const method of experiment.methods.map(publishedAs(table))) {
        const published = experiment.bits.filter((bits) => rows.some((row) => isCell(row, method, bits)));
        expect(published.length, method).toBeGreaterThan(0);
        for (const bits of published) {
          const cells = publishedFor({ table, bits, method, model });
          expect(Object.values(cells), `${model} ${method} ${bits}`).not.toContain(null);
        }
      }
    }
  });

  it.runIf(table)("takes methods and bits in the order of the paper", () => {
    const rows = publishedRows({ table, source: SINQ_PAPER }).filter((row) => row.method !== "bf16");
    // The paper's names of two methods say whose they are. Its order is not the same at all bits: that at the first bits counts.
    const [first] = experiment.bits.map(String);
    const order = [
      ...new Set(rows.flatMap(({ bits, method }) => (bits === first ? [method.replace("bnb-", "")] : []))),
    ];
    const methods = experiment.methods.map(publishedAs(table));
    expect(methods.filter((id) => order.includes(id))).toEqual(order.filter((id) => methods.includes(id)));
    expect(experiment.bits.map(String)).toEqual([...new Set(rows.map((row) => row.bits))]);
  });
});

it("the paper's numbers are there to stand beside", () => {
  expect(loadPublished().length).toBe(1156);
});

describe("the claims of the paper", () => {
  it("have an id and a statement each, once", () => {
    for (const field of ["id", "statement"] as const) {
      expect(new Set(claims.map((claim) => claim[field])).size).toBe(claims.length);
    }
  });

  it.each(claims)("$id compares two methods that have a label, at bits of the paper", ({ better, worse, bits }) => {
    expect(better).not.toBe(worse);
    for (const method of [better, worse]) expect(isMethodId(methodOf(method)), method).toBe(true);
    for (const width of bits) expect([3, 4]).toContain(width);
  });
});

describe.each(Object.entries<ChoiceExperiment>(choiceExperiments))("%s", (key, experiment) => {
  const { paperTable: table, metric, methods, bits, paperModels } = experiment;

  it("is listed under its own id and no other experiment's, and says why one number misleads", () => {
    expect(experiment.id).toBe(key);
    expect(Object.keys(experiments)).not.toContain(key);
    expect(experiment.about).toMatch(/misleads/);
    for (const line of experiment.about.split("\n")) expect(line.length).toBeLessThanOrEqual(132);
  });

  it("stands beside a table of the paper that has each of its models, methods and bits, in its order", () => {
    const rows = publishedRows({ table, source: SINQ_PAPER }).filter((row) => row.method !== "bf16");
    expect(new Set(rows.map((row) => row.model))).toEqual(new Set(paperModels));
    const last = rows.filter((row) => row.bits === String(bits.at(-1)));
    expect([...new Set(last.map((row) => row.method))]).toEqual(methods.map(methodOf).map(publishedId));
    for (const { method } of rows) expect(methods.map(methodOf).map(publishedId)).toContain(method);
    expect([...new Set(rows.map((row) => row.bits))]).toEqual(bits.map(String));
    const metrics = ["hellaswag", "piqa", "mmlu", "average"].map((task) => `${task}_${metric}`);
    expect([...new Set(rows.map((row) => row.metric))]).toEqual(metrics);
  });
});

describe("the tables of times", () => {
  it.each([table5, table10])(
    "$id says why one number misleads, under an id of its own",
    ({ id, about, paperTable }) => {
      expect([...Object.keys(experiments), ...Object.keys(choiceExperiments)]).not.toContain(id);
      expect(id).toBe(`table${paperTable}`);
      expect(about).toMatch(/mislead/);
      for (const line of about.split("\n")) expect(line.length).toBeLessThanOrEqual(132);
    },
  );

  it("stand beside tables of the paper that have each of their models and methods, in its order", () => {
    const rows = publishedRows({ table: table10.paperTable, source: SINQ_PAPER });
    const times = rows.filter((row) => row.metric === "quantization_time");
    expect([...new Set(times.map((row) => row.method))]).toEqual(table10.methods);
    expect([...new Set(times.map((row) => row.model))]).toEqual(table10.paperModels);
    expect([...new Set(times.map((row) => row.bits))]).toEqual(table10.bits.map(String));
    expect(times.length).toBe(table10.methods.length * table10.paperModels.length);
    for (const metric of ["quantization_time_std", "average_cost_vs_rtn"]) {
      const methods = new Set(rows.filter((row) => row.metric === metric).map((row) => row.method));
      expect(methods).toEqual(new Set(table10.methods));
    }
  });

  it("ask for the paper's matrices, and one larger", () => {
    const printed = new Set(publishedRows({ table: table5.paperTable, source: SINQ_PAPER }).map((row) => row.model));
    const asked = table5.widths.flatMap((width) => table5.tokens.map((tokens) => `linear-D${width}-B${tokens}`));
    expect(asked.filter((model) => printed.has(model)).toSorted()).toEqual([...printed].toSorted());
    expect(asked.filter((model) => !printed.has(model))).toEqual(["linear-D4096-B1", "linear-D4096-B64"]);
  });
});

import type { EvaluationInput } from "@sinqbench/datasets";
import { numerics, type Variant, type VariantResult } from "@sinqbench/evaluate";
import { type Cell, type CellInputs, CellStore, cellKey, modelSha256, type WindowsIdentity } from "@sinqbench/store";
import { cacheRoot } from "@sinqbench/tensor";
import type { Evaluation } from "../evaluate-model.ts";
import type { Session } from "../session.ts";
import { measure } from "../terminal/quantity.ts";
import { CodeHash } from "./code-hash.ts";

/** Reading less than this for a hash takes no time that a person would wonder about. */
const WORTH_SAYING_BYTES = 1e9;

/** By variant, then by text: what is stored; null where nothing is. */
export type FoundCells = readonly (readonly (Cell | null)[])[];

/** The cells of one evaluation in the store of results. */
export class ModelCells {
  private constructor(
    private readonly store: CellStore,
    private readonly evaluation: Evaluation,
    /** By variant, then by text. */
    private readonly inputs: readonly (readonly CellInputs[])[],
  ) {}

  static async open(session: Session, evaluation: Evaluation): Promise<ModelCells> {
    const { model, variants, inputs, calibration, device, kernels } = evaluation;
    const root = cacheRoot(session.io.env);
    let said = false;
    const sha256 = await modelSha256(root, model.dir, (bytes) => {
      if (bytes < WORTH_SAYING_BYTES || said) return;
      said = true;
      session.note(
        `${model.name}: reading its files once (${measure(bytes, "B")} and more) to know them by their bytes`,
      );
    });
    const code = new CodeHash();
    // Other kernels give the same bits by their specs, which not every GPU has run.
    const gpu = kernels.id === "cuda" ? { kernels: kernels.id } : {};
    const shared = { model: sha256, numerics: { ...numerics(device), ...gpu } };
    const all: CellInputs[][] = [];
    for (const variant of variants) {
      const { quantizer } = variant;
      const own = {
        ...shared,
        variant: variantSettings(variant),
        calibration: quantizer?.needs && calibration ? windowsIdentity(calibration) : null,
        code: await code.of(quantizer),
      };
      all.push(inputs.map((input) => ({ ...own, tokens: windowsIdentity(input) })));
    }
    return new ModelCells(new CellStore(root, (line) => session.note(line)), evaluation, all);
  }

  /** Content address of every cell, by variant, then by text. */
  keys(): string[][] {
    return this.inputs.map((row) => row.map(cellKey));
  }

  async read(): Promise<FoundCells> {
    const found: (Cell | null)[][] = [];
    for (const row of this.inputs) {
      const cells: (Cell | null)[] = [];
      for (const inputs of row) cells.push(await this.store.read(inputs));
      found.push(cells);
    }
    return found;
  }

  /** Stores the losses of variant `v` on text `s`, which are set `set` of a result. */
  async write(v: number, s: number, { variant, nll, ...numbers }: VariantResult, set: number): Promise<Cell> {
    const { model, inputs } = this.evaluation;
    const { name, protocol } = inputs[s];
    const provenance = {
      model: model.name,
      variant: variant.id,
      text: `${name} ${protocol}`,
      computed: new Date().toISOString(),
    };
    const cell = { inputs: this.inputs[v][s], numbers, nll: nll[set], provenance };
    await this.store.write(cell);
    return cell;
  }
}

/** All that a variant is beside code: the id is only its name. */
function variantSettings({ id: _, quantizer, ...settings }: Variant): Record<string, unknown> {
  return { ...settings, method: quantizer?.info.id ?? null, defaults: quantizer ? { ...quantizer.defaults } : null };
}

function windowsIdentity({ windows: { length, count }, tokensSha256 }: EvaluationInput): WindowsIdentity {
  return { length, count, sha256: tokensSha256 };
}

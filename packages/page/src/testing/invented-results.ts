import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ChoiceExperiment,
  type Experiment,
  IMBALANCE_COLUMN_NAMES,
  type ResultRow,
  resultsCsv,
} from "@sinqbench/report";

/** Invented results in realistic ranges, for tests only: nothing here was measured. */
export const MODEL = "tiny-model";

export const experiment: Experiment = {
  id: "table1",
  title: "Table 1: invented for tests",
  about: "The first paragraph.\n\nThe second, with <angle> brackets & an ampersand.",
  paperTable: "1",
  methods: ["rtn", "hqq", "sinq"],
  bits: [3, 4],
  groupSize: 64,
  tiling: "1d",
  aux: "f16",
  paperModels: ["Qwen/Qwen3-1.7B"],
};

export const choiceExperiment: ChoiceExperiment = {
  ...experiment,
  id: "table2",
  title: "Table 2: invented for tests",
  paperTable: "2",
  metric: "flip_rate",
};

const LOSS: Readonly<Record<string, readonly [number, number]>> = {
  "bf16-16": [0, 0],
  "rtn-3": [0.0214, 0.0238],
  "hqq-3": [0.0124, 0.0196],
  "sinq-3": [0.019, 0.0281],
  "rtn-4": [-0.0008, 0.007],
  "hqq-4": [0.0002, 0.0051],
  "sinq-4": [0.0065, 0.0052],
};
const TEXTS = [
  { dataset: "moby-dick", text_sha256: "6942ee9d1b24d5d5", tokens_sha256: "07f068b41836705e", nll: 5.238 },
  { dataset: "sotu", text_sha256: "102ccd4691c93347", tokens_sha256: "fab13e657d9b22c6", nll: 5.008 },
] as const;

/** BF16 and three methods at 3 and 4 bits on two texts. */
export function inventRows(model = MODEL): ResultRow[] {
  return Object.entries(LOSS).flatMap(([key, losses]) => {
    const [method, bits] = key.split("-");
    const baseline = method === "bf16";
    return TEXTS.map(({ nll, ...text }, i): ResultRow => {
      const perplexity = Math.exp(nll + losses[i]);
      return {
        model,
        method,
        bits: Number(bits),
        group_size: baseline ? null : 64,
        tiling: baseline ? null : "1d",
        aux: baseline ? null : "f16",
        options: null,
        calibration: null,
        ...text,
        protocol: "gptq-256",
        windows: 128,
        window: 256,
        perplexity,
        perplexity_se: perplexity * 0.02,
        delta_nll: losses[i],
        delta_nll_se: baseline ? 0 : 0.0006,
        bits_per_weight: baseline ? 16 : Number(bits) + (method === "sinq" ? 0.76 : 0.7),
        memory_gb: baseline ? 0.0089 : 0.0053,
      };
    });
  });
}

/** Two layer types over two blocks, three iterations, both presets. */
export function imbalanceText(model = MODEL): string {
  const lines = ["q", "down"].flatMap((type) =>
    ["paper", "algorithm-1"].flatMap((preset) =>
      [0, 1].flatMap((layer) =>
        [0, 1, 2].map((step) =>
          [
            model,
            layer,
            type,
            `model.layers.${layer}.${type}`,
            64,
            128,
            "1d",
            64,
            preset,
            step,
            4 - step,
            3 - step,
          ].join(),
        ),
      ),
    ),
  );
  return `${[IMBALANCE_COLUMN_NAMES.join(), ...lines].join("\n")}\n`;
}

const CLAIM_COLUMNS =
  "model,claim,statement,bits,better,worse,dataset,protocol,windows,perplexity_better,perplexity_worse,delta_nll,delta_nll_se,verdict";

/** One claim that holds on one text and fails on the other, at 4 bits. */
export function claimsText(model = MODEL): string {
  const line = (bits: number, dataset: string, delta: string, verdict: string) =>
    `${model},sinq-hqq,SINQ is below HQQ,${bits},sinq,hqq,${dataset},gptq-256,128,188.1,189.4,${delta},0.00060,${verdict}`;
  return `${[
    CLAIM_COLUMNS,
    line(4, "moby-dick", "0.00630", "fails"),
    line(4, "sotu", "-0.00210", "holds"),
    line(3, "moby-dick", "0.00020", "undecided"),
  ].join("\n")}\n`;
}

const CHOICE_COLUMNS =
  "model,method,bits,group_size,tiling,aux,options,calibration,task,items,accuracy,accuracy_se,accuracy_norm,accuracy_norm_se,flip_rate,flip_rate_se,bits_per_weight,memory_gb,items_sha256,tokens_sha256";

/** BF16 and SINQ at two widths on one task of 302 items. */
export function choicesText(model = MODEL): string {
  const line = (method: string, bits: number, accuracy: number, flips: number) =>
    `${model},${method},${bits},${method === "bf16" ? ",,,," : "64,1d,f16,,"},everyday,302,${accuracy},2.800,41.500,2.850,${flips},1.900,${bits},0.0053,0123456789abcdef,07f068b41836705e`;
  return `${[CHOICE_COLUMNS, line("bf16", 16, 40.125, 0), line("sinq", 3, 39.375, 12.625), line("sinq", 4, 40.25, 1.375)].join("\n")}\n`;
}

const LAYER_COLUMNS =
  "model,layer,type,tensor,rows,cols,bits,group_size,imbalance_before,imbalance_after,kurtosis_before,kurtosis_after,kurtosis_awq,kurtosis_asinq,r2_column_scale,weight_error_rtn,weight_error_sinq,output_error_rtn,output_error_sinq";

/** Two types of layers in two blocks; SINQ is nearer in three of the four. */
export function layersText(model = MODEL): string {
  const lines = [0, 1].flatMap((layer) => [
    `${model},${layer},q,self_attn.q_proj.weight,64,128,4,64,${3 + layer},1.02,2.75,2.69,2.76,2.86,0.0027,0.0902,0.0886,0.0424,${layer ? 0.0412 : 0.0436}`,
    `${model},${layer},down,mlp.down_proj.weight,128,64,4,64,${6.5 + layer},1.03,2.93,2.83,2.94,3.02,0.1507,0.0930,0.0932,0.0523,0.0485`,
  ]);
  return `${[LAYER_COLUMNS, ...lines].join("\n")}\n`;
}

const OBJECTIVE_COLUMNS =
  "model,method,bits,group_size,tiling,aux,options,layers,imbalance,kurtosis,weight_error,output_error,dataset,protocol,windows,perplexity,delta_nll,delta_nll_se";

/** Three settings at 3 bits on one text: the evener, the less loss. */
export function objectiveText(model = MODEL): string {
  const line = (method: string, tiling: string, options: string, imbalance: number, loss: number) =>
    `${model},${method},3,64,${tiling},f16,${options},28,${imbalance},2.81,0.195,0.2,sotu,gptq-256,128,150.5,${loss},0.0006`;
  const lines = [
    line("rtn", "1d", "", 2.5, 0.021),
    line("sinq", "2d", "", 1.4, 0.019),
    line("sinq", "1d", "iterations=4", 1.2, 0.018),
  ];
  return `${[OBJECTIVE_COLUMNS, ...lines].join("\n")}\n`;
}

/** Writes a folder of results with every kind of table of a model, and one that no one knows. */
export async function writeInvented(folder: string, model = MODEL): Promise<void> {
  const files = {
    [`table1/${model}.csv`]: resultsCsv(inventRows(model)),
    [`table2/${model}.csv`]: choicesText(model),
    [`table10/${model}.csv`]: `model,method,seconds\n${model},sinq,12.5\n${model},rtn,3.25\n`,
    [`imbalance/${model}.csv`]: imbalanceText(model),
    [`layers/${model}.csv`]: layersText(model),
    [`objective/${model}.csv`]: objectiveText(model),
    [`claims/${model}.csv`]: claimsText(model),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

import type { Experiment } from "@sinqbench/report";
import type { Command } from "commander";
import { EMBEDDED } from "../model-words.ts";
import type { Session } from "../session.ts";
import { quantity } from "../terminal/quantity.ts";

/** A name, and what is said of it over one or more lines. */
type Entry = readonly [name: string, ...lines: string[]];

/** `exp list`: the record of experiments, methods, texts and models. */
export function listCommand(program: Command, session: Session): void {
  program
    .command("list")
    .description("experiments, methods, texts and models")
    .action(async () => {
      const { choiceExperiments, experiments, table5, table10 } = await import("@sinqbench/experiments");
      const { quantizers } = await import("@sinqbench/quantizers");
      const { choiceTasks } = await import("@sinqbench/choices");
      const { datasetManifests, PROTOCOL_FORMS } = await import("@sinqbench/datasets");
      const { embeddedModels, embeddedTexts } = await import("@sinqbench/embedded");
      const { architectures, modelTensors, readModelConfig } = await import("@sinqbench/models");
      const comeAlong: Entry[] = [];
      for (const { name, dir } of embeddedModels) {
        const config = await readModelConfig(dir);
        const parameters = modelTensors(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
        const shape = `${config.modelType}, ${quantity(parameters)} parameters, windows of up to ${config.maxPositions} tokens`;
        comeAlong.push([name, `${shape}; small, trained for this project`]);
      }
      section(session, "Experiments: exp ID", [
        ...Object.values<Pick<Experiment, "id" | "title" | "methods" | "bits">>({
          ...experiments,
          ...choiceExperiments,
        }).map(
          ({ id, title, methods, bits }): Entry => [id, title, `bf16, ${methods.join(", ")}; bits ${bits.join(", ")}`],
        ),
        [table10.id, table10.title, `${table10.methods.join(", ")}; bits ${table10.bits.join(", ")}`],
        [table5.id, table5.title, `widths ${table5.widths.join(", ")}; rows of inputs ${table5.tokens.join(", ")}`],
      ]);
      section(session, "Methods: --methods ID[:PRESET][,OPTION=VALUE]...,ID", [
        ["bf16", "BF16: the checkpoint's own weights, whatever their type, not rounded again"],
        ...quantizers.map(
          ({ info, defaults, presets = {} }): Entry => [
            info.id,
            `${info.label}: ${info.formula}`,
            `bits ${info.bits.join(", ")}; tiling ${info.tilings.join(", ")}; ${info.source}`,
            ...choices(
              "options",
              Object.entries(defaults).map(([name, value]) => `${name}=${value}`),
            ),
            ...choices("presets", Object.keys(presets)),
          ],
        ),
      ]);
      section(session, "Texts: --dataset ID", [
        ...embeddedTexts.map(({ name, label, source, licence }): Entry => [name, `${label}: ${source}`, licence]),
        ...datasetManifests().map(
          ({ name, label, repository, file, protocol, licence }): Entry => [
            name,
            `${label}: ${file} of ${repository} on the hub, or --dataset ${name}=FILE; by default ${protocol}`,
            licence,
          ],
        ),
      ]);
      section(
        session,
        "Protocols: --dataset ID:PROTOCOL",
        PROTOCOL_FORMS.map(([form, about]) => [form, about]),
      );
      section(
        session,
        "Multiple-choice tasks: --task ID",
        choiceTasks.map(({ name, label, source, rows, licence }) => [
          name,
          source.kind === "hub"
            ? `${label}: ${rows} items, ${source.file} of ${source.repository} on the hub, or --task ${name}=FILE`
            : `${label}: ${rows} items written for this project`,
          licence,
        ]),
      );
      section(session, "Models: exp eval MODEL", [
        [EMBEDDED, `${embeddedModels[0].name}, the first of the models that come with the repository`],
        ...comeAlong,
        ["DIR", `any Hugging Face checkpoint folder of type ${Object.keys(architectures).join(", ")}`],
        [
          "ORG/NAME",
          "the same from the hub, into the cache that its other tools use; ORG/NAME@REVISION for another than main",
        ],
      ]);
    });
}

/** "presets paper, algorithm-1", or nothing where there are none. */
function choices(what: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`${what} ${names.join(", ")}`] : [];
}

function section(session: Session, title: string, entries: readonly Entry[]): void {
  session.print(title);
  const width = Math.max(...entries.map(([name]) => name.length));
  for (const [name, ...lines] of entries) {
    for (const [i, line] of lines.entries()) session.print(`  ${(i === 0 ? name : "").padEnd(width)}  ${line}`);
  }
  session.print("");
}

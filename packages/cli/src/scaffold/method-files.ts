import type { MethodNames } from "./method-names.ts";
import { methodReadme } from "./method-readme.ts";

/** The files of a new method's package, by their path in it. */
export function methodFiles(names: MethodNames): ReadonlyMap<string, string> {
  const { id } = names;
  return new Map([
    ["package.json", manifest(names)],
    ["tsconfig.json", '{ "extends": "../../../tsconfig.base.json", "include": ["src"] }\n'],
    ["turbo.json", '{ "extends": ["//"], "tags": ["method"] }\n'],
    ["vitest.config.ts", 'export { default } from "@sinqbench/test-settings";\n'],
    ["README.md", methodReadme(names)],
    ["src/index.ts", `export { type ${names.options}, ${names.variable} } from "./${id}.ts";\n`],
    [`src/${id}.ts`, source(names)],
    [`src/${id}.test.ts`, spec(names)],
  ]);
}

function manifest({ packageName }: MethodNames): string {
  const value = {
    name: packageName,
    version: "0.1.0",
    private: true,
    license: "Apache-2.0",
    type: "module",
    exports: { ".": "./src/index.ts" },
    scripts: { typecheck: "tsc -p .", test: "vitest run" },
    dependencies: { "@sinqbench/kernels": "workspace:*", "@sinqbench/quantizer": "workspace:*" },
    devDependencies: {
      "@sinqbench/test-settings": "workspace:*",
      "@types/node": "catalog:",
      typescript: "catalog:",
      vitest: "catalog:",
    },
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function source({ id, label, options, variable }: MethodNames): string {
  return `import {
  checkConfig,
  checkWeight,
  effectiveGroup,
  type Quantizer,
  type QuantizerInfo,
  roundAndStore,
  roundings,
} from "@sinqbench/quantizer";

/** Settings beyond the common ones: none. One that is added here gets its default below. */
export type ${options} = Record<never, never>;

const info: QuantizerInfo = {
  id: "${id}",
  label: "${label}",
  formula: "W ~ s * (Q - z), s = (max - min) / (2^b - 1), z = -round(min / s), Q = round(W / s) + z",
  source: "this repository; starts as rtn",
  bits: roundings.rtn.bits,
  tilings: ["1d", "2d"],
};

/** Round to nearest, until \`quantize\` does something else: its numbers are those of rtn. */
export const ${variable}: Quantizer<${options}> = {
  info,
  defaults: {},
  quantize(weight, config, context) {
    checkConfig(info, config);
    checkWeight(weight);
    const { group } = effectiveGroup(weight.cols, config.groupSize);
    return roundAndStore(weight, { method: info.id, config, group, rounding: roundings.rtn }, context);
  },
};
`;
}

function spec({ id, variable }: MethodNames): string {
  return `import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadKernels } from "@sinqbench/kernels";
import { decode, loadAux, quantizerConformance } from "@sinqbench/quantizer";
import { describe, expect, it } from "vitest";
import { ${variable} } from "./${id}.ts";

const kernels = loadKernels();
const data = Float32Array.of(0.1, -0.2, 0.3, 1.6, -0.3, 0.4, -0.1, -1.2, 0.2, 0.1, -0.4, 0.8, -0.05, 0.15, 0.25, -2);

describe("${id}", () => {
  it.each(quantizerConformance(${variable}, { kernels }))("$name", ({ run }) => run());

  it("README shows what the code computes", () => {
    const weight = { rows: 1, cols: 16, data };
    const config = { bits: 3, groupSize: 16, tiling: "1d", aux: "f32" } as const;
    const encoded = ${variable}.quantize(weight, config, { kernels });
    const line = (title: string, values: ArrayLike<number>, digits: number) =>
      title.padEnd(2) + Array.from(values, (value) => value.toFixed(digits).padStart(7)).join("");
    const example = [
      line("W", data, 2),
      line("Q", kernels.unpack(encoded.codes, encoded.bits, 16), 0),
      line("W'", decode(encoded, kernels), 3),
      "",
      \`s = \${loadAux(encoded.scale)[0].toFixed(4)}, z = \${loadAux(encoded.zero)[0]}\`,
    ];
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    expect(readme).toContain(\`\\n\\\`\\\`\\\`\\n\${example.join("\\n")}\\n\\\`\\\`\\\`\\n\`);
  });
});
`;
}

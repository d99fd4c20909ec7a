import type { MethodNames } from "./method-names.ts";

/** README of a new method, with the sections that every method's has; true of the method as it starts. */
export function methodReadme({ id, label }: MethodNames): string {
  return `# ${label}: \`${id}\`

One sentence: what is new. As written by \`exp new quantizer ${id}\`, the method is round to nearest, and its rows in a table
equal those of \`rtn\`; a difference that appears later is the method's.

## \`${id}\`

With b bits, for every group of a row (all arithmetic in float32, halves to even):

    s  = max(max(w) - min(w), 1e-4) / (2^b - 1)
    z  = -round(min(w) / s)
    Q  = clamp(round(w / s + z), 0, 2^b - 1)
    w' = (Q - z) * s

Source: the paper and equation, or the repository and commit, whose behaviour it matches.

## Settings

| setting    | default    |                                                                                         |
| ---------- | ---------- | --------------------------------------------------------------------------------------- |
| bits       |            | 2 to 8                                                                                  |
| group size | 64 (paper) | weights along a row that share s and z; halved until it divides the width, not below 16 |
| tiling     | 1d         | 2d gives the same codes: scales belong to groups of a row either way                    |
| aux        | f16        | precision of s and z: f32, f16 or u8                                                    |

There are no further options.

## Cost in bits per weight

Codes take b bits, 3.2 at 3 bits (ten to a 32-bit word); s and z take 64 / group in f32, 32 / group in f16, 18 / group in u8.

## Worked example

One row of 16 weights, 3 bits, one group; the package's spec recomputes it:

\`\`\`
W    0.10  -0.20   0.30   1.60  -0.30   0.40  -0.10  -1.20   0.20   0.10  -0.40   0.80  -0.05   0.15   0.25  -2.00
Q       4      4      5      7      3      5      4      2      4      4      3      6      4      4      4      0
W'  0.000  0.000  0.514  1.543 -0.514  0.514  0.000 -1.029  0.000  0.000 -0.514  1.029  0.000  0.000  0.000 -2.057

s = 0.5143, z = 4
\`\`\`
`;
}

import { badWindowLength, unknownProtocol } from "../messages.ts";
import { frozenWindowsSha256 } from "./frozen-windows.ts";
import { DOCUMENT_JOIN, type Protocol, type WindowRule } from "./protocol.ts";

/** Tokens in a window of the paper's protocols. */
const PAPER_WINDOW = 2048;
const PAPER_WINDOWS = 256;

/** The forms that a protocol's name can have, for messages and lists. */
export const PROTOCOL_FORMS: readonly (readonly [form: string, about: string])[] = [
  ["gptq-2048", "rows joined by an empty line, cut into windows of 2048 tokens, every prediction scored (or gptq-N)"],
  ["c4-256", "256 windows of 2048 drawn with Python's random.seed(0) from documents that are longer (or c4-N windows)"],
  ["c4-frozen", "the windows that the published code lists instead of drawing them"],
  ["c4-new", "the first 1100 documents joined by a space, at most 256 windows of 2048"],
  ["llamacpp-512", "llama.cpp's: BOS at every window's start, the second half of 512 tokens scored (or llamacpp-N)"],
];

/** The numbers in a name: `n` windows or tokens, and the window that a suffix asks for. */
interface Numbers {
  readonly n: number;
  readonly window: number;
}

const families: readonly (readonly [pattern: RegExp, make: (numbers: Numbers) => Omit<Protocol, "name">])[] = [
  [/^gptq-(?<n>\d+)$/, ({ n }) => ({ window: n, firstScored: 1, rule: { kind: "joined", join: DOCUMENT_JOIN } })],
  // llama.cpp scores what is predicted at positions n / 2 to n - 2, that is the tokens one further on.
  [/^llamacpp-(?<n>\d+)$/, ({ n }) => ({ window: n, firstScored: Math.floor(n / 2) + 1, rule: { kind: "file" } })],
  [
    /^c4-new(?:-window(?<window>\d+))?$/,
    scoredWhole(() => ({ kind: "joined", join: " ", documents: 1100, windows: PAPER_WINDOWS })),
  ],
  [
    /^c4-frozen(?:-window(?<window>\d+))?$/,
    scoredWhole(() => ({ kind: "listed", listSha256: frozenWindowsSha256(), windows: PAPER_WINDOWS })),
  ],
  [/^c4-(?<n>[1-9]\d*)(?:-window(?<window>\d+))?$/, scoredWhole(({ n }) => ({ kind: "drawn", seed: 0, windows: n }))],
];

function scoredWhole(rule: (numbers: Numbers) => WindowRule): (numbers: Numbers) => Omit<Protocol, "name"> {
  return (numbers) => ({ window: numbers.window, firstScored: 1, rule: rule(numbers) });
}

/**
 * The protocol of a name; see {@link PROTOCOL_FORMS}. `-window512` after a c4 protocol's name shortens its windows.
 *
 * @throws BenchError `unknown-protocol`, `bad-window` (a window with nothing to predict)
 */
export function parseProtocol(name: string): Protocol {
  for (const [pattern, make] of families) {
    const found = pattern.exec(name);
    if (!found) continue;
    const { n, window = PAPER_WINDOW } = found.groups ?? {};
    const protocol = make({ n: Number(n), window: Number(window) });
    if (!Number.isSafeInteger(protocol.window) || protocol.window < 2) throw badWindowLength(protocol.window);
    return { name, ...protocol };
  }
  throw unknownProtocol(
    name,
    PROTOCOL_FORMS.map(([form]) => form),
  );
}

/** The same protocol with windows of another length, and with the name that says so. */
export function withWindow({ name, window }: Protocol, length: number): Protocol {
  if (length === window) return parseProtocol(name);
  const [base] = name.split("-window");
  if (/^(gptq|llamacpp)-/.test(name)) return parseProtocol(name.replace(/\d+$/, String(length)));
  return parseProtocol(length === PAPER_WINDOW ? base! : `${base}-window${length}`);
}

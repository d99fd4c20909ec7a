import { type CellStatus, distinct, methodStyle, type RunStatus } from "@sinqbench/report";
import { type Html, html } from "../html/html.ts";
import { bitsInWords, perplexityInWords } from "../words.ts";

/** A run that has said nothing for so long is likely to have been killed. */
const SILENT_MS = 180_000;

/** Running work: how far each run is, and its cells as they fill in; nothing where nothing runs. */
export function statusHtml(runs: readonly RunStatus[], now: Date): Html {
  return html`${runs.map((run) => runHtml(run, now))}`;
}

function runHtml(run: RunStatus, now: Date): Html {
  const count = (state: CellStatus["state"]) => run.cells.filter((cell) => cell.state === state).length;
  const silent = now.getTime() - Date.parse(run.updated);
  const left = run.seconds_left === null ? "" : `, about ${clock(run.seconds_left)} left`;
  const percent = Math.floor(100 * Math.min(1, Math.max(0, run.done)));
  return html`<article class="run">
<header><h2>${run.experiment} is running on ${run.model}</h2><p>${run.step}${left}</p></header>
<progress max="100" value="${percent}" aria-label="${run.experiment} on ${run.model}">${percent} %</progress>
<p class="note">${count("done")} of ${run.cells.length} cells done, ${count("running")} running, ${count("waiting")} to come${
    silent > SILENT_MS && ` (no news for ${clock(silent / 1000)}; was the run ended?)`
  }</p>
${cellGrid(run.cells)}
</article>`;
}

/** The table as it fills in: a line for bits and method, a column for each text. */
function cellGrid(cells: readonly CellStatus[]): Html {
  const texts = distinct(cells.map((cell) => cell.dataset));
  const lines = distinct(cells.map((cell) => JSON.stringify([cell.bits, cell.method, cell.settings ?? ""]))).map(
    (key) => JSON.parse(key) as [bits: number, method: string, settings: string],
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Cells of the run"><table class="cells">
<thead><tr><th scope="col">method</th><th scope="col">bits</th>${texts.map((text) => html`<th scope="col" class="num">${text}</th>`)}</tr></thead>
<tbody>${lines.map(
    ([bits, method, settings]) =>
      html`<tr><td>${methodStyle(method).label}${settings !== "" && ` (${settings})`}</td><td>${bitsInWords(bits)}</td>${texts.map(
        (text) => {
          const cell = cells.find(
            (one) =>
              one.bits === bits && one.method === method && (one.settings ?? "") === settings && one.dataset === text,
          );
          return html`<td class="num ${cell?.state ?? "absent"}">${cell && cellInWords(cell)}</td>`;
        },
      )}</tr>`,
  )}</tbody></table></div>`;
}

function cellInWords({ state, perplexity }: CellStatus): string {
  if (state === "done") return perplexity === null ? "done" : perplexityInWords(perplexity);
  return state === "running" ? "running" : "to come";
}

/** Seconds as people read a clock: "8 s", "2:05 min", "1:02:09 h". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}:${pad(whole % 60)} min`;
  return `${Math.floor(whole / 3600)}:${pad(Math.floor((whole % 3600) / 60))}:${pad(whole % 60)} h`;
}

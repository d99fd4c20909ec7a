import { drawCharts } from "./charts.ts";
import { follow, onFollow } from "./follow.ts";
import { startLive } from "./live.ts";
import { pick, showModels } from "./models.ts";
import { preparePrint } from "./print.ts";
import { setUpTables } from "./tables.ts";
import { setUpTheme } from "./theme.ts";
import { hideTip } from "./tip.ts";

setUpTheme();
preparePrint();

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-follow], [data-pick]");
  if (button?.dataset.follow) follow(button.dataset.follow);
  if (button?.dataset.pick !== undefined) pick(button.dataset.pick);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  hideTip();
  follow("");
});
onFollow((method) => {
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-method]")) {
    row.classList.toggle("followed", method !== "" && row.dataset.method === method);
    row.classList.toggle("faded", method !== "" && row.dataset.method !== method);
  }
  for (const button of document.querySelectorAll<HTMLElement>(".chip[data-follow]")) {
    button.setAttribute("aria-pressed", String(button.dataset.follow === method));
  }
});

/** Gives the main part its life: at the start, and again when a live page has replaced it. */
function setUp(): void {
  setUpTables();
  showModels();
  void drawCharts();
}

setUp();
startLive(setUp);

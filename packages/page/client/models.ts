/** The model that the page shows alone; "" for all. */
let picked = "";

const listeners: (() => void)[] = [];

/** Called when other parts of the page are to be seen than before. */
export function onPick(listener: () => void): void {
  listeners.push(listener);
}

/** Parts above the reader's place come and go: the section that is being read stays. */
export function pick(model: string): void {
  picked = model;
  const [section, top] = sectionRead();
  showModels();
  if (!section) return;
  const now = section.getBoundingClientRect();
  scrollBy({ top: now.bottom > BELOW_BAR ? now.top - top : now.top, behavior: "instant" });
}

/** Where what stays at the top of the window ends. */
const BELOW_BAR = 120;

function sectionRead(): [section: Element | undefined, top: number] {
  const section = [...document.querySelectorAll(".block")].findLast(
    (block) => block.getBoundingClientRect().top <= BELOW_BAR,
  );
  return [section, section?.getBoundingClientRect().top ?? 0];
}

/** Shows what belongs to the model alone, or everything; also again after the main part has been replaced. */
export function showModels(): void {
  const buttons = [...document.querySelectorAll<HTMLElement>("[data-pick]")];
  // The model's last file may be gone.
  if (!buttons.some((button) => button.dataset.pick === picked)) picked = "";
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.pick === picked));
  for (const part of document.querySelectorAll<HTMLElement>("[data-model]")) {
    part.hidden = picked !== "" && part.dataset.model !== picked;
  }
  for (const listener of listeners) listener();
}

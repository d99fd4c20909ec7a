export type Fact = readonly [name: string, value: string];

const GAP = 14;

function box(): HTMLElement {
  return document.getElementById("tip")!;
}

/** Shows a cell's facts beside a point of the window, inside it. */
export function showTip(facts: readonly Fact[], x: number, y: number): void {
  const tip = box();
  tip.replaceChildren(
    ...facts.map(([name, value]) => {
      const line = document.createElement(name === "" ? "b" : "p");
      if (name !== "") {
        const term = document.createElement("span");
        term.textContent = name;
        line.append(term, " ");
      }
      line.append(value);
      return line;
    }),
  );
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const left = x + GAP + width > clientWidth ? x - GAP - width : x + GAP;
  const top = y + GAP + height > clientHeight ? y - GAP - height : y + GAP;
  tip.style.left = `${Math.max(4, Math.min(left, clientWidth - width - 4))}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

export function hideTip(): void {
  box().hidden = true;
}

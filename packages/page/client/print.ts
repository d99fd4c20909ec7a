/** The print button; on paper a page is light, whole and without what can be pressed (the styles see to that). */
export function preparePrint(): void {
  document.getElementById("print")!.addEventListener("click", () => print());
}

const KEY = "sinqbench-theme";

/** The button changes between light and dark; until it is used the system's choice holds. */
export function setUpTheme(): void {
  const button = document.getElementById("theme") as HTMLButtonElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => {
    const { theme } = document.documentElement.dataset;
    return theme === undefined ? system.matches : theme === "dark";
  };
  const label = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to the ${isDark() ? "light" : "dark"} theme`);
  };
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // A page from a file may not be allowed to remember.
    }
    label();
  });
  system.addEventListener("change", label);
  label();
}

/** A page from a server changes with the results. */
export function startLive(setUp: () => void): void {
  if (document.documentElement.dataset.live === undefined) return;
  void setUp;
}

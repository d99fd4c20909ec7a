interface Content {
  readonly main: string;
  /** Rules of the methods' colours. */
  readonly methods: string;
  /** The charts, packed. */
  readonly charts: string;
}

/** A page from a server shows running work, and takes over new results without losing its place, filters or order. */
export function startLive(setUp: () => void): void {
  if (document.documentElement.dataset.live === undefined) return;
  const box = document.getElementById("live")!;
  const show = (html: string) => {
    box.innerHTML = html;
    box.hidden = html === "";
  };
  let version: string | undefined;
  const events = new EventSource("/events");
  const on = (name: string, act: (data: string) => void) =>
    events.addEventListener(name, (event) => act(JSON.parse((event as MessageEvent<string>).data) as string));
  on("status", show);
  on("results", (data) => {
    version = data;
    void refresh(setUp);
  });
  // Said on every connection: after a lost one results may have changed.
  on("version", (data) => {
    if (version !== undefined && version !== data) void refresh(setUp);
    version = data;
  });
  events.addEventListener("error", () =>
    show('<p class="caution">The server has gone; this page shows the last results it had.</p>'),
  );
}

async function refresh(setUp: () => void): Promise<void> {
  const response = await fetch("/content");
  if (!response.ok) return;
  const { main, methods, charts } = (await response.json()) as Content;
  const focused = document.activeElement?.id;
  document.querySelector("main")!.innerHTML = main;
  document.getElementById("methods")!.textContent = methods;
  document.getElementById("charts")!.textContent = charts;
  setUp();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { html } from "../html/html.ts";
import { portInUse } from "../messages.ts";
import { type PageContent, pageContent } from "../page-content.ts";
import { contentScript, documentOf, methodRules } from "../page-document.ts";
import type { PageOptions } from "../page-options.ts";
import { readResults } from "../results/read-results.ts";
import { statusHtml } from "./status-html.ts";
import { lookAtResults } from "./watch-results.ts";

/** What a served page takes besides what every page does. */
export interface ServeOptions extends PageOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Ends the server. */
  readonly signal: AbortSignal;
  /** How often the folder is looked at. */
  readonly everyMs?: number;
}

/** A page that is being served. */
export interface PageServer {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  /** Settles when the server has ended. */
  readonly ended: Promise<void>;
}

const HOST = "127.0.0.1";
const EVERY_MS = 1000;

/**
 * Serves the page of a folder on this machine alone, and tells open pages when results change or a run moves on. Results that
 * cannot be read leave the last good page standing, with the reason above it.
 *
 * @throws BenchError `port-in-use`
 */
export async function servePage(results: string, options: ServeOptions): Promise<PageServer> {
  const live = new LivePage(results, options);
  await live.look();
  const server = createServer((request, response) => void live.answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(portInUse(options.port, cause)));
    server.listen(options.port, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const ended = watch(live, options).finally(() => {
    live.end();
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://${HOST}:${port}/`, ended };
}

async function watch(live: LivePage, { signal, everyMs = EVERY_MS }: ServeOptions): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await live.look();
  }
}

/** The page as it stands, and who is looking at it. */
class LivePage {
  private content: PageContent = waiting("There are no results yet.");
  private fingerprint: string | undefined;
  private problem = "";
  private status = "";
  private version = 0;
  private readonly watchers = new Set<ServerResponse>();

  constructor(
    private readonly results: string,
    private readonly options: PageOptions,
  ) {}

  async look(): Promise<void> {
    const { fingerprint, runs } = await lookAtResults(this.results);
    if (fingerprint !== this.fingerprint) {
      this.fingerprint = fingerprint;
      try {
        this.content = pageContent(await readResults(this.results), this.options);
        this.problem = "";
        this.version++;
        this.tell("results", String(this.version));
      } catch (error) {
        this.problem = error instanceof Error ? error.message : String(error);
      }
    }
    const problem = this.problem === "" ? "" : html`<p class="caution">${this.problem}</p>`.text;
    const status = problem + statusHtml(runs, new Date()).text;
    if (status === this.status) return;
    this.status = status;
    this.tell("status", status);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another site's page must not read results by a name that it has pointed at this machine.
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    if (host !== HOST && host !== "localhost") return send(response, 403, "text/plain", "for this machine only\n");
    if (request.method !== "GET" && request.method !== "HEAD") return send(response, 405, "text/plain", "GET only\n");
    switch (new URL(request.url ?? "/", "http://localhost").pathname) {
      case "/":
        return send(response, 200, "text/html; charset=utf-8", await documentOf(this.content, true));
      case "/content": {
        const { main } = this.content;
        const body = { main: main.text, methods: methodRules(this.content), charts: contentScript(this.content) };
        return send(response, 200, "application/json", JSON.stringify(body));
      }
      case "/events":
        return this.watch(response);
      default:
        return send(response, 404, "text/plain", "no such page\n");
    }
  }

  end(): void {
    for (const watcher of this.watchers) watcher.end();
  }

  private watch(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(event("version", String(this.version)) + event("status", this.status));
    this.watchers.add(response);
    response.on("close", () => this.watchers.delete(response));
  }

  private tell(name: string, data: string): void {
    for (const watcher of this.watchers) watcher.write(event(name, data));
  }
}

function waiting(words: string): PageContent {
  return {
    main: html`<section class="hero"><p class="kicker">sinqbench</p><h1>${words}</h1><p class="lead">The page fills in as soon as a run has written its first table.</p></section>`,
    charts: [],
    methods: [],
  };
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

import { Worker } from "node:worker_threads";
import {
  buffersOf,
  type GraphReply,
  type GraphRequest,
  type GraphWorkerOptions,
  type NamedTensors,
} from "./graph-protocol.ts";
import { messages } from "./messages.ts";

type Reply = Extract<GraphReply, { ok: true }>;
/** Omit on each member of the union, so that a request keeps its own fields. */
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** onnxruntime in a thread of its own. Buffers given to a call move there; the reply brings them back. */
export class GraphRuntime {
  private readonly pending = new Map<
    number,
    { resolve: (reply: Reply) => void; reject: (error: Error) => void; what: string }
  >();
  private readonly graphs = new Set<string>();
  private nextId = 0;
  private closed = false;

  private constructor(private readonly worker: Worker) {
    worker.on("message", (reply: GraphReply) => this.settle(reply));
    worker.on("error", (error) => this.fail(error.message));
    worker.on("exit", (code) => this.fail(`exit code ${code}`));
  }

  static start(options: GraphWorkerOptions): GraphRuntime {
    // TensorFloat-32 would keep ten bits of float32's 23. The library reads this from the process, not from a thread.
    if (options.device === "cuda") process.env.NVIDIA_TF32_OVERRIDE = "0";
    const entry = new URL("./graph-worker-entry.mjs", import.meta.url);
    return new GraphRuntime(new Worker(entry, { workerData: options }));
  }

  /** Compiles a graph under a name that stands for it: what is asked for again is there already. */
  async addGraph(key: string, bytes: Uint8Array): Promise<void> {
    if (this.graphs.has(key)) return;
    const copy = new Uint8Array(bytes);
    await this.ask({ type: "graph", key, bytes: copy }, [copy.buffer], `graph ${key}`);
    this.graphs.add(key);
  }

  /** Tensors that following runs use by input name, until `releaseWeights` or other ones come. */
  async setWeights(tensors: NamedTensors): Promise<void> {
    await this.ask({ type: "weights", tensors }, buffersOf(tensors), "weights");
  }

  /** Hands the buffers of `setWeights` back for the next use. */
  async releaseWeights(): Promise<NamedTensors> {
    return (await this.ask({ type: "release" }, [], "weights")).tensors;
  }

  /** Runs a graph; `tensors` holds feeds and filled fetches, `seconds` is the time inside the runtime. */
  async run(
    key: string,
    feeds: NamedTensors,
    fetches: NamedTensors,
  ): Promise<{ tensors: NamedTensors; seconds: number }> {
    return this.ask({ type: "run", key, feeds, fetches }, [...buffersOf(feeds), ...buffersOf(fetches)], `graph ${key}`);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker.terminate();
  }

  private ask(request: WithoutId<GraphRequest>, transfer: ArrayBuffer[], what: string): Promise<Reply> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject, what });
      this.worker.postMessage({ id, ...request }, transfer);
    });
  }

  private settle(reply: GraphReply): void {
    const waiting = this.pending.get(reply.id)!;
    this.pending.delete(reply.id);
    if (reply.ok) waiting.resolve(reply);
    else waiting.reject(messages.runtimeFailed(waiting.what, reply.reason));
  }

  private fail(reason: string): void {
    if (this.closed && this.pending.size === 0) return;
    for (const { reject } of this.pending.values()) reject(messages.runtimeDied(reason));
    this.pending.clear();
  }
}

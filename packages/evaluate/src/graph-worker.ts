import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import {
  buffersOf,
  type GraphReply,
  type GraphRequest,
  type GraphWorkerOptions,
  type NamedTensors,
  type TensorData,
} from "./graph-protocol.ts";

/**
 * The thread that owns the runtime's sessions: `run` blocks the event loop of the thread it is called on, and the main
 * thread has progress to show and files to read ahead.
 */
const port = parentPort!;
const { threads, device = "cpu" } = workerData as GraphWorkerOptions;
const sessions = new Map<string, InferenceSession>();
let weights: NamedTensors = {};

/**
 * Numerics are pinned: prepacked weights give results 1e-6 off, so that a run would depend on which path a weight
 * took. The pool must not spin while the quantizers' threads work on the same cores.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
  executionMode: "sequential",
  // A pattern plans one large buffer from the second run on and leaves the first run's memory lying beside it: a block of
  // DeepSeek-V2.5 held 550 MB for nothing, the embedded model's blocks 160 of 590 MB. It is no faster here.
  enableMemPattern: false,
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: "basic",
  // Errors come back as exceptions; the runtime's own log would break up progress lines.
  logSeverityLevel: 4,
  extra: { session: { disable_prepacking: "1", intra_op: { allow_spinning: "0" } } },
};

const toTensor = ({ type, data, dims }: TensorData) => new Tensor(type, data as Float32Array, dims);
const toTensors = (tensors: NamedTensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toTensor(tensor)]));

async function handle(request: GraphRequest): Promise<{ tensors: NamedTensors; seconds: number }> {
  switch (request.type) {
    case "graph":
      sessions.set(request.key, await InferenceSession.create(request.bytes, SESSION_OPTIONS));
      return { tensors: {}, seconds: 0 };
    case "weights":
      weights = request.tensors;
      return { tensors: {}, seconds: 0 };
    case "release": {
      const tensors = weights;
      weights = {};
      return { tensors, seconds: 0 };
    }
    case "run": {
      const session = sessions.get(request.key)!;
      const wanted = new Set(session.inputNames);
      const resident = Object.fromEntries(Object.entries(weights).filter(([name]) => wanted.has(name)));
      const feeds = toTensors({ ...resident, ...request.feeds });
      const fetches = toTensors(request.fetches);
      const start = process.hrtime.bigint();
      const results = await session.run(feeds, fetches);
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      for (const [name, result] of Object.entries(results)) {
        // The runtime wrote into our buffer; a new one would mean that a copy is due.
        const target = request.fetches[name]!.data;
        const source = result.data as typeof target;
        if (source.buffer !== target.buffer) (target as Float32Array).set(source as Float32Array);
      }
      return { tensors: { ...request.feeds, ...request.fetches }, seconds };
    }
  }
}

port.on("message", async (request: GraphRequest) => {
  try {
    const { tensors, seconds } = await handle(request);
    port.postMessage({ id: request.id, ok: true, tensors, seconds } satisfies GraphReply, buffersOf(tensors));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    port.postMessage({ id: request.id, ok: false, reason } satisfies GraphReply);
  }
});

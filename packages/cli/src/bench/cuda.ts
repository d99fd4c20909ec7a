import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cudaMeasureScript } from "@sinqbench/kernels";
import { measuringFailed } from "../messages.ts";
import type { Session } from "../session.ts";

/** `exp bench kernels` on a GPU: every kernel checked, then seconds per model, share of the copy rate and table 5's second scale. */
export async function measureCuda(session: Session, json: string | undefined): Promise<void> {
  session.note("checks and measures the CUDA kernels: some minutes (--kernels cpu measures the C++ kernels)");
  const folder = await mkdtemp(join(tmpdir(), "exp-measure-"));
  try {
    const child = spawn("bash", [cudaMeasureScript, folder], { signal: session.io.signal });
    child.stdout.on("data", (chunk: Buffer) => session.io.stdout.write(`${chunk}`));
    child.stderr.on("data", (chunk: Buffer) => session.io.stderr.write(`${chunk}`));
    const [code] = await once(child, "close");
    if (code !== 0) throw measuringFailed(code);
    if (json === undefined) return;
    const path = session.path(json);
    await copyFile(join(folder, "measured.json"), path);
    session.note(`wrote ${session.shown(path)}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

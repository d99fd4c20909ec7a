import { type Kernels, loadKernels } from "@sinqbench/kernels";
import type { Session } from "./session.ts";

/** Loads the kernels (built at first use) and says once which ones compute, and what to do if they are the slow ones. */
export function openKernels(session: Session, threads: number): Kernels {
  const kernels = loadKernels({ threads, ...(session.kernels && { prefer: session.kernels }) });
  session.note(`kernels: ${kernels.description}`);
  if (kernels.notice !== undefined) session.note(kernels.notice);
  return kernels;
}

import koffi from "koffi";

/** GPUs that CUDA's driver shows this process, or why there are none. */
export interface VisibleGpus {
  readonly count: number;
  /** Null where there are some. */
  readonly reason: string | null;
}

let known: VisibleGpus | undefined;

/** Asks the driver, once per process; needs no toolkit, and builds nothing. */
export function visibleGpus(): VisibleGpus {
  known ??= ask();
  return known;
}

function ask(): VisibleGpus {
  const none = (reason: string): VisibleGpus => ({ count: 0, reason });
  let driver: ReturnType<typeof koffi.load>;
  try {
    driver = koffi.load(process.platform === "win32" ? "nvcuda.dll" : "libcuda.so.1");
  } catch {
    return none("the NVIDIA driver is not installed");
  }
  const start = driver.func("int cuInit(unsigned int flags)");
  const countDevices = driver.func("int cuDeviceGetCount(_Out_ int *count)");
  const status = start(0);
  if (status !== 0) return none(`cuInit returned ${status}${status === 100 ? ", no device" : ""}`);
  const count = [0];
  const counted = countDevices(count);
  if (counted !== 0) return none(`cuDeviceGetCount returned ${counted}`);
  return count[0] > 0 ? { count: count[0], reason: null } : none("the driver shows no device");
}

/** Seconds since some moment. */
export type Clock = () => number;

export const systemClock: Clock = () => Number(process.hrtime.bigint()) / 1e9;

/** What takes time while a model is quantized: the method itself by repeat, the calibration passes, and what lies between them. */
export class Stopwatch {
  /** Seconds inside the method, by repeat. */
  readonly method: number[];
  /** Inside the runtime. */
  calibration = 0;
  /** Between two runs of the runtime in one pass over a part of a block, and after the last one until the method begins. */
  statistics = 0;
  private run: { readonly end: number; readonly pass: string } | null = null;

  constructor(
    repeats: number,
    readonly clock: Clock,
  ) {
    this.method = new Array(repeats).fill(0);
  }

  /** The runtime has just taken so many seconds; `pass` names the pass that it was a part of. */
  ran(seconds: number, pass: string): void {
    const end = this.clock();
    if (this.run?.pass === pass) this.statistics += Math.max(0, end - seconds - this.run.end);
    this.calibration += seconds;
    this.run = { end, pass };
  }

  /** The method begins: what came before is over. */
  begin(): void {
    if (this.run) this.statistics += this.clock() - this.run.end;
    this.run = null;
  }
}

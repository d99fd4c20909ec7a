import type { Value } from "@sinqbench/onnx";

/** Rotary tables [length, rotaryDim / 2], and int32 [batch] of length - 1 each. */
export interface PositionInputs {
  readonly cos: Value;
  readonly sin: Value;
  readonly lastPositions: Value;
}

/** Runtime attention that takes rotary tables itself, or the ONNX operators; "auto" picks the first where it can. */
export type AttentionPath = "auto" | "fused" | "standard";

/** How many windows of which length a graph is for. */
export interface GraphWindows {
  /** Tokens in a window. */
  readonly length: number;
  /** Windows in a batch, fixed when 1 (long windows are sliced), else any number. */
  readonly batch: 1 | "any";
  readonly attention?: AttentionPath;
}

/** What attention gives, [tokens, heads * valueDim], and on the way the inputs of its own linear layers by probe site. */
export interface Attended {
  readonly mixed: Value;
  readonly probes: Readonly<Record<string, Value>>;
}

export interface MethodStyle {
  /** Name in tables and charts. */
  readonly label: string;
  /** sRGB, the same in every chart of every experiment. */
  readonly color: string;
  /** Id in published.csv where it differs. */
  readonly published?: string;
}

/**
 * Names and colours of the methods, in the order in which tables list them. The methods of the main tables have the
 * colours of Okabe and Ito's palette; the others were chosen one after another, each as far as possible from all before it
 * to readers with normal, protanopic, deuteranopic and tritanopic vision. Charts also name each method in words.
 */
export const METHOD_STYLES = {
  bf16: { label: "BF16", color: "#000000" },
  rtn: { label: "RTN", color: "#D55E00" },
  "rtn-sym": { label: "RTN (symmetric)", color: "#B04000" },
  "hadamard-rtn": { label: "Hadamard + RTN", color: "#CC79A7" },
  hqq: { label: "HQQ", color: "#009E73" },
  "hqq-sinq": { label: "HQQ (SINQ's code)", color: "#A0C090" },
  nf4: { label: "NF4 (BnB)", color: "#E69F00", published: "bnb-nf4" },
  fp4: { label: "FP4 (BnB)", color: "#804050", published: "bnb-fp4" },
  "nf4-shift": { label: "NF4 (shifted)", color: "#502000" },
  sinq: { label: "SINQ", color: "#0072B2" },
  "sinq-sym": { label: "SINQ (symmetric)", color: "#0010A0" },
  "sinq-nf4": { label: "SINQ (NF4)", color: "#7000F0" },
  "sinq-nf3": { label: "SINQ (NF3)", color: "#A070F0" },
  "sinq-hqq": { label: "SINQ (HQQ)", color: "#102040" },
  "sinq-no-overhead": { label: "SINQ (no overhead)", color: "#604090" },
  awq: { label: "AWQ", color: "#A05080" },
  "awq-column": { label: "AWQ (SINQ's code)", color: "#503060" },
  asinq: { label: "A-SINQ", color: "#56B4E9" },
  gptq: { label: "GPTQ", color: "#902000" },
  "hadamard-gptq": { label: "Hadamard + GPTQ", color: "#400070" },
} as const satisfies Record<string, MethodStyle>;

export type MethodId = keyof typeof METHOD_STYLES;

/** Whether a method id has a label and a colour. */
export function isMethodId(id: string): id is MethodId {
  return Object.hasOwn(METHOD_STYLES, id);
}

/** A method that has no style yet, as a new quantizer has none, goes by its id in grey. */
export function methodStyle(id: string): MethodStyle {
  return isMethodId(id) ? METHOD_STYLES[id] : { label: id, color: "#767676" };
}

/** The method's id in published.csv; unknown ids stay as they are. */
export function publishedId(id: string): string {
  return (isMethodId(id) && (METHOD_STYLES[id] as MethodStyle).published) || id;
}

/** How a method is named and drawn. */
export interface MethodStyle {
  /** Name in tables and charts. */
  readonly label: string;
  /** sRGB, the same in every chart of every experiment. */
  readonly color: string;
  /** Id in published.csv where it differs. */
  readonly published?: string;
}

/**
 * Names and colours of the methods, in the order in which tables list them. Vermilion, blue and sky blue of Okabe and Ito's
 * palette, then one colour after another, each as far as can be from all before it to readers with normal, protanopic,
 * deuteranopic and tritanopic vision. Charts also name each method in words.
 */
export const METHOD_STYLES = {
  bf16: { label: "BF16", color: "#000000" },
  rtn: { label: "RTN", color: "#D55E00" },
  "rtn-sym": { label: "RTN (symmetric)", color: "#601000" },
  "hadamard-rtn": { label: "Hadamard + RTN", color: "#902000" },
  hqq: { label: "HQQ", color: "#58A888" },
  "hqq-sinq": { label: "HQQ (SINQ's code)", color: "#604060" },
  nf4: { label: "NF4 (BnB)", color: "#C0B020", published: "bnb-nf4" },
  fp4: { label: "FP4 (BnB)", color: "#B04030", published: "bnb-fp4" },
  "nf4-shift": { label: "NF4 (shifted)", color: "#808090" },
  sinq: { label: "SINQ", color: "#0072B2" },
  "sinq-sym": { label: "SINQ (symmetric)", color: "#000080" },
  "sinq-nf4": { label: "SINQ (NF4)", color: "#0000D0" },
  "sinq-nf3": { label: "SINQ (NF3)", color: "#C040F0" },
  "sinq-hqq": { label: "SINQ (HQQ)", color: "#402050" },
  "sinq-no-overhead": { label: "SINQ (no overhead)", color: "#5010A0" },
  awq: { label: "AWQ", color: "#F080B0" },
  "awq-column": { label: "AWQ (SINQ's code)", color: "#806070" },
  asinq: { label: "A-SINQ", color: "#56B4E9" },
  gptq: { label: "GPTQ", color: "#400020" },
  "hadamard-gptq": { label: "Hadamard + GPTQ", color: "#D000C0" },
} as const satisfies Record<string, MethodStyle>;

/** Ids of the methods that have a name and a colour. */
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

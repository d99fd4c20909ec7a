import { describe, expect, it } from "vitest";
import { quantizerById } from "./quantizer-by-id.ts";
import { quantizers } from "./quantizers.ts";

describe("quantizerById", () => {
  it("finds every method by its id", () => {
    for (const quantizer of quantizers) expect(quantizerById(quantizer.info.id)).toBe(quantizer);
  });

  it("names the methods there are, and a likely meaning, for a misspelt id", () => {
    const act = () => quantizerById("sing");
    expect(act).toThrow(expect.objectContaining({ name: "BenchError", code: "unknown-method" }));
    expect(act).toThrow(
      'No method is called "sing". Did you mean sinq? Methods: rtn, rtn-sym, hadamard-rtn, hqq, hqq-sinq, sinq, sinq-sym, nf4, fp4, nf4-shift, sinq-nf4, sinq-nf3, sinq-hqq, sinq-no-overhead, awq, awq-column, asinq, gptq, hadamard-gptq',
    );
    expect(() => quantizerById("banana")).toThrow('No method is called "banana". Methods: rtn,');
  });

  it.each(["higgs", "bnb-nf4"])("says that %s is published but not here yet", (id) => {
    const act = () => quantizerById(id);
    expect(act).toThrow(expect.objectContaining({ code: "method-not-available" }));
    expect(act).toThrow(`${id} has published numbers but is not implemented here yet; choose among rtn, `);
  });
});

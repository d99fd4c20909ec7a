import { quantizers } from "@sinqbench/quantizers";
import { describe, expect, it } from "vitest";
import { CodeHash } from "./code-hash.ts";

const byId = (id: string) => quantizers.find(({ info }) => info.id === id)!;

describe("CodeHash", () => {
  it("is another for each method's package, and one for the methods of a package", async () => {
    const code = new CodeHash();
    const [rtn, rtnSym, sinq, gptq] = await Promise.all(
      ["rtn", "rtn-sym", "sinq", "gptq"].map((id) => code.of(byId(id))),
    );
    const none = await code.of(null);
    expect(rtnSym).toBe(rtn);
    expect(new Set([rtn, sinq, gptq, none]).size).toBe(4);
    expect(await new CodeHash().of(byId("sinq"))).toBe(sinq);
  });

  it("finds every method's own package, and takes all of them for one from elsewhere", async () => {
    const code = new CodeHash();
    const elsewhere = await code.of({ ...byId("rtn"), info: { ...byId("rtn").info } });
    expect(await code.of({ ...byId("rtn"), defaults: {} })).toBe(await code.of(byId("rtn")));
    for (const quantizer of quantizers) expect(await code.of(quantizer), quantizer.info.id).not.toBe(elsewhere);
  });
});

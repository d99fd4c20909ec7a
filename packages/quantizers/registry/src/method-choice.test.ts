import { describe, expect, it } from "vitest";
import { methodChoice } from "./method-choice.ts";
import { quantizerById } from "./quantizer-by-id.ts";

describe("methodChoice", () => {
  it("is the method itself where nothing follows its name", () => {
    expect(methodChoice("sinq")).toEqual({ quantizer: quantizerById("sinq"), config: {}, options: null });
    expect(methodChoice("sinq").quantizer).toBe(quantizerById("sinq"));
  });

  it("takes options of the types that their defaults have", () => {
    const { quantizer, config, options } = methodChoice(
      "sinq:iterations=4,earlyStop=false,rounding=rtn-sym,stepMax=1.5",
    );
    expect(quantizer.defaults).toEqual({
      ...quantizerById("sinq").defaults,
      iterations: 4,
      earlyStop: false,
      rounding: "rtn-sym",
      stepMax: 1.5,
    });
    expect(config).toEqual({});
    expect(options).toBe("iterations=4 earlyStop=false rounding=rtn-sym stepMax=1.5");
    expect(methodChoice("sinq:kurtosisLimit=Infinity").quantizer.defaults).toEqual(quantizerById("sinq").defaults);
  });

  it("takes a preset first, with its precision, and options on top of it", () => {
    const { quantizer, config, options } = methodChoice("sinq:code-2026-02, iterations=4");
    expect(quantizer.defaults).toMatchObject({ kurtosisLimit: 5, iterations: 4 });
    expect(config).toEqual({ aux: "u8" });
    expect(options).toBe("code-2026-02 iterations=4");
    expect(methodChoice("sinq:code-2026-02,aux=f32").config).toEqual({ aux: "f32" });
  });

  it("takes settings of every method for this one alone, which are no options of it", () => {
    const { quantizer, config, options } = methodChoice("rtn:aux=u8,groupSize=128,tiling=2d");
    expect(quantizer).toBe(quantizerById("rtn"));
    expect(config).toEqual({ aux: "u8", groupSize: 128, tiling: "2d" });
    expect(options).toBeNull();
    expect(methodChoice("rtn:groupSize=16").config).toEqual({ groupSize: 16 });
  });

  it.each([
    ["sinqq", "unknown-method", /Did you mean sinq\?/],
    ["sinq:", "unknown-option", /sinq has no preset or option ""\./],
    ["sinq:code-2026-20", "unknown-option", /no preset or option "code-2026-20"\. Did you mean code-2026-02\?/],
    ["sinq:iteration=4", "unknown-option", /Did you mean iterations\? Presets: paper, .* Options, .* iterations, /],
    ["sinq:iterations=4,paper", "unknown-option", /"paper"/],
    ["sinq:toString", "unknown-option", /"toString"/],
    [
      "rtn:iterations=4",
      "unknown-option",
      /rtn has no preset or option "iterations"\. Options, as NAME=VALUE: aux, groupS/,
    ],
    ["sinq:iterations=four", "invalid-option", /sinq: option iterations is four and must be a whole number/],
    ["sinq:iterations=", "invalid-option", /option iterations is {2}and must be/],
    ["sinq:earlyStop=yes", "invalid-option", /option earlyStop is yes and must be true or false/],
    ["sinq:rounding=rtm", "invalid-option", /option rounding is rtm and must be one of rtn, /],
    ["sinq:aux=f8", "invalid-option", /sinq: aux is f8 and must be one of f32, f16, u8/],
    ["sinq:groupSize=15", "invalid-option", /groupSize is 15 and must be a whole number of at least 16/],
    ["sinq:tiling=3d", "invalid-option", /tiling is 3d and must be one of 1d, 2d/],
  ])("refuses %s", (text, code, message) => {
    expect(() => methodChoice(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

import { expect, test } from "vitest";
import { ProtoWriter } from "./protobuf.ts";

const hex = (writer: ProtoWriter) => Buffer.from(writer.finish()).toString("hex");

// Expected bytes: the examples of the protocol-buffers encoding guide, and negative integers as it defines them.
test("an integer takes as few bytes as it needs", () => {
  expect(hex(new ProtoWriter().int(1, 150))).toBe("089601");
  expect(hex(new ProtoWriter().int(1, 127))).toBe("087f");
  expect(hex(new ProtoWriter().int(1, 128))).toBe("088001");
});

test("a negative integer takes ten bytes", () => {
  expect(hex(new ProtoWriter().int(1, -1))).toBe("08ffffffffffffffffff01");
});

test("a field number above 15 takes two bytes", () => {
  expect(hex(new ProtoWriter().int(20, 2))).toBe("a00102");
});

test("strings, nested messages and floats", () => {
  expect(hex(new ProtoWriter().string(2, "testing"))).toBe("120774657374696e67");
  expect(hex(new ProtoWriter().message(3, new ProtoWriter().int(1, 150)))).toBe("1a03089601");
  expect(hex(new ProtoWriter().float(2, 1))).toBe("150000803f");
});

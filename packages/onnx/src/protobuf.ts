/** Writer of the protocol-buffers wire format: the four field kinds that ONNX files use. */
export class ProtoWriter {
  private readonly parts: Uint8Array[] = [];

  /** Field of type int32, int64 or enum; negative values take ten bytes, as the format says. */
  int(field: number, value: number | bigint): this {
    return this.tag(field, 0).push(varint(BigInt.asUintN(64, BigInt(value))));
  }

  /** Field of type float. */
  float(field: number, value: number): this {
    return this.tag(field, 5).push(new Uint8Array(new Float32Array([value]).buffer));
  }

  /** Field of type string, UTF-8. */
  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** Field of type bytes, or of packed numbers. */
  bytes(field: number, value: Uint8Array): this {
    return this.tag(field, 2)
      .push(varint(BigInt(value.length)))
      .push(value);
  }

  /** Field that holds a message. */
  message(field: number, value: ProtoWriter): this {
    return this.bytes(field, value.finish());
  }

  /** The message written so far. */
  finish(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.parts));
  }

  private tag(field: number, wireType: number): this {
    return this.push(varint(BigInt(field * 8 + wireType)));
  }

  private push(bytes: Uint8Array): this {
    this.parts.push(bytes);
    return this;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

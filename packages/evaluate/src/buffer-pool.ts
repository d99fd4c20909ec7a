/** Buffers that go round: a run takes and hands back the same few sizes all the time. */
export class BufferPool {
  private readonly spare: Float32Array<ArrayBuffer>[] = [];

  borrow(length: number): Float32Array<ArrayBuffer> {
    const index = this.spare.findIndex((buffer) => buffer.length === length);
    return index < 0 ? new Float32Array(length) : this.spare.splice(index, 1)[0]!;
  }

  giveBack(buffer: Float32Array<ArrayBuffer>): void {
    this.spare.push(buffer);
  }
}

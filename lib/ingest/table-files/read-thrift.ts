/** A struct of Thrift's compact protocol by field number. Texts are UTF-8; long integers are numbers as far as they fit. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
export type ThriftValue = number | boolean | string | ThriftStruct | readonly ThriftValue[];

const MAX_DEPTH = 80;

/** One struct from the start of the bytes; undefined where they end early or are not of this protocol. */
export function readThrift(bytes: Uint8Array): ThriftStruct | undefined {
  const reading = new CompactReading(bytes);
  const struct = reading.struct(0);
  return reading.isBroken ? undefined : struct;
}

class CompactReading {
  isBroken = false;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  struct(depth: number): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    if (depth > MAX_DEPTH) this.isBroken = true;
    while (!this.isBroken) {
      const head = this.#byte();
      const type = head & 0x0f;
      if (type === 0) break;
      const step = head >> 4;
      id = step === 0 ? zigzag(this.#varint()) : id + step;
      fields.set(id, this.#value(type, depth));
    }
    return fields;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    this.#at += 1;
    if (byte === undefined) this.isBroken = true;
    return byte ?? 0;
  }

  /** Multiplied, not shifted: 64 bits do not fit into a shift. */
  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let step = 0; step < 10; step++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    this.isBroken = true;
    return value;
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
        return true;
      case 2:
        return false;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return zigzag(this.#varint());
      case 7:
        return this.#double();
      case 8:
        return this.#text();
      case 9:
      case 10:
        return this.#list(depth);
      case 11:
        return this.#map(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        this.isBroken = true;
        return 0;
    }
  }

  #double(): number {
    const at = this.#at;
    this.#at += 8;
    if (this.#at > this.#bytes.length) {
      this.isBroken = true;
      return 0;
    }
    return this.#view.getFloat64(at, true);
  }

  #text(): string {
    const length = this.#varint();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) {
      this.isBroken = true;
      return "";
    }
    return new TextDecoder().decode(this.#bytes.subarray(start, this.#at));
  }

  #list(depth: number): readonly ThriftValue[] {
    const head = this.#byte();
    const type = head & 0x0f;
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Each item takes a byte at least: a larger size is no list.
    if (size > this.#bytes.length || depth > MAX_DEPTH) this.isBroken = true;
    const items: ThriftValue[] = [];
    while (items.length < size && !this.isBroken) items.push(this.#item(type, depth + 1));
    return items;
  }

  /** Booleans in a list take a byte each; as fields they are in the type. */
  #item(type: number, depth: number): ThriftValue {
    return type === 1 || type === 2 ? this.#byte() === 1 : this.#value(type, depth);
  }

  #map(depth: number): readonly ThriftValue[] {
    const size = this.#varint();
    if (size === 0) return [];
    const types = this.#byte();
    if (size > this.#bytes.length || depth > MAX_DEPTH) this.isBroken = true;
    for (let at = 0; at < size && !this.isBroken; at++) {
      this.#item(types >> 4, depth + 1);
      this.#item(types & 0x0f, depth + 1);
    }
    return [];
  }
}

const zigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

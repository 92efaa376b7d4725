/** Room for more than was asked for, so that a graph that grows a little finds it. */
const SLACK = 1 / 16;

/**
 * Arrays that one build after the other works in. New ones for each version of a large graph would be tens of megabytes, and
 * the collector of garbage would go through the whole heap to have them back. What a snapshot keeps is never one of them.
 */
export class WorkArrays {
  readonly #int32 = new Map<string, Int32Array>();
  readonly #uint16 = new Map<string, Uint16Array>();

  /** Holds whatever was left there. The array of this name that was given before is used no more. */
  int32(name: string, size: number): Int32Array {
    let kept = this.#int32.get(name);
    if (kept === undefined || kept.length < size) {
      kept = new Int32Array(size + Math.ceil(size * SLACK));
      this.#int32.set(name, kept);
    }
    return kept.subarray(0, size);
  }

  /** Holds whatever was left there. The array of this name that was given before is used no more. */
  uint16(name: string, size: number): Uint16Array {
    let kept = this.#uint16.get(name);
    if (kept === undefined || kept.length < size) {
      kept = new Uint16Array(size + Math.ceil(size * SLACK));
      this.#uint16.set(name, kept);
    }
    return kept.subarray(0, size);
  }
}

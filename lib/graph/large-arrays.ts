/** Below this, in bytes, an array is an ordinary one. */
const LARGE = 2 ** 18;
/** So much may wait to be collected, in bytes. */
const MOST_WAITING = 2 ** 28;

let waiting = 0;
const collected = new FinalizationRegistry<number>((bytes) => {
  waiting -= bytes;
});

/**
 * An array for a snapshot of a large graph. For each 64 MB of new ordinary ones V8 collects the garbage of the whole heap:
 * with a million edges after every other commit, which took two thirds of the processor's time that commits took. Buffers
 * that can be shared are not counted. So that garbage does not pile up, there are only so many of them that are not
 * collected yet; then ordinary ones bring the collector.
 */
export const largeInt32Array = (size: number): Int32Array =>
  new Int32Array(bufferOf(size * Int32Array.BYTES_PER_ELEMENT));

/** See `largeInt32Array`. */
export const largeUint16Array = (size: number): Uint16Array =>
  new Uint16Array(bufferOf(size * Uint16Array.BYTES_PER_ELEMENT));

/** See `largeInt32Array`. */
export const largeUint8Array = (size: number): Uint8Array => new Uint8Array(bufferOf(size));

function bufferOf(bytes: number): ArrayBufferLike {
  // Browsers have it only for pages that are alone in their process.
  const isShared = typeof SharedArrayBuffer !== "undefined" && bytes >= LARGE;
  if (!isShared || waiting + bytes > MOST_WAITING) return new ArrayBuffer(bytes);
  const buffer = new SharedArrayBuffer(bytes);
  waiting += bytes;
  collected.register(buffer, bytes);
  return buffer;
}

import { createHash } from "node:crypto";

const LONGEST = 1000;

/**
 * A text as the stores may index it. Names as people write them stay as they are; one that is very long, or that a store
 * cannot hold unchanged (a NUL, half a surrogate pair), is replaced by its digest and a readable beginning. The name
 * itself is always read from the body beside the key.
 */
export function storageKey(text: string): string {
  if (text.length <= LONGEST && !text.includes("\0") && text.isWellFormed()) return text;
  const digest = createHash("sha256").update(JSON.stringify(text)).digest("hex");
  return `sha256:${digest}:${text.slice(0, 80).replaceAll("\0", "").toWellFormed()}`;
}

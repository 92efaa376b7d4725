import * as crypto from "node:crypto";

// crypto.hash is twice as fast as createHash and came with Node 20.12.
const hashOnce: ((algorithm: string, data: string, encoding: "base64") => string) | undefined = (
  crypto as { hash?: (algorithm: string, data: string, encoding: "base64") => string }
).hash;

/** A short digest of a claim's body: two bodies of one claim with the same digest are taken for the same. */
export function digestBody(body: string): string {
  const digest = hashOnce
    ? hashOnce("sha1", body, "base64")
    : crypto.createHash("sha1").update(body).digest("base64");
  return digest.slice(0, 22);
}

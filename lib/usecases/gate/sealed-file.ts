import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Bytes of the digest before the body, and of the line end behind it. */
const SEAL = 64;

/** A body as it was written; "damaged" where it is another now, undefined where there is no file. */
export async function readSealed(path: string): Promise<Buffer | "damaged" | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const body = bytes.subarray(SEAL + 1);
  return digestOf(body) === bytes.toString("latin1", 0, SEAL) ? body : "damaged";
}

/** The first line is the digest of the rest, so that half a file counts for nothing. What cannot be written is left. */
export async function writeSealed(path: string, body: Uint8Array | string): Promise<boolean> {
  const aside = `${path}.${process.pid}.tmp`;
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    // Nobody means to commit it.
    await writeFile(join(folder, ".gitignore"), "*\n");
    await writeFile(aside, [`${digestOf(body)}\n`, body]);
    await rename(aside, path);
    return true;
  } catch {
    await rm(aside, { force: true }).catch(() => undefined);
    return false;
  }
}

export const digestOf = (text: Uint8Array | string): string =>
  createHash("sha256").update(text).digest("hex");

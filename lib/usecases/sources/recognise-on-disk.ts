import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FileKind } from "#lib/model/source-kind.ts";
import { READ_LIMITS, readFiles } from "./read-files.ts";
import { recogniseFile } from "./recognise-file.ts";

const HEAD_BYTES = 65_536;
const ARCHIVE = /\.(?:zip|tar|tgz|gz)$/i;
/** Of an archive that is only looked into. */
const ARCHIVE_LIMITS = { ...READ_LIMITS, totalBytes: 500_000_000 };

/** How many bytes may still be read to the end, by all files that are looked at together. */
export interface WholeReads {
  bytes: number;
}

/**
 * What a file on disk is, and what the files in an archive are. Most say so at their start; JSON that does not (a manifest
 * whose telling keys come after all its nodes) is read to its end, as long as there is something left of `whole`.
 */
export async function recogniseOnDisk(
  { root, path }: { readonly root: string; readonly path: string },
  whole: WholeReads,
): Promise<readonly FileKind[]> {
  const full = join(root, path);
  if (ARCHIVE.test(path)) return recogniseArchive(full, whole);
  const text = await readHead(full, HEAD_BYTES);
  if (text === undefined) return [];
  const kind = recogniseFile({ path, text });
  if (kind !== undefined) return [kind];
  const isCut = Buffer.byteLength(text) >= HEAD_BYTES && /^\s*[{[]/.test(text);
  return isCut && (await claim(full, whole)) ? kindsOf(full, path) : [];
}

async function recogniseArchive(full: string, whole: WholeReads): Promise<readonly FileKind[]> {
  return (await claim(full, whole)) ? kindsOf(full) : [];
}

async function kindsOf(full: string, path?: string): Promise<readonly FileKind[]> {
  const { files } = await readFiles([full], { limits: ARCHIVE_LIMITS });
  const kinds = files.map((file) => recogniseFile(path === undefined ? file : { ...file, path }));
  return [...new Set(kinds)].filter((kind) => kind !== undefined);
}

async function claim(full: string, whole: WholeReads): Promise<boolean> {
  const size = await sizeOf(full);
  if (size === undefined || size > whole.bytes) return false;
  whole.bytes -= size;
  return true;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}

/** The first bytes of a file as text; undefined where it cannot be read. */
export async function readHead(path: string, bytes = HEAD_BYTES): Promise<string | undefined> {
  try {
    const handle = await open(path, "r");
    try {
      const buffer = Buffer.alloc(bytes);
      const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

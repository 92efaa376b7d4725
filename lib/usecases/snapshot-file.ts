import { open, readFile, rename, rm } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { createGraphView, type GraphView } from "./graph-view.ts";

const MAGIC = "FAULTLN1";
const HEADER_BYTES = 32;

/** What the file holds: the merged graph of one version, with the stamp of when it was written. */
interface Kept {
  readonly graph: MergedGraph;
  readonly at: string;
}

/**
 * Keeps a version beside the store, for the next start and for when the store is away. Written aside, synced and then
 * renamed, so that a crash leaves the old file or the new one. The file is a convenience: failing to write it is no error.
 *
 * Layout: 8 bytes name, 8 bytes length of the body, 4 bytes crc of the body, 12 bytes reserved, body.
 */
export async function writeSnapshotFile(path: string, view: GraphView): Promise<boolean> {
  const kept: Kept = { graph: view.graph, at: view.asOf.at };
  const aside = `${path}.${process.pid}.tmp`;
  try {
    const body = serialize(kept);
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(MAGIC, 0, "latin1");
    header.writeBigUInt64LE(BigInt(body.length), 8);
    header.writeUInt32LE(crc32(body), 16);
    const file = await open(aside, "w");
    try {
      await file.write(header);
      await file.write(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    return true;
  } catch {
    await rm(aside, { force: true });
    return false;
  }
}

/** The kept version, or undefined where there is none, or one that is damaged or of another layout. */
export async function readSnapshotFile(path: string): Promise<GraphView | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch {
    return undefined;
  }
  const body = bodyOf(bytes);
  if (!body) return undefined;
  try {
    const kept = deserialize(body) as Partial<Kept>;
    if (!kept.graph || !(kept.graph.assets instanceof Map) || typeof kept.at !== "string") {
      return undefined;
    }
    const asOf = { version: kept.graph.version, at: kept.at };
    return createGraphView(kept.graph, asOf);
  } catch {
    return undefined;
  }
}

function bodyOf(bytes: Buffer): Buffer | undefined {
  if (bytes.length < HEADER_BYTES || bytes.toString("latin1", 0, 8) !== MAGIC) return undefined;
  const length = Number(bytes.readBigUInt64LE(8));
  if (bytes.length !== HEADER_BYTES + length) return undefined;
  const body = bytes.subarray(HEADER_BYTES);
  return crc32(body) === bytes.readUInt32LE(16) ? body : undefined;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** The crc of zip and gzip. Node has its own only from 20.15 on. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

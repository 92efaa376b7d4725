import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import * as zlib from "node:zlib";
import { decodeVersion, encodeVersion } from "#lib/graph/snapshot-codec.ts";
import { buildAhead, createGraphView, type GraphView, keepSnapshot } from "./graph-view.ts";

const MAGIC = "FAULTLN2";
/** Sections of the body then begin at multiples of 64, in the file and in memory. */
const HEADER_BYTES = 64;

/** From here on the header is empty. */
const RESERVED = 28;

let written = 0;

/**
 * Keeps a version beside the store, for the next start and for when the store is away. Written aside, synced and then
 * renamed, so that a crash leaves the old file or the new one. It is written piece by piece, so that a server answers
 * meanwhile. The file is a convenience: failing to write it is no error.
 *
 * Layout: 8 bytes name, 8 bytes length of the body, 8 bytes where in the body its table begins, 4 bytes crc of the body,
 * reserved up to 64 bytes, body (see `encodeVersion`). Numbers are little-endian.
 */
export async function writeSnapshotFile(path: string, view: GraphView): Promise<boolean> {
  const aside = `${path}.${process.pid}.${written++}.tmp`;
  try {
    const file = await open(aside, "w");
    try {
      await writeBody(file, view);
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

async function writeBody(file: FileHandle, view: GraphView): Promise<void> {
  const { graph, asOf } = view;
  let length = 0;
  let tableStart = 0;
  let crc = 0;
  for (const piece of encodeVersion({ graph, snapshot: buildAhead(graph), at: asOf.at })) {
    await writeAll(file, piece, HEADER_BYTES + length);
    crc = crc32(piece, crc);
    tableStart = length;
    length += piece.length;
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, "latin1");
  header.writeBigUInt64LE(BigInt(length), 8);
  header.writeBigUInt64LE(BigInt(tableStart), 16);
  header.writeUInt32LE(crc, 24);
  await writeAll(file, header, 0);
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const rest = bytes.length - done;
    const { bytesWritten } = await file.write(bytes, done, rest, position + done);
    done += bytesWritten;
  }
}

/** The kept version, or undefined where there is none, or one that is damaged or of another layout. */
export async function readSnapshotFile(path: string): Promise<GraphView | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    return undefined;
  }
  // A small file comes from a shared buffer, where it stands at any place.
  if (bytes.byteOffset % HEADER_BYTES !== 0) bytes = Uint8Array.from(bytes);
  const found = bodyOf(bytes);
  const kept = found && decodeVersion(found.body, found.tableStart);
  if (!kept) return undefined;
  keepSnapshot(kept.graph, kept.snapshot);
  return createGraphView(kept.graph, { version: kept.graph.version, at: kept.at });
}

function bodyOf(
  bytes: Uint8Array,
): { readonly body: Uint8Array; readonly tableStart: number } | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (header.toString("latin1", 0, 8) !== MAGIC) return undefined;
  if (header.subarray(RESERVED).some((byte) => byte !== 0)) return undefined;
  const length = Number(header.readBigUInt64LE(8));
  const tableStart = Number(header.readBigUInt64LE(16));
  if (bytes.length !== HEADER_BYTES + length || tableStart > length) return undefined;
  const body = bytes.subarray(HEADER_BYTES);
  return crc32(body, 0) === header.readUInt32LE(24) ? { body, tableStart } : undefined;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

type Crc32 = (bytes: Uint8Array, before: number) => number;

/** The crc of zip and gzip, going on from that of what came before. Node has its own only from 20.15 on. */
const crc32: Crc32 =
  "crc32" in zlib
    ? (zlib.crc32 as Crc32)
    : (bytes, before) => {
        let crc = ~before;
        for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
        return ~crc >>> 0;
      };

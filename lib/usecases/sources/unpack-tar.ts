import type { ArchiveLimits, UnpackedArchive } from "../gate/archive-gate.ts";
import { ArchiveGate } from "../gate/archive-gate.ts";

const BLOCK = 512;

/** A tar archive has its format's mark in the first header; what is older than that mark (1988) is not read. */
export const isTar = (bytes: Uint8Array): boolean =>
  bytes.length >= BLOCK && textOf(bytes.subarray(257, 262)) === "ustar";

/**
 * The files of a tar archive (ustar, pax and GNU long names), by path. Folders and links are left out; paths that climb
 * out and what is over a limit are refused. Of an archive that was cut off, what came before is given.
 */
export function unpackTar(bytes: Uint8Array, limits: ArchiveLimits): UnpackedArchive {
  const gate = new ArchiveGate(limits);
  const entries = new Map<string, Uint8Array>();
  let longName: string | undefined;
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const header = readHeader(bytes.subarray(at, at + BLOCK));
    if (header === "end") return finish(entries, gate);
    const body =
      header === undefined ? undefined : bytes.subarray(at + BLOCK, at + BLOCK + header.size);
    if (header === undefined || body === undefined || body.length < header.size) break;
    at += BLOCK * (1 + Math.ceil(header.size / BLOCK));
    if (header.type === "L") longName = textOf(body);
    else if (header.type === "x") longName = paxPath(body) ?? longName;
    else {
      const path = (longName ?? header.path).replace(/^(?:\.\/)+/, "");
      longName = undefined;
      if (header.type === "file" && isWanted(path) && gate.admits({ path, bytes: header.size }))
        entries.set(path, body);
    }
  }
  return finish(entries, gate, "the tar archive ends before its last entry does");
}

function finish(
  entries: ReadonlyMap<string, Uint8Array>,
  gate: ArchiveGate,
  fault?: string,
): UnpackedArchive {
  return {
    entries: [...entries]
      .map(([path, bytes]) => ({ path, bytes }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    problems: [
      ...gate.problems,
      ...(fault === undefined ? [] : [{ message: fault, large: false }]),
    ],
  };
}

/** macOS writes a shadow `._name` beside each file. */
const isWanted = (path: string): boolean =>
  path !== "" && !path.slice(path.lastIndexOf("/") + 1).startsWith("._");

interface TarHeader {
  readonly path: string;
  readonly size: number;
  /** `L`: the body is the next entry's name; `x`: its attributes. */
  readonly type: "file" | "L" | "x" | "other";
}

/** Undefined: not a header, the archive is damaged. */
function readHeader(block: Uint8Array): TarHeader | "end" | undefined {
  if (block.every((byte) => byte === 0)) return "end";
  const size = readSize(block.subarray(124, 136));
  if (size === undefined || !hasRightSum(block)) return undefined;
  const flag = block[156] ?? 0;
  const prefix =
    textOf(block.subarray(257, 263)) === "ustar" ? textOf(block.subarray(345, 500)) : "";
  const name = textOf(block.subarray(0, 100));
  return { path: prefix === "" ? name : `${prefix}/${name}`, size, type: typeOf(flag) };
}

function typeOf(flag: number): TarHeader["type"] {
  if (flag === 0 || flag === 0x30 || flag === 0x37) return "file";
  if (flag === 0x4c) return "L";
  return flag === 0x78 ? "x" : "other";
}

/** Octal digits, or for large sizes a number in base 256 with its highest bit set. */
function readSize(field: Uint8Array): number | undefined {
  const [first = 0] = field;
  if ((first & 0x80) !== 0) {
    const size = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, first & 0x7f);
    return Number.isSafeInteger(size) ? size : undefined;
  }
  const digits = textOf(field).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}

/** The sum of all bytes, with its own field taken as spaces. */
function hasRightSum(block: Uint8Array): boolean {
  const said = Number.parseInt(textOf(block.subarray(148, 156)).trim(), 8);
  const sum = block.reduce(
    (total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte),
    0,
  );
  return sum === said;
}

/** Records as `LENGTH key=value\n`, of which the length counts itself. */
function paxPath(body: Uint8Array): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = Number.parseInt(textOf(body.subarray(at, space)), 10);
    if (space < 0 || !(length > 0)) return path;
    const record = textOf(body.subarray(space + 1, at + length - 1));
    if (record.startsWith("path=")) path = record.slice("path=".length);
    at += length;
  }
  return path;
}

/** Up to the first zero byte. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder("utf-8").decode(end < 0 ? bytes : bytes.subarray(0, end));
}

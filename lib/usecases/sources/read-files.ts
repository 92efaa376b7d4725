import type { Dirent } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { FileKind } from "#lib/model/source-kind.ts";
import { describeTableFile, isTableFile } from "./describe-table-file.ts";
import { isTar, unpackTar } from "./unpack-tar.ts";
import { unpackZip } from "./unpack-zip.ts";

export interface ReadLimits {
  /** Of one file after unpacking, in bytes. */
  readonly fileBytes: number;
  /** Of all files together, in bytes. */
  readonly totalBytes: number;
  readonly files: number;
}

/** A JavaScript string ends at 512 MB; no artefact seen is above 60. */
export const READ_LIMITS: ReadLimits = {
  fileBytes: 400_000_000,
  totalBytes: 2_000_000_000,
  files: 50_000,
};

/** A file with the path that was asked for: what lies under one path and is of one kind is one source. */
export interface ReadFile extends SourceFile {
  readonly root: string;
  /** What it is, where whoever asked for it knows: an answer may be too empty to be recognised. */
  readonly kind?: FileKind;
}

export interface FilesRead {
  readonly files: readonly ReadFile[];
  readonly problems: readonly Problem[];
}

/** Folders that hold what tools made on the way, never what people mean by a source. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  "node_modules",
  "dbt_packages",
  "dbt_modules",
  "__pycache__",
  "venv",
]);
/** Inside a dbt target folder: the same SQL again, as the manifest holds it. */
const DBT_COPIES: ReadonlySet<string> = new Set(["compiled", "run"]);
const READ_IN_FOLDERS =
  /\.(?:json|jsonl|ndjson|yaml|yml|csv|tsv|sql|ddl|twb|tds|tmdl|bim|pbir|lkml|lookml|avsc|avpr|proto|properties|parquet|pq|duckdb|ddb)(?:\.gz)?$|\.(?:zip|twbx|tdsx|tar|tgz|tar\.gz)$|^MLmodel$/i;

const IS_TEXT = /\.(?:json|jsonl|ndjson|ya?ml|sql|ddl|avsc|avpr)$/i;

/**
 * Reads files and folders, in the order of their names. Folders are walked without hidden folders; symbolic links are
 * followed as long as they stay inside the folder that was named; zip, tar and gz files are unpacked within limits. What
 * cannot be read is a problem, the rest is given. Paths in the answer are relative to `cwd` where they lie below it, so
 * that a source has one name wherever the checkout is.
 */
export async function readFiles(
  paths: readonly string[],
  options: { readonly limits?: ReadLimits; readonly cwd?: string } = {},
): Promise<FilesRead> {
  const reading = new Reading(options.limits ?? READ_LIMITS, options.cwd ?? process.cwd());
  for (const path of paths) await reading.path(path);
  return { files: reading.files, problems: reading.problems };
}

class Reading {
  readonly files: ReadFile[] = [];
  readonly problems: Problem[] = [];
  private bytes = 0;
  private full = false;
  private readonly limits: ReadLimits;
  private readonly cwd: string;
  private root = "";

  constructor(limits: ReadLimits, cwd: string) {
    this.limits = limits;
    this.cwd = cwd;
  }

  async path(path: string): Promise<void> {
    this.root = this.shown(path);
    try {
      const found = await stat(path);
      if (found.isDirectory()) {
        const root = await realpath(path);
        await this.folder({ path, root, open: new Set([root]) });
      } else if (found.isFile()) await this.file(path, found.size);
      else this.unreadable(path, "it is neither a file nor a folder");
    } catch (error) {
      this.unreadable(path, reasonOf(error));
    }
  }

  private async folder(at: {
    readonly path: string;
    readonly root: string;
    readonly open: ReadonlySet<string>;
  }): Promise<void> {
    let entries: Dirent[];
    try {
      entries = await readdir(at.path, { withFileTypes: true });
    } catch (error) {
      this.unreadable(at.path, reasonOf(error));
      return;
    }
    const isTarget = entries.some((entry) => entry.name === "manifest.json");
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (this.full) return;
      if (entry.name.startsWith(".") || SKIPPED_FOLDERS.has(entry.name)) continue;
      if (isTarget && DBT_COPIES.has(entry.name)) continue;
      await this.entry(join(at.path, entry.name), at);
    }
  }

  private async entry(
    path: string,
    at: { readonly root: string; readonly open: ReadonlySet<string> },
  ): Promise<void> {
    try {
      const link = (await lstat(path)).isSymbolicLink();
      const real = link ? await realpath(path) : undefined;
      if (real !== undefined && real !== at.root && !real.startsWith(at.root + sep)) {
        this.skipped(path, "the link leads out of the folder");
        return;
      }
      const found = await stat(path);
      if (found.isDirectory()) {
        const place = real ?? (await realpath(path));
        if (at.open.has(place)) this.skipped(path, "the link leads back to a folder that it is in");
        else await this.folder({ path, root: at.root, open: new Set([...at.open, place]) });
      } else if (found.isFile() && READ_IN_FOLDERS.test(baseName(path)))
        await this.file(path, found.size);
      else if (found.isFile()) this.skipped(path, "files of this type are not read");
    } catch (error) {
      this.unreadable(path, reasonOf(error));
    }
  }

  private async file(path: string, size: number): Promise<void> {
    if (isTableFile(path)) {
      const described = await describeTableFile(path);
      if (described.ok) this.add(path, Buffer.from(described.value));
      else this.unreadable(path, described.error);
      return;
    }
    if (size > this.limits.fileBytes) {
      this.tooLarge(path, `the file has ${size} bytes; at most ${this.limits.fileBytes} are read`);
      return;
    }
    const bytes = await readFile(path);
    if (isZip(bytes)) this.archive(path, bytes, unpackZip);
    else if (isTar(bytes)) this.archive(path, bytes, unpackTar);
    else if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      const unpacked = await gunzip(bytes, this.limits.fileBytes);
      if (unpacked.ok && isTar(unpacked.bytes)) this.archive(path, unpacked.bytes, unpackTar);
      else if (unpacked.ok) this.add(path.replace(/\.gz$/i, ""), unpacked.bytes);
      else if (unpacked.reason === "large")
        this.tooLarge(path, `unpacked it has more than ${this.limits.fileBytes} bytes`);
      else this.badArchive(path, unpacked.reason);
    } else this.add(path, bytes);
  }

  private archive(path: string, bytes: Uint8Array, unpack: typeof unpackZip): void {
    const unpacked = unpack(bytes, {
      entryBytes: this.limits.fileBytes,
      totalBytes: this.limits.totalBytes - this.bytes,
      entries: this.limits.files - this.files.length,
    });
    for (const problem of unpacked.problems) {
      if (problem.large) this.tooLarge(path, problem.message);
      else this.badArchive(path, problem.message);
    }
    const targets = unpacked.entries
      .map((entry) => entry.path)
      .filter(isManifest)
      .map(folderOf);
    for (const entry of unpacked.entries) {
      if (isReadInArchive(entry.path, targets)) this.add(`${path}/${entry.path}`, entry.bytes);
    }
  }

  private add(path: string, bytes: Uint8Array): void {
    if (
      this.files.length >= this.limits.files ||
      this.bytes + bytes.length > this.limits.totalBytes
    ) {
      if (!this.full)
        this.tooLarge(
          path,
          "more files than are read at once; this one and those after it are left out",
        );
      this.full = true;
      return;
    }
    this.bytes += bytes.length;
    const text = decode(bytes);
    if (text === undefined) this.notText(path);
    else this.files.push({ path: this.shown(path), text, root: this.root });
  }

  private shown(path: string): string {
    const below = relative(this.cwd, path);
    const outside = below.startsWith("..") || below === "" || below.startsWith(sep);
    return (outside ? path : below).split(sep).join("/");
  }

  private unreadable(file: string, reason: string): void {
    this.problems.push({
      code: "unreadable-file",
      message: `cannot be read: ${reason}`,
      next: "Check the path and its permissions.",
      file: this.shown(file),
      severity: "error",
    });
  }

  /** Its name says text, and nobody can say what it was: some writers leave a file of zeros when they are killed. */
  private notText(path: string): void {
    const shown = this.shown(path);
    if (shown === this.root || !IS_TEXT.test(path)) this.skipped(path, "the file is not text");
    else
      this.problems.push({
        code: "unreadable-file",
        message: "left out: the file is not text",
        next: "Check whether it was cut off while it was written, and export it again.",
        file: shown,
        severity: "warning",
      });
  }

  private skipped(file: string, reason: string): void {
    this.problems.push({
      code: "not-recognised",
      message: `skipped: ${reason}`,
      file: this.shown(file),
      severity: "info",
    });
  }

  private badArchive(file: string, message: string): void {
    this.problems.push({
      code: "bad-archive",
      message,
      next: "Export it again.",
      file: this.shown(file),
      severity: "error",
    });
  }

  private tooLarge(file: string, message: string): void {
    this.problems.push({
      code: "too-large",
      message,
      next: "Split it, or name the parts that matter.",
      file: this.shown(file),
      severity: "error",
    });
  }
}

const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf(sep)) + 1);

const isManifest = (path: string): boolean => baseName(path) === "manifest.json";
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

/** The same files as are read in a folder. `targets`: dbt's target folders, with a slash at the end. */
function isReadInArchive(path: string, targets: readonly string[]): boolean {
  const folders = path.split("/").slice(0, -1);
  if (folders.some((name) => name.startsWith(".") || SKIPPED_FOLDERS.has(name))) return false;
  const isCopy = targets.some((target) =>
    [...DBT_COPIES].some((name) => path.startsWith(`${target}${name}/`)),
  );
  return !isCopy && READ_IN_FOLDERS.test(baseName(path));
}

const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05);

function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === "ENOENT") return "there is nothing at this path";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ELOOP") return "its links go in a circle";
  return error instanceof Error ? error.message : "unknown reason";
}

type Unpacked =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

/** Unpacks in pieces and stops at the limit, so that a small file cannot unfold into all the memory there is. */
async function gunzip(bytes: Uint8Array, limit: number): Promise<Unpacked> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of Readable.from([bytes]).pipe(createGunzip())) {
      size += (part as Buffer).length;
      if (size > limit) return { ok: false, reason: "large" };
      parts.push(part as Buffer);
    }
  } catch (error) {
    return { ok: false, reason: `not a whole gzip file: ${reasonOf(error)}` };
  }
  return { ok: true, bytes: Buffer.concat(parts) };
}

/** Text in UTF-8, or in UTF-16 with its mark; undefined for bytes that are no text. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  return new TextDecoder("utf-8").decode(bytes);
}

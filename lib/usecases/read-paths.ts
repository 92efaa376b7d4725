import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { readFiles } from "./read-files.ts";
import { readSources, type SourcesRead } from "./read-sources.ts";
import type { FileKind } from "./recognise-file.ts";

export interface IngestProgress {
  readonly stage: "read" | "analyse" | "write";
  readonly done: number;
  readonly total: number;
}

export interface ReadRequest {
  readonly paths: readonly string[];
  readonly as?: FileKind;
  readonly dialect?: string;
  readonly domain?: string;
  readonly names?: NamesConfig;
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
  /** Paths in problems and ids are relative to it; default: the process's. */
  readonly cwd?: string;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/** Files and folders as sources, with the problems of the files that belong to none. */
export async function readPaths(request: ReadRequest): Promise<SourcesRead> {
  request.onProgress?.({ stage: "read", done: 0, total: request.paths.length });
  const { files, problems } = await readFiles(
    request.paths,
    request.cwd === undefined ? {} : { cwd: request.cwd },
  );
  const read = readSources({
    files,
    at: request.now,
    parser: request.parser,
    ...(request.as ? { as: request.as } : {}),
    ...(request.dialect ? { dialect: request.dialect } : {}),
    ...(request.domain ? { domain: request.domain } : {}),
  });
  request.onProgress?.({ stage: "read", done: request.paths.length, total: request.paths.length });
  return { ...read, problems: [...problems, ...read.problems] };
}

/** The analysis' progress as one stage of an ingest. */
export const analysing =
  (onProgress: (progress: IngestProgress) => void) =>
  (done: number, total: number): void =>
    onProgress({ stage: "analyse", done, total });

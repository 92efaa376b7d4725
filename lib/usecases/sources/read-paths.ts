import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { FileKind } from "#lib/model/source-kind.ts";
import { parseLiveAddress } from "../live-sources/live-address.ts";
import type { LiveWait } from "../live-sources/live-reader.ts";
import { readLive } from "../live-sources/read-live.ts";
import { type FilesRead, readFiles } from "./read-files.ts";
import { readSources, type SourcesRead } from "./read-sources.ts";

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
  /** Holds the secrets of live sources; default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** As live sources take them. */
  readonly signal?: AbortSignal;
  readonly onWait?: (wait: LiveWait) => void;
}

/** Files, folders and live sources as sources, with the problems of what belongs to none. */
export async function readPaths(request: ReadRequest): Promise<SourcesRead> {
  request.onProgress?.({ stage: "read", done: 0, total: request.paths.length });
  return readFound(await readPlaces(request.paths, request), request);
}

/** What was found at the paths of a request, as sources. */
export function readFound({ files, problems }: FilesRead, request: ReadRequest): SourcesRead {
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

/** What lies at paths and what live sources answer, as files. */
export async function readPlaces(
  places: readonly string[],
  {
    cwd,
    env = process.env,
    now,
    signal,
    onWait,
  }: Pick<ReadRequest, "cwd" | "env" | "now" | "signal" | "onWait">,
): Promise<FilesRead> {
  const isLive = (place: string): boolean => parseLiveAddress(place) !== undefined;
  const paths = places.filter((place) => !isLive(place));
  const found = await readFiles(paths, cwd === undefined ? {} : { cwd });
  const live = await readLive(places.filter(isLive), {
    env,
    now,
    fetch,
    ...(signal === undefined ? {} : { signal }),
    ...(onWait === undefined ? {} : { onWait }),
  });
  return {
    files: [...found.files, ...live.files],
    problems: [...found.problems, ...live.problems],
  };
}

/** The analysis' progress as one stage of an ingest. */
export const analysing =
  (onProgress: (progress: IngestProgress) => void) =>
  (done: number, total: number): void =>
    onProgress({ stage: "analyse", done, total });

import type { Signal } from "#lib/incidents/signals/signal.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { sayOwnersInCode } from "#lib/ingest/pragmas/say-owners.ts";
import type { UnreadPlace } from "#lib/ingest/read-sql-files.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type FileKind, fileTraitsOf } from "#lib/model/source-kind.ts";
import { isBrokenJson } from "./is-broken-json.ts";
import type { ReadFile } from "./read-files.ts";
import { recogniseFile } from "./recognise-file.ts";
import {
  type ChangeSet,
  type Reading,
  type ReadingOptions,
  SOURCE_READERS,
} from "./source-readers.ts";

export interface ReadSourcesOptions extends ReadingOptions {
  readonly files: readonly ReadFile[];
  /** Take all files for this kind instead of looking at their content. */
  readonly as?: FileKind;
}

export interface SourcesRead {
  readonly sources: readonly AssembleSource[];
  readonly problems: readonly Problem[];
  readonly changeSets: readonly ChangeSet[];
  /** What runs and checks that failed, or came through, say of what they are about. */
  readonly signals: readonly Signal[];
  /** Statements of SQL files that are not followed and may change a table, or who may read it. */
  readonly unread: readonly UnreadPlace[];
}

/**
 * Gives each file to the reader of its kind. Files that are nothing known are an info each, not an error; of a broken one
 * nobody can say what it was, which is a warning.
 */
export function readSources(options: ReadSourcesOptions): SourcesRead {
  const byKind = new Map<FileKind, ReadFile[]>();
  const problems: Problem[] = [];
  const { as } = options;
  const looksIt = rootsThatLook(options.files, as);
  for (const file of options.files) {
    const kind = kindOf(file, { as, looksIt });
    if (kind === undefined)
      problems.push(isBrokenJson(file) && !isNamed(file) ? leftOut(file) : notRecognised(file));
    else push(byKind, kind, file);
  }
  const reading: Reading = {
    options,
    sources: [],
    problems,
    changeSets: [],
    signals: [],
    unread: [],
  };
  for (const [kind, files] of byKind) SOURCE_READERS[kind](files, reading);
  return { ...reading, sources: sayOwnersInCode(reading.sources, options.files) };
}

const isNamed = ({ path, root }: ReadFile): boolean =>
  path === root || root.toLowerCase() === `${path.toLowerCase()}.gz`;

/**
 * Files that were named are what they are said to be. In a folder, what is said is about the files that look like it, and
 * about others only where none does or where they are broken: tools write more beside what is meant, and nobody means
 * the configuration itself.
 */
function kindOf(
  file: ReadFile,
  { as, looksIt }: { readonly as: FileKind | undefined; readonly looksIt: ReadonlySet<string> },
): FileKind | undefined {
  if (isNamed(file)) return as ?? file.kind ?? recogniseFile(file) ?? namedTable(file);
  if (/(?:^|\/)faultline\.ya?ml$/.test(file.path)) return undefined;
  const kind = recogniseFile(file);
  if (as === undefined || kind === as) return kind;
  if (kind !== undefined || as === "dbt" || !fileTraitsOf(as).name.test(file.path))
    return undefined;
  return looksIt.has(file.root) && !isBrokenJson(file) ? undefined : as;
}

/** Whoever names a CSV file means the table that it is; in folders such files are data, seeds and what not. */
const namedTable = ({ path, text }: ReadFile): FileKind | undefined =>
  /\.(?:csv|tsv)$/i.test(path) && text.trim() !== "" ? "table-file" : undefined;

/** Paths that were named under which something is recognised as what it is said to be. */
const rootsThatLook = (files: readonly ReadFile[], as: FileKind | undefined): ReadonlySet<string> =>
  new Set(
    files.filter((file) => as !== undefined && recogniseFile(file) === as).map(({ root }) => root),
  );

function notRecognised(file: ReadFile): Problem {
  return {
    code: "not-recognised",
    message: "skipped: nothing that is read here",
    next: "Say what it is with --as, if it is something after all.",
    file: file.path,
    // A file that was named was meant; one that lay in a folder was not.
    severity: isNamed(file) ? "error" : "info",
  };
}

const leftOut = (file: ReadFile): Problem => ({
  code: "bad-json",
  message: "left out: it is not valid JSON, so that nobody can say what it is",
  next: "Check whether the file was cut off while it was written, and export it again.",
  file: file.path,
  severity: "warning",
});

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

import { resolve } from "node:path";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { claimToFact } from "#lib/ingest/claim-to-fact.ts";
import type { UnreadPlace } from "#lib/ingest/read-sql-files.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import type { AssetFact, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { readAsOf } from "../graph/load-graph-view.ts";
import { type ReadFile, readFiles } from "../sources/read-files.ts";
import { readSources } from "../sources/read-sources.ts";
import { recogniseFile } from "../sources/recognise-file.ts";

/** What a side of a comparison says: files that were read, or what a store holds. */
export interface CheckState {
  /** As it was asked for. */
  readonly label: string;
  readonly kind: "files" | "store";
  readonly sources: readonly AssembleSource[];
  readonly problems: readonly Problem[];
  /** Statements that are not followed and may take away or change a table. */
  readonly unread?: readonly UnreadPlace[];
  /** Files that are in no comparison because they are broken, or no longer what they were. */
  readonly leftOut?: readonly LeftOutFile[];
  /** Of migrations: tables that have another name now, each by its deployed name. */
  readonly renamed?: readonly RenamedTable[];
}

export interface RenamedTable {
  readonly from: AssetName;
  /** What stands for it now. */
  readonly to: AssetFact;
}

export interface LeftOutFile {
  readonly file: string;
  readonly why: string;
}

const STORE = /^store(?:@(.+))?$/;

/** A side of a comparison: `store`, `store@TIME`, or files. */
export type CheckSide = string | SideFiles;

export interface SideFiles {
  readonly label: string;
  readonly files: readonly ReadFile[];
  /** Of files that could not be read. */
  readonly problems?: readonly Problem[];
  /** What these files were read as before: they are not read again. */
  readonly state?: CheckState;
}

/** `store` or `store@TIME`; every other text is a path. */
export const namesStore = (text: string): boolean => STORE.test(text);

/** What a person typed as a side: paths are read, what names the store is left as it is. */
export async function readSide(text: string, cwd: string): Promise<CheckSide> {
  if (namesStore(text)) return text;
  const { files, problems } = await readFiles([resolve(cwd, text)], { cwd });
  return { label: text, files, problems };
}

export interface ReadStateInput {
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
  readonly dialect?: string;
  readonly store?: LineageStore;
}

export async function readCheckState(
  side: CheckSide,
  input: ReadStateInput,
): Promise<Result<CheckState, Failure>> {
  if (typeof side !== "string") return side.state ? ok(side.state) : stateOfFiles(side, input);
  const found = STORE.exec(side);
  if (found) return readStored({ ...input, text: side }, found[1]);
  return err({ code: "bad-usage", message: `${side} is neither files nor \`store\`` });
}

function stateOfFiles(
  { label, files, problems = [] }: SideFiles,
  { parser, now, dialect }: ReadStateInput,
): Result<CheckState, Failure> {
  const read = readSources({ files, parser, at: now, ...(dialect ? { dialect } : {}) });
  const all = [...problems, ...read.problems];
  const facts = read.sources.reduce((sum, source) => sum + source.facts.length, 0);
  if (facts > 0) {
    const leftOut = all.flatMap(leftOutBy);
    const { sources, unread } = read;
    return ok({ label, kind: "files", sources, problems: all, leftOut, unread });
  }
  return err({
    code: "not-recognised",
    message: `no asset was found in ${label}`,
    next: "give a dbt target folder, DDL, OpenLineage events or a graph file; or `store`",
    problems: all,
  });
}

/** A file that may have said anything: what it said of a reader is in neither state. */
const leftOutBy = ({ code, severity, file, message }: Problem): readonly LeftOutFile[] =>
  file !== undefined &&
  severity === "warning" &&
  (code === "bad-json" || code === "unreadable-file")
    ? [{ file, why: message }]
    : [];

/**
 * Files that one side's reader knows and the other's does not, at the same place below the two paths: what they said would
 * pass for unchanged.
 */
export function listTurned(base: CheckSide, head: CheckSide): readonly LeftOutFile[] {
  if (typeof base === "string" || typeof head === "string") return [];
  const before = new Map(base.files.map((file) => [placeOf(file), file]));
  return head.files.flatMap((file) => {
    const other = before.get(placeOf(file));
    if (other === undefined || other.path === other.root) return [];
    const [was, is] = [recogniseFile(other), recogniseFile(file)];
    if ((was === undefined) === (is === undefined)) return [];
    const [known, unknown] = was === undefined ? [is, other] : [was, file];
    return [
      {
        file: unknown.path,
        why: `it is nothing that is read here; the other state has ${known} there`,
      },
    ];
  });
}

const placeOf = ({ path, root }: ReadFile): string =>
  path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;

/** The files of a side that holds SQL and nothing else; undefined for everything else. */
export function migrationFiles(side: CheckSide): readonly SourceFile[] | undefined {
  if (typeof side === "string" || side.files.length === 0) return undefined;
  return side.files.every((file) => recogniseFile(file) === "sql") ? side.files : undefined;
}

async function readStored(
  { text, store }: ReadStateInput & { readonly text: string },
  at: string | undefined,
): Promise<Result<CheckState, Failure>> {
  if (store === undefined) {
    return err({ code: "bad-usage", message: `${text} needs a store`, next: "give --store URL" });
  }
  const moment = at === undefined ? ok(undefined) : readAsOf(at);
  if (!moment.ok) return moment;
  const claims = await store.claims(moment.value);
  if (!claims.ok) return err(failureOfStore(claims.error));
  return ok({ label: text, kind: "store", sources: sourcesOfClaims(claims.value), problems: [] });
}

/** Stored claims as the sources that they were made of; what a source no longer says is left out. */
export function sourcesOfClaims(claims: readonly StoredClaim[]): readonly AssembleSource[] {
  const sources = new Map<string, StoredClaim[]>();
  for (const stored of claims) {
    if (stored.staleSince !== undefined) continue;
    const list = sources.get(stored.source.id);
    if (list) list.push(stored);
    else sources.set(stored.source.id, [stored]);
  }
  return [...sources.values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    return {
      source: first.source,
      facts: list.flatMap(({ claim }) => claimToFact(claim) ?? []),
      at:
        list
          .map(({ lastSeen }) => lastSeen)
          .sort()
          .at(-1) ?? "",
      complete: true,
      problems: [],
    };
  });
}

import { resolve } from "node:path";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { claimToFact } from "#lib/ingest/claim-to-fact.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "./failure.ts";
import { failureOfStore } from "./failure.ts";
import { readAsOf } from "./load-graph-view.ts";
import { readFiles } from "./read-files.ts";
import { readPaths } from "./read-paths.ts";
import { recogniseFile } from "./recognise-file.ts";

/** What a side of a comparison says: files that were read, or what a store holds. */
export interface CheckState {
  /** As it was asked for. */
  readonly label: string;
  readonly kind: "files" | "store";
  readonly sources: readonly AssembleSource[];
  readonly problems: readonly Problem[];
}

const STORE = /^store(?:@(.+))?$/;

/** `store` or `store@TIME`; everything else is a path. */
export const namesStore = (text: string): boolean => STORE.test(text);

export interface ReadStateInput {
  readonly text: string;
  readonly cwd: string;
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
  readonly dialect?: string;
  readonly store?: LineageStore;
}

export async function readCheckState(input: ReadStateInput): Promise<Result<CheckState, Failure>> {
  const found = STORE.exec(input.text);
  return found ? readStored(input, found[1]) : readPathState(input);
}

async function readPathState(input: ReadStateInput): Promise<Result<CheckState, Failure>> {
  const { text, cwd, parser, now, dialect } = input;
  const read = await readPaths({
    paths: [resolve(cwd, text)],
    cwd,
    parser,
    now,
    ...(dialect ? { dialect } : {}),
  });
  const facts = read.sources.reduce((sum, source) => sum + source.facts.length, 0);
  if (facts === 0) {
    return err({
      code: "not-recognised",
      message: `no asset was found in ${text}`,
      next: "give a dbt target folder, DDL, OpenLineage events or a graph file; or `store`",
      problems: read.problems,
    });
  }
  return ok({ label: text, kind: "files", sources: read.sources, problems: read.problems });
}

/** The files of a path that holds SQL and nothing else; undefined for everything else. */
export async function readMigrationFiles(
  text: string,
  cwd: string,
): Promise<readonly SourceFile[] | undefined> {
  if (STORE.test(text)) return undefined;
  const { files } = await readFiles([resolve(cwd, text)], { cwd });
  const isSql = files.length > 0 && files.every((file) => recogniseFile(file) === "sql");
  return isSql ? files : undefined;
}

async function readStored(
  { text, store }: ReadStateInput,
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

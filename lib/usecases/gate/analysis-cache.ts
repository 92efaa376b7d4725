import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { DraftShelf, type KeptDrafts, NO_DRAFTS } from "#lib/graph/draft-shelf.ts";
import type { EarlierQuery } from "#lib/ingest/analyse-queries.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import { digestOf, readSealed, writeSealed } from "./sealed-file.ts";

/** What analyses found, by source, asset and query. Each holds only where its SQL and what it reads are the same. */
export type KnownQueries = ReadonlyMap<string, EarlierQuery>;

/** What an earlier run of the gate found out. A convenience: what cannot be read or written is done anew. */
export interface AnalysisCache {
  readonly read: () => Promise<KnownQueries>;
  readonly write: (queries: KnownQueries) => Promise<void>;
  /** What assets add to the graph; ask for it when the analyses have been read. */
  readonly readDrafts: () => Promise<DraftShelf>;
  readonly writeDrafts: (shelf: DraftShelf) => Promise<void>;
}

export interface CachePlace {
  readonly folder: string;
  /** Of the program that made the analyses: another one may understand more. */
  readonly build: string;
  /** What the analyses are of: the names of its sources, and how names meet. */
  readonly about: readonly unknown[];
  /** Is told of a file that is not as it was written. */
  readonly tell?: (said: string) => void;
}

/** Files that are kept of each kind, the newest: a runner that is never cleaned must not fill up. */
const KEPT_FILES = 8;
const NAME = /^(analyses-[0-9a-f]{16}\.json|drafts-[0-9a-f]{16}\.bin)$/;
const NO_QUERIES: KnownQueries = new Map();
/** Of larger graphs the file would take longer to read than it spares. */
const MOST_DRAFTS = 20_000;
/** While fewer assets than one in so many are new, the file of before serves as well. */
const WORTH_WRITING = 20;

type Entry = readonly [key: string, query: EarlierQuery, planDigest?: string];

/** Two files for each program and set of sources, in a folder that may be deleted at any time. */
export function openAnalysisCache({ folder, build, about, tell }: CachePlace): AnalysisCache {
  const name = digestOf(JSON.stringify([build, about])).slice(0, 16);
  const analyses = join(folder, `analyses-${name}.json`);
  // How objects are written is a matter of the engine.
  const made = digestOf(JSON.stringify([build, about, process.versions.v8])).slice(0, 16);
  const drafts = join(folder, `drafts-${made}.bin`);
  const planDigests = new WeakMap<QueryPlan, string>();
  const open = async (path: string): Promise<Buffer | undefined> => {
    const body = await readSealed(path);
    if (body !== "damaged") return body;
    tell?.(`${path} is not as it was written: what it should say is found out anew`);
    return undefined;
  };
  const write = async (path: string, body: Uint8Array | string): Promise<void> => {
    if (await writeSealed(path, body)) await forgetOld(folder);
  };
  return {
    read: async () => {
      const body = await open(analyses);
      if (body === undefined) return NO_QUERIES;
      const entries = JSON.parse(body.toString("utf8")) as readonly Entry[];
      for (const [, { query }, digest] of entries)
        if (query.plan && digest !== undefined) planDigests.set(query.plan, digest);
      return new Map(entries.map(([key, query]) => [key, query]));
    },
    write: async (queries) => {
      const entries = [...queries].map(([key, one]): Entry => {
        const { plan } = one.query;
        return plan === undefined ? [key, one] : [key, one, digestOf(JSON.stringify(plan))];
      });
      await write(analyses, JSON.stringify(entries));
    },
    readDrafts: async () => {
      const body = await open(drafts);
      const kept = body === undefined ? NO_DRAFTS : (deserialize(body) as KeptDrafts);
      return new DraftShelf({ kept, digest: digestOf, planDigests });
    },
    writeDrafts: async ({ fresh, kept }) => {
      const { size } = kept.drafts;
      if (size > MOST_DRAFTS || fresh * WORTH_WRITING <= size) return;
      await write(drafts, serialize(kept));
    },
  };
}

async function forgetOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = files.sort((a, b) => b.at - a.at).slice(2 * KEPT_FILES);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}

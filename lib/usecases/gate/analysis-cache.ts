import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EarlierQuery } from "#lib/ingest/analyse-queries.ts";

/** What analyses found, by source, asset and query. Each holds only where its SQL and what it reads are the same. */
export type KnownQueries = ReadonlyMap<string, EarlierQuery>;

/** Analyses of an earlier run of the gate. A convenience: what cannot be read or written is done anew. */
export interface AnalysisCache {
  readonly read: () => Promise<KnownQueries>;
  readonly write: (queries: KnownQueries) => Promise<void>;
}

export interface CachePlace {
  readonly folder: string;
  /** Of the program that made the analyses: another one may understand more. */
  readonly build: string;
  /** What the analyses are of: the names of its sources, and how names meet. */
  readonly about: readonly unknown[];
}

/** Files that are kept, the newest: a runner that is never cleaned must not fill up. */
const KEPT_FILES = 8;
const NAME = /^analyses-[0-9a-f]{16}\.json$/;
const NO_QUERIES: KnownQueries = new Map();

/**
 * One file for each program and set of sources, in a folder that may be deleted at any time. Its first line is the digest
 * of the rest, so that half a file counts for nothing.
 */
export function openAnalysisCache({ folder, build, about }: CachePlace): AnalysisCache {
  const name = `analyses-${digestOf(JSON.stringify([build, about])).slice(0, 16)}.json`;
  const path = join(folder, name);
  return {
    read: async () => {
      const text = await readFile(path, "utf8").catch(() => "");
      const end = text.indexOf("\n");
      const body = text.slice(end + 1);
      if (end < 0 || digestOf(body) !== text.slice(0, end)) return NO_QUERIES;
      return new Map(JSON.parse(body) as readonly (readonly [string, EarlierQuery])[]);
    },
    write: async (queries) => {
      const body = JSON.stringify([...queries]);
      const aside = `${path}.${process.pid}.tmp`;
      try {
        await mkdir(folder, { recursive: true });
        // Nobody means to commit it.
        await writeFile(join(folder, ".gitignore"), "*\n");
        await writeFile(aside, `${digestOf(body)}\n${body}`);
        await rename(aside, path);
        await forgetOld(folder);
      } catch {
        await rm(aside, { force: true }).catch(() => undefined);
      }
    },
  };
}

async function forgetOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = files.sort((a, b) => b.at - a.at).slice(KEPT_FILES);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

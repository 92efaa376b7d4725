import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import { ingestPaths } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { readNames } from "#lib/usecases/sources/read-names.ts";
import type { CliIo } from "./cli-io.ts";
import { showProgress } from "./show-progress.ts";

/** Fills an empty store with the demo company: its earlier states by their dates, then how it is. */
export async function fillDemo(
  io: CliIo,
  { root, store }: { readonly root: string; readonly store: LineageStore },
): Promise<Result<void, Failure>> {
  const version = await store.version();
  if (!version.ok) return err(failureOfStore(version.error));
  if (version.value.version > 0) return ok(undefined);
  const company = join(root, "graph-seed", "company");
  if (!existsSync(company)) {
    return err({
      code: "unreadable-file",
      message: `the demo is not here: there is no folder ${company}`,
    });
  }
  const names = await readNames(join(company, "faultline.yaml"));
  if (!names.ok) return names;
  io.err("Filling the store with the demo company (once) …\n");
  const parser = await loadSqlParser();
  for (const { folder, at } of statesOf(root, { company, now: io.now() })) {
    const progress = showProgress(io);
    const ingested = await ingestPaths({
      // Each by its name in the folder, so that a file is called the same in every state.
      paths: readdirSync(folder)
        .sort()
        .map((name) => join(folder, name)),
      cwd: folder,
      store,
      parser,
      names: names.value,
      now: at,
      onProgress: ({ stage, done, total }) => progress.step(stage, done, total),
    });
    progress.end();
    if (!ingested.ok) return err(failureOfStore(ingested.error));
  }
  return ok(undefined);
}

interface DemoState {
  readonly folder: string;
  /** ISO 8601. */
  readonly at: string;
}

/** `graph-seed/history/<date>` holds what was otherwise on that day; the company's own folder is how it is. */
function statesOf(
  root: string,
  { company, now }: { readonly company: string; readonly now: Date },
): readonly DemoState[] {
  const history = join(root, "graph-seed", "history");
  const dates = existsSync(history)
    ? readdirSync(history)
        .filter((name) => !Number.isNaN(Date.parse(name)))
        .sort()
    : [];
  return [
    ...dates.map((date) => ({ folder: join(history, date), at: new Date(date).toISOString() })),
    { folder: join(company, "sources"), at: now.toISOString() },
  ];
}

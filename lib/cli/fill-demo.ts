import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import { ingestPaths } from "#lib/usecases/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/load-sql-parser.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import { readNames } from "#lib/usecases/read-names.ts";
import type { CliIo } from "./cli-io.ts";
import { showProgress } from "./show-progress.ts";

/** Fills an empty store with the demo company: its earlier states by their dates, then how it is. */
export async function fillDemo(
  io: CliIo,
  { root, services }: { readonly root: string; readonly services: Services },
): Promise<Result<void, Failure>> {
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const version = await store.value.version();
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
  for (const { path, at } of statesOf(root, company, io.now())) {
    const progress = showProgress(io);
    const ingested = await ingestPaths({
      paths: [path],
      // Paths in problems and sources are those of the company's own repository, whatever state is read.
      cwd: path,
      store: store.value,
      parser,
      now: at,
      onProgress: ({ stage, done, total }) => progress.step(stage, done, total),
      ...(names.value ? { names: names.value } : {}),
    });
    progress.end();
    if (!ingested.ok) return err(failureOfStore(ingested.error));
  }
  await services.workspace.refresh();
  return ok(undefined);
}

interface DemoState {
  readonly path: string;
  /** ISO 8601. */
  readonly at: string;
}

/** `graph-seed/history/<date>/` holds the sources as they were; the newest state is the company's own folder. */
function statesOf(root: string, company: string, now: Date): readonly DemoState[] {
  const history = join(root, "graph-seed", "history");
  const dates = existsSync(history)
    ? readdirSync(history)
        .filter((name) => !Number.isNaN(Date.parse(dateOf(name))))
        .sort()
    : [];
  return [
    ...dates.map((name) => ({
      path: join(history, name),
      at: new Date(Date.parse(dateOf(name))).toISOString(),
    })),
    { path: join(company, "sources"), at: now.toISOString() },
  ];
}

/** `2026-11-03` or `2026-11-03T02-00`. */
const dateOf = (name: string): string => name.replace(/T(\d{2})-(\d{2})$/, "T$1:$2:00Z");

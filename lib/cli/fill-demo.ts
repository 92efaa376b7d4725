import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import { ingestSources } from "#lib/usecases/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/load-sql-parser.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import type { ReadFile } from "#lib/usecases/read-files.ts";
import { readFiles } from "#lib/usecases/read-files.ts";
import { readNames } from "#lib/usecases/read-names.ts";
import { readSources } from "#lib/usecases/read-sources.ts";
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
  for (const { folders, at } of statesOf(root, { company, now: io.now() })) {
    const progress = showProgress(io);
    const files = await readFolders(folders);
    const { sources, problems } = readSources({ files, at, parser });
    const ingested = await ingestSources({
      sources,
      problems,
      store: store.value,
      parser,
      names: names.value,
      now: at,
      onProgress: ({ stage, done, total }) => progress.step(stage, done, total),
    });
    progress.end();
    if (!ingested.ok) return err(failureOfStore(ingested.error));
  }
  await services.workspace.refresh();
  return ok(undefined);
}

interface DemoState {
  readonly folders: readonly DemoFolder[];
  /** ISO 8601. */
  readonly at: string;
}

interface DemoFolder {
  /** What paths are relative to, so that a source has the same name in every state. */
  readonly base: string;
  readonly name: string;
}

async function readFolders(folders: readonly DemoFolder[]): Promise<readonly ReadFile[]> {
  const read: ReadFile[] = [];
  for (const { base, name } of folders) {
    const { files } = await readFiles([join(base, name)], { cwd: base });
    read.push(...files);
  }
  return read;
}

/** `graph-seed/history/<date>/sources` holds the folders that were otherwise on that day. */
function statesOf(
  root: string,
  { company, now }: { readonly company: string; readonly now: Date },
): readonly DemoState[] {
  const today = join(company, "sources");
  const names = readdirSync(today).sort();
  const history = join(root, "graph-seed", "history");
  const dates = existsSync(history)
    ? readdirSync(history)
        .filter((name) => !Number.isNaN(Date.parse(dateOf(name))))
        .sort()
    : [];
  const baseOn = (date: string, name: string): string => {
    const earlier = join(history, date, "sources");
    return existsSync(join(earlier, name)) ? earlier : today;
  };
  return [
    ...dates.map((date) => ({
      folders: names.map((name) => ({ base: baseOn(date, name), name })),
      at: new Date(Date.parse(dateOf(date))).toISOString(),
    })),
    { folders: names.map((name) => ({ base: today, name })), at: now.toISOString() },
  ];
}

/** `2026-11-03` or `2026-11-03T02-00`. */
const dateOf = (name: string): string => name.replace(/T(\d{2})-(\d{2})$/, "T$1:$2:00Z");

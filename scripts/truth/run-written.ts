import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import { assembleGraph } from "#lib/usecases/graph/assemble-graph.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { countColumns } from "#lib/usecases/profile/count-columns.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { openCompany } from "../demo/run-company.mjs";
import type { ExecutedChange } from "./executed-change.ts";
import { type Judged, judgeExecuted } from "./judge.ts";
import { DATABASE, readWritten, type WrittenProject } from "./read-written.ts";
import { type ChangesTaken, type RunningCompany, runChanges } from "./run-changes.ts";
import { type Columns, tellWritten } from "./tell-written.ts";

interface WrittenRun extends ChangesTaken {
  readonly now: string;
  /** Counts every table before the changes, as `faultline profile` does, and hands that over too. */
  readonly profiles?: boolean;
  /** Tells it as one dbt project even where teams tell it. */
  readonly single?: boolean;
}

/**
 * Builds a project of plain SQL on DuckDB, hands it to the product as dbt's artefacts, or as its teams tell it, with
 * `consumers.csv`, makes one change of its base tables after another, and holds every model and consumer to its verdict.
 */
export const judgeWritten = (folder: string, run: WrittenRun): Promise<Judged> =>
  withWritten(folder, run, judgeExecuted);

/** The same, for whatever is asked of the graph and of what happened: the changes are made while `use` reads them. */
export async function withWritten<T>(
  folder: string,
  { now, profiles, single, ...taken }: WrittenRun,
  use: (view: GraphView, executed: AsyncIterable<ExecutedChange>) => Promise<T>,
): Promise<T> {
  const project = readWritten(folder, { single: single === true });
  const { company } = project;
  const running = await openCompany(company);
  const work = mkdtempSync(join(tmpdir(), "faultline-truth-"));
  try {
    const parser = await loadSqlParser();
    const columns = await columnsOfAll(project, running);
    const { files, names } = tellWritten({ folder, project, columns, parser });
    const paths = files.map(({ path, text }) => writeInto(work, { path, text }));
    if (profiles) paths.push(await writeProfiles({ work, project, running, now }));
    const { graph } = await assembleGraph({ paths, parser, now, names });
    const view = {
      graph,
      snapshot: buildSnapshot(graph),
      asOf: { version: graph.version, at: now },
    };
    return await use(view, runChanges({ graph, company, running, ...taken }));
  } finally {
    await running.close();
    rmSync(work, { recursive: true, force: true });
  }
}

interface Written {
  readonly work: string;
  readonly project: WrittenProject;
  readonly running: RunningCompany;
}

async function columnsOfAll(
  { company }: WrittenProject,
  running: RunningCompany,
): Promise<Columns> {
  const relations = [...company.bases, ...company.steps.map(({ relation }) => relation)];
  const columns = new Map();
  for (const relation of relations) columns.set(relation, await running.columnsOf(relation));
  return columns;
}

function writeInto(work: string, { path, text }: SourceFile): string {
  const file = join(work, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function writeProfiles({
  work,
  project: { company },
  running,
  now,
}: Written & { readonly now: string }): Promise<string> {
  const tables = [
    ...company.bases,
    ...company.steps.filter(({ kind }) => kind !== "view").map(({ relation }) => relation),
  ];
  const profiles = [];
  for (const from of tables) {
    const columns = await running.columnsOf(from);
    const reader = {
      tables: [],
      count: async (sql: string) => (await running.rowsOf(sql))[0] ?? [],
      close: async () => undefined,
    };
    const counted = await countColumns(reader, { name: `${DATABASE}.${from}`, from, columns });
    profiles.push({ ...counted, at: now });
  }
  const path = join(work, "profiles.json");
  writeFileSync(path, JSON.stringify({ profiles }));
  return path;
}

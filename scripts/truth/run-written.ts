import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { assembleGraph } from "#lib/usecases/graph/assemble-graph.ts";
import { countColumns } from "#lib/usecases/profile/count-columns.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { openCompany } from "../demo/run-company.mjs";
import { type Judged, judgeExecuted } from "./judge.ts";
import {
  DATABASE,
  describeModel,
  readWritten,
  relationOf,
  type WrittenProject,
} from "./read-written.ts";
import { type ChangesTaken, type RunningCompany, runChanges } from "./run-changes.ts";

interface WrittenRun extends ChangesTaken {
  readonly now: string;
  /** Counts every table before the changes, as `faultline profile` does, and hands that over too. */
  readonly profiles?: boolean;
}

/**
 * Builds a project of plain SQL on DuckDB, hands it to the product as dbt's artefacts and `consumers.csv`, makes one change of
 * its base tables after another, and holds every model and consumer to its verdict.
 */
export async function judgeWritten(
  folder: string,
  { now, profiles, ...taken }: WrittenRun,
): Promise<Judged> {
  const project = readWritten(folder);
  const { company } = project;
  const running = await openCompany(company);
  const work = mkdtempSync(join(tmpdir(), "faultline-truth-"));
  try {
    const paths = await writeArtefacts({ folder, work, project, running });
    if (profiles) paths.push(await writeProfiles({ work, project, running, now }));
    const { graph } = await assembleGraph({
      paths,
      parser: await loadSqlParser(),
      now,
      names: {
        ...DEFAULT_NAMES,
        default_database: DATABASE,
        namespaces: { duckdb: DATABASE },
      },
    });
    const view = {
      graph,
      snapshot: buildSnapshot(graph),
      asOf: { version: graph.version, at: now },
    };
    return await judgeExecuted(view, runChanges({ graph, company, running, ...taken }));
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

async function writeArtefacts({
  folder,
  work,
  project,
  running,
}: Written & { readonly folder: string }): Promise<string[]> {
  const name = basename(folder);
  const { company, models } = project;
  const kinds = new Map(models.map((model) => [relationOf(model.name), model.kind]));
  const idOf = (relation: string): string => {
    const table = relation.split(".").at(-1);
    if (company.bases.has(relation)) return `source.${name}.raw.${table}`;
    return `${kinds.get(relation) === "snapshot" ? "snapshot" : "model"}.${name}.${table}`;
  };
  const columnsOf = async (relation: string): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries(
      (await running.columnsOf(relation)).map((column) => [column.name, column.type]),
    );
  const nodeOf = async (relation: string): Promise<TestNode> => ({
    id: idOf(relation),
    relation: `"${DATABASE}"."${relation.replace(".", `"."`)}"`,
    columns: await columnsOf(relation),
  });
  const sources = await Promise.all([...company.bases].map(nodeOf));
  const nodes: TestNode[] = [];
  for (const model of models) {
    const relation = relationOf(model.name);
    const id = idOf(relation);
    const isStored = model.kind !== "ephemeral";
    const columns = isStored ? await columnsOf(relation) : {};
    const { more, tests } = describeModel(model, { id, columns });
    nodes.push(
      {
        ...(isStored ? await nodeOf(relation) : { id }),
        sql: model.sql,
        raw: model.raw,
        needs: model.needs.map(idOf),
        ...(more === undefined ? {} : { more }),
      },
      ...tests,
    );
  }
  const files = dbtProject({ name, folder: work, nodes, sources });
  for (const { path, text } of files) writeFileSync(path, text);
  return [...files.map(({ path }) => path), join(folder, "consumers.csv")];
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

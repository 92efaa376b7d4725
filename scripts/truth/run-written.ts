import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { assembleGraph } from "#lib/usecases/graph/assemble-graph.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { openCompany } from "../demo/run-company.mjs";
import { readRelations, splitStatements } from "../demo/split-statements.mjs";
import { type Judged, judgeExecuted } from "./judge.ts";
import { type ChangesTaken, type Company, type RunningCompany, runChanges } from "./run-changes.ts";

const DATABASE = "dev";

/** A project that is only SQL: `sources.sql` makes its base tables in `raw`, `models.sql` what is built of them in `main`. */
export const isWrittenProject = (folder: string): boolean => existsSync(join(folder, "models.sql"));

/**
 * Builds such a project on DuckDB, hands it to the product as dbt's artefacts and `consumers.csv`, makes one change of its
 * base tables after another, and holds every model and consumer to its verdict.
 */
export async function judgeWritten(
  folder: string,
  { now, ...taken }: ChangesTaken & { readonly now: string },
): Promise<Judged> {
  const company = readWritten(folder);
  const running = await openCompany(company);
  const work = mkdtempSync(join(tmpdir(), "faultline-truth-"));
  try {
    const paths = await writeArtefacts({ folder, work, company, running });
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

/** `-- table dim_date` or `-- view stg_orders` before each model's query. */
function readWritten(folder: string): Company {
  const rows = splitStatements(readFileSync(join(folder, "sources.sql"), "utf8"));
  const bases = new Set(
    rows.flatMap((sql: string) => /^create table ([\w.]+)/i.exec(sql)?.[1] ?? []),
  );
  const models = readFileSync(join(folder, "models.sql"), "utf8")
    .split(/^-- (?=(?:table|view) )/m)
    .slice(1)
    .map((part) => {
      const [head = "", ...lines] = part.split("\n");
      const [kind, name] = head.trim().split(/\s+/);
      const sql = lines.join("\n").trim().replace(/;\s*$/, "");
      return {
        relation: `main.${name}`,
        kind: kind === "view" ? ("view" as const) : ("table" as const),
        project: basename(folder),
        sql,
      };
    });
  const known = new Set([...bases, ...models.map(({ relation }) => relation)]);
  const readsOf = (sql: string): string[] => readRelations(sql, known, DATABASE);
  return {
    database: DATABASE,
    ddl: [],
    rows,
    bases,
    steps: models.map((model) => ({ ...model, reads: readsOf(model.sql) })),
    consumers: readConsumers(join(folder, "consumers.csv"), readsOf),
    relationOf: ({ name }: { readonly name: string }) => withoutDatabase(name),
    relationNamed: (name: string) => {
      const relation = withoutDatabase(name);
      return known.has(relation) ? relation : undefined;
    },
  };
}

const withoutDatabase = (name: string): string =>
  name.startsWith(`${DATABASE}.`) ? name.slice(DATABASE.length + 1) : name;

function readConsumers(file: string, readsOf: (sql: string) => string[]): Company["consumers"] {
  const rows: readonly Readonly<Record<"name" | "kind" | "tile" | "sql", string>>[] = parseCsv(
    readFileSync(file, "utf8"),
    { columns: true },
  );
  const consumers = new Map<string, Company["consumers"][number]>();
  for (const { name, kind, tile, sql } of rows) {
    const one = consumers.get(name) ?? { name, kind, queries: [] };
    one.queries.push({ name: tile, sql, reads: readsOf(sql) });
    consumers.set(name, one);
  }
  return [...consumers.values()];
}

interface Written {
  readonly folder: string;
  readonly work: string;
  readonly company: Company;
  readonly running: RunningCompany;
}

async function writeArtefacts({ folder, work, company, running }: Written): Promise<string[]> {
  const name = basename(folder);
  const nodeOf = async (relation: string): Promise<TestNode> => {
    const [schema = "", table = ""] = relation.split(".");
    const columns = await running.columnsOf(relation);
    const kind = company.bases.has(relation) ? `source.${name}.raw` : `model.${name}`;
    return {
      id: `${kind}.${table}`,
      relation: `"${DATABASE}"."${schema}"."${table}"`,
      columns: Object.fromEntries(columns.map((column) => [column.name, column.type])),
    };
  };
  const sources = await Promise.all([...company.bases].map(nodeOf));
  const nodes = await Promise.all(
    company.steps.map(async ({ relation, kind, sql = "", reads }) => ({
      ...(await nodeOf(relation)),
      sql,
      raw: sql,
      needs: (await Promise.all(reads.map(nodeOf))).map(({ id }) => id),
      more: { config: { materialized: kind } },
    })),
  );
  const files = dbtProject({ name, folder: work, nodes, sources });
  for (const { path, text } of files) writeFileSync(path, text);
  return [...files.map(({ path }) => path), join(folder, "consumers.csv")];
}

// Reads the demo company's sources into what can be run on DuckDB: base tables, the steps that build the rest, and the
// consumers with their queries. The SQL is the one that Faultline ingests, wherever the source format holds any.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseYaml } from "yaml";
import { readRelations, splitStatements } from "./split-statements.mjs";
import { chartQuery } from "./superset-queries.mjs";

/**
 * @typedef {{relation: string, kind: "table" | "view" | "loader", sql?: string, loader?: any, project?: string, reads: string[], contract?: string[][], holdsColumns?: boolean, required?: string[], firstSql?: string, keeps?: import("./refresh-table.mjs").Keeps}} Step
 * @typedef {{name: string, kind: string, queries: {name: string, sql: string, reads: string[]}[]}} Consumer
 * @typedef {{database: string, ddl: string[], rows: string[], bases: Set<string>, steps: Step[], consumers: Consumer[], relationOf: (asset: any) => string, relationNamed: (name: string) => string | undefined}} Company
 *
 * @param {string} root folder of the company (graph-seed/company)
 * @returns {Company}
 */
export function readCompany(root) {
  const sources = join(root, "sources");
  const execution = parseYaml(readFileSync(join(root, "execution.yaml"), "utf8"));
  const parts = [
    ...sqlFiles(sources).map((path) => readSqlFile(path)),
    ...readDbtProjects(root),
    readSpark(join(root, "spark")),
    ...filesOf(join(sources, "mesh"), ".yaml").map((path) => readGraphFile(path, execution)),
    {
      steps: execution.steps.map((loader) => ({
        relation: loader.relation,
        kind: "loader",
        loader,
      })),
      consumers: execution.consumers,
    },
    {
      consumers: [
        ...readConsumersCsv(join(sources, "consumers", "consumers.csv")),
        ...readSuperset(join(sources, "superset")),
        ...readFeast(join(sources, "feast")),
        ...readMlflow(join(sources, "mlflow")),
      ],
    },
  ];
  const ddl = parts.flatMap((part) => part.ddl ?? []);
  const rows = filesOf(join(root, "data"), ".sql").flatMap((path) =>
    splitStatements(readFileSync(path, "utf8")),
  );
  const bases = new Set(
    [...ddl, ...rows].flatMap((sql) => /^create table ([\w.]+)/i.exec(sql)?.[1] ?? []),
  );
  const steps = parts.flatMap((part) => part.steps ?? []);
  const known = new Set([...bases, ...steps.map((step) => step.relation)]);
  const readsOf = (sql) => readRelations(sql, known, execution.database);
  return {
    database: execution.database,
    ddl,
    rows,
    bases,
    steps: inOrder(
      steps.map((step) => ({
        ...step,
        reads: step.loader?.from ? [step.loader.from] : readsOf(step.sql),
      })),
    ),
    consumers: parts
      .flatMap((part) => part.consumers ?? [])
      .map((one) => ({
        ...one,
        queries: one.queries.map((query) => ({ ...query, reads: readsOf(query.sql) })),
      })),
    relationOf: (asset) => relationOf(asset, { execution, known }),
    relationNamed: (name) => relationNamed(name, { execution, known }),
  };
}

/** The relation that an asset's full name means, if the company runs it. */
function relationNamed(name, { execution, known }) {
  for (const names of Object.values(execution.relations)) if (names[name]) return names[name];
  const prefix = `${execution.database}.`;
  const plain = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return known.has(plain) ? plain : undefined;
}

/** `checkout.orders` for `harbour.checkout.orders`, a lake path or a topic; by the shortest tail where it is a text. */
function relationOf(asset, { execution, known }) {
  const name = typeof asset === "string" ? asset : asset.name;
  const exact = relationNamed(name, { execution, known });
  if (exact !== undefined) return exact;
  const hits = [...known].filter((relation) => relation.endsWith(`.${name}`));
  if (hits.length !== 1)
    throw new Error(`${name}: ${hits.length === 0 ? "no such relation" : hits.join(", ")}`);
  return hits[0];
}

const filesOf = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .sort()
        .map((name) => join(folder, name))
    : [];

const sqlFiles = (sources) =>
  readdirSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => filesOf(join(sources, entry.name), ".sql"));

function readSqlFile(path) {
  const ddl = [];
  const steps = [];
  for (const sql of splitStatements(readFileSync(path, "utf8"))) {
    const derived = /^create (table|view) ([\w.]+) as\s/i.exec(sql);
    if (derived)
      steps.push({
        relation: derived[2],
        kind: derived[1].toLowerCase(),
        sql: sql.slice(derived[0].length),
      });
    else ddl.push(sql);
  }
  return { ddl, steps };
}

/** Models and seeds of every manifest. Seeds are base tables: their rows are in the project's CSV files. */
function readDbtProjects(root) {
  const sources = join(root, "sources");
  return readdirSync(sources)
    .map((name) => join(sources, name, "target", "manifest.json"))
    .filter((path) => existsSync(path))
    .map((path) => {
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      const project = manifest.metadata.project_name;
      const nodes = Object.values(manifest.nodes);
      const relation = (node) => `${node.schema}.${node.alias ?? node.name}`;
      return {
        ddl: nodes
          .filter((node) => node.resource_type === "seed")
          .map(
            (node) =>
              `create table ${relation(node)} as select * from read_csv('${join(root, "dbt-projects", project, node.original_file_path)}')`,
          ),
        steps: nodes
          .filter((node) => node.resource_type === "model")
          .map((node) => ({
            relation: relation(node),
            kind: node.config.materialized === "view" ? "view" : "table",
            sql: node.compiled_code,
            project,
            contract: contractOf(node),
          })),
      };
    });
}

/** Column names and types that an enforced contract holds a model to. */
const contractOf = (node) =>
  node.config.contract?.enforced
    ? Object.values(node.columns).map((column) => [column.name, column.data_type])
    : undefined;

const readSpark = (folder) => ({
  steps: filesOf(folder, ".sql").map((path) => ({
    relation: basename(path, ".sql"),
    kind: "table",
    sql: readFileSync(path, "utf8"),
  })),
});

const DATASETS = new Set(["table", "view"]);

function readGraphFile(path, execution) {
  const file = parseYaml(readFileSync(path, "utf8"));
  const withQueries = (file.assets ?? []).filter((asset) => asset.queries?.length > 0);
  return {
    steps: withQueries
      .filter((asset) => DATASETS.has(asset.kind))
      .map((asset) => ({
        relation: asset.id.replace(`${execution.database}.`, ""),
        kind: asset.kind,
        sql: asset.queries[0].sql,
      })),
    consumers: withQueries
      .filter((asset) => !DATASETS.has(asset.kind))
      .map(({ id, kind, queries }) => ({ name: id, kind, queries })),
  };
}

function readConsumersCsv(path) {
  const byName = new Map();
  for (const row of parseCsv(readFileSync(path, "utf8"), {
    columns: true,
    skip_empty_lines: true,
  })) {
    const one = byName.get(row.name) ?? { name: row.name, kind: row.kind, queries: [] };
    one.queries.push({ name: row.tile, sql: row.sql });
    byName.set(row.name, one);
  }
  return [...byName.values()];
}

function readSuperset(folder) {
  const yamls = (part) =>
    readdirSync(join(folder, part), { recursive: true })
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .map((name) => parseYaml(readFileSync(join(folder, part, name), "utf8")));
  const datasets = new Map(yamls("datasets").map((dataset) => [dataset.uuid, dataset]));
  const charts = new Map(yamls("charts").map((chart) => [chart.uuid, chart]));
  return yamls("dashboards").map((dashboard) => ({
    name: dashboard.dashboard_title,
    kind: "dashboard",
    queries: Object.values(dashboard.position)
      .filter((item) => item.type === "CHART")
      .map((item) => charts.get(item.meta.uuid))
      .map((chart) => ({
        name: chart.slice_name,
        sql: chartQuery(chart, datasets.get(chart.dataset_uuid)),
      })),
  }));
}

/** A feature service trains on the features that it lists, read from the table of each view. */
function readFeast(folder) {
  const path = join(folder, "registry.json");
  if (!existsSync(path)) return [];
  return JSON.parse(readFileSync(path, "utf8")).featureServices.map(({ spec }) => ({
    name: spec.name,
    kind: "ml_model",
    queries: spec.features.map((view) => {
      const { schema, table } = view.batchSource.snowflakeOptions;
      return {
        name: view.featureViewName,
        sql: `select ${view.featureColumns.map((column) => column.name).join(", ")} from ${schema}.${table}`,
      };
    }),
  }));
}

function readMlflow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const run = JSON.parse(readFileSync(join(folder, name, "run.json"), "utf8"));
      const queries = run.inputs.dataset_inputs.map(({ dataset }) => ({
        name: dataset.name,
        sql: `select ${JSON.parse(dataset.schema)
          .mlflow_colspec.map((column) => column.name)
          .join(", ")} from ${dataset.name}`,
      }));
      return { name: run.info.run_name, kind: "ml_model", queries };
    });
}

/** Steps so that each comes after those it reads. */
function inOrder(steps) {
  const byRelation = new Map(steps.map((step) => [step.relation, step]));
  const ordered = new Set();
  const visit = (step, path) => {
    if (ordered.has(step)) return;
    if (path.includes(step.relation))
      throw new Error(`a circle: ${[...path, step.relation].join(" -> ")}`);
    for (const read of step.reads) {
      const before = byRelation.get(read);
      if (before) visit(before, [...path, step.relation]);
    }
    ordered.add(step);
  };
  for (const step of steps) visit(step, []);
  return [...ordered];
}

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCompany } from "../demo/read-company.mjs";
import { openCompany } from "../demo/run-company.mjs";

const seed = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "graph-seed");

/**
 * The demo company with the columns that its tables really have on DuckDB. A loader's step is told as the query that
 * has the same result while all columns are there.
 *
 * @param {(request: {sql: string, schema: Record<string, Record<string, string>>}) => import("./tell-mesh.mjs").Lineage} analyse
 * @returns {Promise<import("./tell-mesh.mjs").Company>}
 */
export async function readDemo(analyse) {
  const company = readCompany(join(seed, "company"));
  const running = await openCompany(company);
  try {
    const columns = new Map();
    const relations = [...company.bases, ...company.steps.map((step) => step.relation)];
    for (const relation of relations) columns.set(relation, await running.columnsOf(relation));
    const schema = Object.fromEntries(
      [...columns].map(([relation, list]) => [
        relation,
        Object.fromEntries(list.map(({ name, type }) => [name, type])),
      ]),
    );
    return {
      database: company.database,
      bases: [...company.bases],
      models: company.steps.map((step) => ({
        relation: step.relation,
        kind: step.kind === "view" ? "view" : "table",
        sql: step.sql ?? loaderQuery(step.loader, columns),
        reads: step.reads,
      })),
      consumers: company.consumers,
      columns,
      lineageOf: (sql) => analyse({ sql, schema }),
    };
  } finally {
    await running.close();
  }
}

function loaderQuery({ relation, from, rename = {} }, columns) {
  const have = new Set(columns.get(relation).map((column) => column.name));
  const list = columns
    .get(from)
    .filter(({ name }) => have.has(rename[name] ?? name))
    .map(({ name }) => (rename[name] ? `${name} as ${rename[name]}` : name));
  return `select ${list.join(", ")} from ${from}`;
}

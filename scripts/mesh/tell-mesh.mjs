// Tells one company twice: as a single dbt project that knows everything, and as the registries of many teams, each of
// which spells the tables of the others in its own way. The answers to both must agree.
import { rewriteNames, writeName } from "./spell-names.mjs";
import { tellAsDbt } from "./tell-as-dbt.mjs";
import { tellAsEvents } from "./tell-as-events.mjs";

/**
 * @typedef {import("./spell-names.mjs").Spelling} Spelling
 * @typedef {{name: string, type: string}} Column
 * @typedef {{relation: string, kind: "table" | "view", sql: string, reads: string[]}} Model
 * @typedef {{name: string, kind: string, queries: {name: string, sql: string, reads: string[]}[]}} Consumer
 * @typedef {{readonly table: string, readonly column?: string, readonly use: string}} Source
 * @typedef {{readonly outputs: readonly {readonly name: string, readonly sources: readonly Source[]}[], readonly influences: readonly Source[]}} Lineage
 * @typedef {{database: string, bases: string[], models: Model[], consumers: Consumer[], columns: ReadonlyMap<string, Column[]>, lineageOf: (sql: string) => Lineage}} Company
 * @typedef {Record<string, string>} Files text by path
 */

const DATABASE_ALIAS = "prod_wh";
const PROJECT_ALIAS = "wh-prod";
const WAREHOUSE = "duckdb://warehouse.example";
const SERVER = "postgres://db.warehouse.example:5432";
const NO_SPELLING = /** @type {Spelling} */ ({ parts: 3, letters: "lower", quote: '"' });

/**
 * How the teams write. A schema belongs to the team that lists it, everything else to the first. `adapter` is what
 * their dbt runs on; the last two have none.
 */
const TEAMS = [
  { name: "platform", adapter: "duckdb", spelling: { ...NO_SPELLING } },
  // Snowflake without quotes: everything is in capitals, the columns of the catalog too.
  { name: "customers", adapter: "snowflake", spelling: { parts: 3, letters: "upper", quote: "" } },
  // The production database under another name.
  {
    name: "finance",
    adapter: "duckdb",
    spelling: { ...NO_SPELLING, database: DATABASE_ALIAS },
    foreignModels: "platform",
  },
  // Schemas of an environment, as generate_schema_name gives them.
  {
    name: "marketing",
    adapter: "duckdb",
    spelling: { ...NO_SPELLING, schemas: "_prod" },
  },
  // Backticks, and sources under other names with an `identifier`.
  {
    name: "pricing",
    adapter: "spark",
    spelling: { parts: 2, letters: "lower", quote: "`" },
    identifiers: true,
  },
  { name: "payments", adapter: "duckdb", spelling: { parts: 3, letters: "upper", quote: '"' } },
  // A BigQuery project, whose name is the database, inside one pair of backticks.
  {
    name: "inventory",
    adapter: "bigquery",
    spelling: { parts: 3, letters: "lower", quote: "`", whole: true, database: PROJECT_ALIAS },
  },
  { name: "risk", events: WAREHOUSE, spelling: { parts: 2, letters: "lower", quote: "" } },
  // A server by host and port, which gives all three parts.
  { name: "catalog", events: SERVER, spelling: { parts: 3, letters: "lower", quote: "" } },
  // Files by path, which are tables of a catalog by a symlink.
  {
    name: "search",
    events: WAREHOUSE,
    files: "s3://warehouse-bucket",
    spelling: { parts: 2, letters: "lower", quote: "" },
  },
  { name: "support", ddl: true, spelling: { parts: 2, letters: "lower", quote: "" } },
];

/**
 * The company as one dbt project, with its consumers beside it.
 *
 * @param {Company} company
 * @returns {Files}
 */
export function tellSingle(company) {
  const spelling = { ...NO_SPELLING, database: company.database };
  const known = new Set(company.columns.keys());
  return {
    ...tellAsDbt({
      company,
      team: { name: "warehouse", adapter: "duckdb", spelling },
      models: company.models,
      sources: company.bases,
      spelling,
      known,
    }),
    "consumers/consumers.csv": consumersCsv(company.consumers, (sql) =>
      rewriteNames(sql, { known, database: company.database, spelling }),
    ),
  };
}

/**
 * The company as its teams' registries, and the names file that a company would write for them.
 *
 * @param {Company} company
 * @returns {Files}
 */
export function tellMesh(company) {
  const known = new Set(company.columns.keys());
  const teams = TEAMS.map((team) => completeTeam(team, { company, known }));
  const [first] = teams;
  const teamOf = (relation) =>
    teams.find((team) => relation.split(".")[0].startsWith(team.name)) ?? first;
  /** @type {Files} */
  const files = { "faultline.yaml": namesFile(company, teams) };
  for (const team of teams) {
    const models = company.models.filter((model) => teamOf(model.relation) === team);
    const bases = company.bases.filter((base) => teamOf(base) === team);
    const read = new Set(models.flatMap((model) => model.reads));
    const others = [...read].filter(
      (relation) => teamOf(relation) !== team || bases.includes(relation),
    );
    const part = { company, team, models, known, teamOf };
    if (team.events) Object.assign(files, tellAsEvents({ ...part, others }));
    else if (team.ddl) Object.assign(files, ddlFiles({ ...part, bases }));
    else
      Object.assign(
        files,
        tellAsDbt({
          ...part,
          spelling: team.spelling,
          sources: [...new Set([...others, ...bases])].filter((one) => !isForeign(one, part)),
          foreign: others.filter((one) => isForeign(one, part)),
        }),
      );
  }
  Object.assign(files, tellAsDbt(sandboxOf({ company, known })));
  files["consumers/consumers.csv"] = consumersCsv(company.consumers, (sql, at) =>
    rewriteNames(sql, {
      known,
      database: company.database,
      spelling: teams[at % teams.length]?.spelling ?? first.spelling,
    }),
  );
  return files;
}

function completeTeam(team, { company, known }) {
  const schemas = [...new Set([...known].map((relation) => relation.split(".")[0]))];
  const suffix = team.spelling.schemas;
  return {
    ...team,
    spelling: {
      ...team.spelling,
      database: team.spelling.database ?? company.database,
      schemas: suffix
        ? Object.fromEntries(schemas.map((schema) => [schema, `${schema}${suffix}`]))
        : undefined,
    },
  };
}

/** A model that a project knows by a reference across projects, and not as a source. */
const isForeign = (relation, { team, teamOf, company }) =>
  team.foreignModels !== undefined &&
  teamOf(relation).name === team.foreignModels &&
  company.models.some((model) => model.relation === relation);

function namesFile(company, teams) {
  const suffixed = teams.flatMap((team) => Object.entries(team.spelling.schemas ?? {}));
  const lines = [
    "names:",
    "  case: fold",
    `  default_database: ${company.database}`,
    "  namespaces:",
    ...[WAREHOUSE, SERVER, "duckdb", "snowflake", "spark", "bigquery"].map(
      (namespace) => `    "${namespace}": ${company.database}`,
    ),
    `  databases: {${DATABASE_ALIAS}: ${company.database}, ${PROJECT_ALIAS}: ${company.database}}`,
    "  schemas:",
    ...suffixed.map(
      ([real, alias]) => `    ${company.database}.${alias}: ${company.database}.${real}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Somebody's copy of a few tables in a database of their own. Nothing may take it for the real ones.
 */
function sandboxOf({ company, known }) {
  const spelling = { ...NO_SPELLING, database: `${company.database}_dev` };
  const models = company.models.slice(0, 8);
  return {
    company,
    known,
    team: { name: "sandbox", adapter: "duckdb", spelling },
    models,
    sources: [...new Set(models.flatMap((model) => model.reads))].filter(
      (read) => !models.some((model) => model.relation === read),
    ),
    spelling,
  };
}

/** Tables as DDL, and what is built of them as statements of one file. */
export function ddlFiles({ company, team, models, bases, known }) {
  const statements = [
    ...bases.map((base) => {
      const columns = (company.columns.get(base) ?? []).map(({ name, type }) => `${name} ${type}`);
      return `create table ${writeName(base, team.spelling)} (\n  ${columns.join(",\n  ")}\n);`;
    }),
    ...models.map((model) => {
      const name = writeName(model.relation, team.spelling);
      const sql = rewriteNames(model.sql, {
        known,
        database: company.database,
        spelling: team.spelling,
      });
      return `create ${model.kind} ${name} as\n${sql.trim().replace(/;$/, "")};`;
    }),
  ];
  return { [`${team.name}/schema.sql`]: `${statements.join("\n\n")}\n` };
}

function consumersCsv(consumers, rewrite) {
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const lines = consumers.flatMap((consumer, at) =>
    consumer.queries.map((query) =>
      [
        quoted(consumer.name),
        consumer.kind,
        "analytics",
        2,
        quoted(query.name ?? ""),
        quoted(rewrite(query.sql, at)),
      ].join(","),
    ),
  );
  return `name,kind,owner,tier,tile,sql\n${lines.join("\n")}\n`;
}

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import { answerLineage } from "#lib/ingest/sql/lineage-answer.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import { rewriteNames, type Spelling, writeName } from "../mesh/spell-names.mjs";
import { tellAsEvents } from "../mesh/tell-as-events.mjs";
import { ddlFiles } from "../mesh/tell-mesh.mjs";
import {
  DATABASE,
  describeModel,
  relationOf,
  schemaOf,
  spellingOf,
  type Team,
  type WrittenModel,
  type WrittenProject,
} from "./read-written.ts";

/** Of every table and view, in order. */
export type Columns = ReadonlyMap<
  string,
  readonly { readonly name: string; readonly type: string }[]
>;

interface Telling {
  readonly folder: string;
  readonly project: WrittenProject;
  readonly columns: Columns;
  readonly parser: SqlParser;
}

interface Told {
  readonly files: readonly SourceFile[];
  readonly names: NamesConfig;
}

/** A project of plain SQL as files that the product reads, and the names that its company would write down. */
export function tellWritten(telling: Telling): Told {
  const { folder, project } = telling;
  if (project.teams.length > 0) return tellTeams(telling);
  const team: Teller = {
    name: basename(folder),
    models: project.models,
    spelling: { parts: 3, letters: "lower", quote: '"', database: DATABASE },
    rewrite: (sql) => sql,
  };
  return {
    files: [
      ...tellDbt(team, telling),
      { path: "consumers.csv", text: readFileSync(join(folder, "consumers.csv"), "utf8") },
    ],
    names: {
      ...DEFAULT_NAMES,
      default_database: DATABASE,
      namespaces: { duckdb: DATABASE },
    },
  };
}

/** Someone who keeps some of the models, with their spelling of all tables in full. */
interface Teller {
  readonly name: string;
  readonly models: readonly WrittenModel[];
  readonly spelling: Spelling;
  readonly rewrite: (sql: string) => string;
}

/** What others keep is a source here, as the base tables are. */
function tellDbt(team: Teller, { project, columns }: Telling): readonly SourceFile[] {
  const { name, models, spelling, rewrite } = team;
  const own = new Map(models.map((model) => [relationOf(model.name), model]));
  const idOf = (relation: string): string => {
    const model = own.get(relation);
    if (model === undefined) return `source.${name}.${relation}`;
    const type = model.kind === "snapshot" ? "snapshot" : "model";
    return `${type}.${name}.${relation.split(".").at(-1)}`;
  };
  const columnsOf = (relation: string): Readonly<Record<string, string>> =>
    Object.fromEntries((columns.get(relation) ?? []).map((column) => [column.name, column.type]));
  const nodeOf = (relation: string): TestNode => ({
    id: idOf(relation),
    relation: writeName(relation, spelling),
    columns: columnsOf(relation),
  });
  const read = models.flatMap(({ needs }) => needs);
  const bases = project.teams.length === 0 ? project.company.bases : [];
  const sources = [...new Set([...bases, ...read])].filter((relation) => !own.has(relation));
  const nodes = models.flatMap((model) => {
    const relation = relationOf(model.name);
    const isStored = model.kind !== "ephemeral";
    const { more, tests } = describeModel(model, {
      id: idOf(relation),
      columns: isStored ? columnsOf(relation) : {},
    });
    const node: TestNode = {
      ...(isStored ? nodeOf(relation) : { id: idOf(relation) }),
      sql: rewrite(model.sql),
      raw: rewrite(model.raw),
      needs: model.needs.map(idOf),
      ...(more === undefined ? {} : { more }),
    };
    return [node, ...tests];
  });
  return dbtProject({ name, nodes, sources: sources.map(nodeOf) });
}

function tellTeams(telling: Telling): Told {
  const { folder, project, columns } = telling;
  const known = new Set(columns.keys());
  const tellers = project.teams.map((team) => tellerOf(team, { project, known }));
  const files = project.teams.flatMap((team, at) => {
    const teller = tellers[at];
    if (teller === undefined) return [];
    return team.tells === "dbt" ? tellDbt(teller, telling) : tellJobs({ team, teller, telling });
  });
  return {
    files: [
      ...files,
      ...tellSandbox(telling),
      { path: "consumers.csv", text: spellConsumers(folder, tellers) },
    ],
    names: namesOf(project.teams, tellers),
  };
}

function tellerOf(
  team: Team,
  { project, known }: { readonly project: WrittenProject; readonly known: ReadonlySet<string> },
): Teller {
  const spelling = spellingOf(team, known);
  return {
    name: team.name,
    models: project.models.filter(({ name }) => team.schemas.includes(schemaOf(relationOf(name)))),
    spelling,
    rewrite: (sql) => rewriteNames(sql, { known, database: DATABASE, spelling }),
  };
}

interface Jobs {
  readonly team: Team;
  readonly teller: Teller;
  readonly telling: Telling;
}

/** Jobs that dbt does not know: their events, which hold the columns and their lineage but no SQL, or their statements. */
function tellJobs({ team, teller, telling }: Jobs): readonly SourceFile[] {
  const { project, columns, parser } = telling;
  const { company } = project;
  const known = new Set(columns.keys());
  const mesh = {
    database: DATABASE,
    bases: [...company.bases],
    models: company.steps.map(({ relation, kind, sql = "", reads }) => ({
      relation,
      kind,
      sql,
      reads,
    })),
    columns,
    lineageOf: (sql: string) => lineageOf(sql, { columns, parser }),
  };
  const models = mesh.models.filter(({ relation }) => team.schemas.includes(schemaOf(relation)));
  const bases = mesh.bases.filter((base) => team.schemas.includes(schemaOf(base)));
  const own = { name: team.name, events: team.namespace, spelling: teller.spelling };
  const part = { company: mesh, team: own, models, bases, known };
  const files: Readonly<Record<string, string>> =
    team.tells === "events" ? tellAsEvents(part) : ddlFiles(part);
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

function lineageOf(sql: string, { columns, parser }: Pick<Telling, "columns" | "parser">) {
  const schema = Object.fromEntries(
    [...columns].map(([relation, list]) => [
      relation,
      Object.fromEntries(list.map(({ name, type }) => [name, type])),
    ]),
  );
  return answerLineage({ sql, dialect: "duckdb", schema, parser, now: () => 0 });
}

/** Somebody's copy of some tables in a database of their own. Nothing may take it for the real ones. */
function tellSandbox(telling: Telling): readonly SourceFile[] {
  const spelling: Spelling = {
    parts: 3,
    letters: "lower",
    quote: '"',
    database: `${DATABASE}_sandbox`,
  };
  const known = new Set(telling.columns.keys());
  return tellDbt(
    {
      name: "sandbox",
      models: telling.project.models.slice(0, 8),
      spelling,
      rewrite: (sql) => rewriteNames(sql, { known, database: DATABASE, spelling }),
    },
    telling,
  );
}

function namesOf(teams: readonly Team[], tellers: readonly Teller[]): NamesConfig {
  const namespaces = ["duckdb", ...teams.flatMap(({ namespace }) => namespace ?? [])];
  const aliases = tellers.flatMap(({ spelling: { database = DATABASE } }) =>
    database === DATABASE ? [] : [database],
  );
  const schemas = tellers.flatMap(({ spelling }) => Object.entries(spelling.schemas ?? {}));
  return {
    ...DEFAULT_NAMES,
    case: "fold",
    default_database: DATABASE,
    namespaces: Object.fromEntries(namespaces.map((namespace) => [namespace, DATABASE])),
    databases: Object.fromEntries(aliases.map((alias) => [alias, DATABASE])),
    schemas: Object.fromEntries(
      schemas.map(([real, alias]) => [`${DATABASE}.${alias}`, `${DATABASE}.${real}`]),
    ),
  };
}

/** Each consumer writes the tables as another team does. */
function spellConsumers(folder: string, tellers: readonly Teller[]): string {
  const rows: readonly Readonly<Record<string, string>>[] = parseCsv(
    readFileSync(join(folder, "consumers.csv"), "utf8"),
    { columns: true },
  );
  const names = [...new Set(rows.map(({ name = "" }) => name))];
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map((row) => {
    const teller = tellers[names.indexOf(row["name"] ?? "") % tellers.length];
    const spelled = { ...row, sql: teller?.rewrite(row["sql"] ?? "") ?? row["sql"] };
    return Object.values(spelled)
      .map((cell) => quoted(cell ?? ""))
      .join(",");
  });
  return `${[Object.keys(rows[0] ?? {}).join(","), ...lines].join("\n")}\n`;
}

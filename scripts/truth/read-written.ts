import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import type { TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { readRelations, splitStatements } from "../demo/split-statements.mjs";
import { partsOf, type Spelling } from "../mesh/spell-names.mjs";
import type { Company } from "./run-changes.ts";

/** The database that the artefacts name. */
export const DATABASE = "dev";

const SCHEMA = "main";

type Step = Company["steps"][number];

/** A project that is only SQL, as it is run and as dbt would tell it. */
export interface WrittenProject {
  readonly company: Company;
  readonly models: readonly WrittenModel[];
  /** Empty: one dbt project tells it all. */
  readonly teams: readonly Team[];
}

/**
 * Who keeps what stands in some schemas, and how they tell of it: dbt's artefacts, OpenLineage events (without SQL), or files
 * of DDL and statements. `teams.json` is a list of them. `spelling` is how they write every table of the company.
 */
export interface Team {
  readonly name: string;
  readonly tells: "dbt" | "events" | "sql";
  readonly schemas: readonly string[];
  /** `schemas`: what this team's environment puts after the name of each schema. */
  readonly spelling: Omit<Spelling, "schemas"> & { readonly schemas?: string };
  /** Of events. */
  readonly namespace?: string;
}

/**
 * A model under a line such as `-- incremental fct_orders key=order_id on_schema_change=fail unique=order_id`. Kinds are table,
 * view, incremental, snapshot (`key=`, `check=`) and ephemeral. `contract` holds it to the columns that it gives at first, and
 * `required=` adds a NOT NULL to that. `unique=` and `not_null=` are dbt's tests. In an incremental model the part between
 * `when incremental` and `end`, each in a comment, is left out of the first run.
 */
export interface WrittenModel {
  readonly name: string;
  readonly kind: string;
  /** Without the text of the ephemeral models that it reads. */
  readonly raw: string;
  /** As dbt compiles it. */
  readonly sql: string;
  readonly options: ReadonlyMap<string, string>;
  /** Names of the models and base tables that it reads itself. */
  readonly needs: readonly string[];
}

/**
 * A project that is only SQL: `sources.sql` makes its base tables in `raw`, `models.sql` what is built of them in `main`, or in
 * the schema that a model's name begins with.
 */
export const isWrittenProject = (folder: string): boolean => existsSync(join(folder, "models.sql"));

/** `single`: as one dbt project even where teams tell it. */
export function readWritten(
  folder: string,
  { single = false }: { readonly single?: boolean } = {},
): WrittenProject {
  const rows = splitStatements(readFileSync(join(folder, "sources.sql"), "utf8"));
  const bases = new Set(
    rows.flatMap((sql: string) => /^create table ([\w.]+)/i.exec(sql)?.[1] ?? []),
  );
  const texts = readFileSync(join(folder, "models.sql"), "utf8")
    .split(/^-- (?=(?:table|view|incremental|snapshot|ephemeral) )/m)
    .slice(1);
  const heads = texts.map(readHead);
  const names = new Set([...bases, ...heads.map(({ name }) => relationOf(name))]);
  const inlined = new Map(
    heads.flatMap(({ name, kind, raw }) =>
      kind === "ephemeral" ? [[relationOf(name), raw] as const] : [],
    ),
  );
  const models = heads.map((head) => ({
    ...head,
    sql: inline(head.raw, inlined),
    needs: readRelations(head.raw, names, DATABASE).filter(
      (read: string) => read !== relationOf(head.name),
    ),
  }));
  const stored = models.filter(({ kind }) => kind !== "ephemeral");
  const known = new Set([...bases, ...stored.map(({ name }) => relationOf(name))]);
  const readsOf = (sql: string): string[] => readRelations(sql, known, DATABASE);
  const teams = single ? [] : readTeams(folder);
  const projectOf = (relation: string): string | undefined => {
    if (teams.length === 0) return basename(folder);
    const team = teams.find(({ schemas }) => schemas.includes(schemaOf(relation)));
    return team?.tells === "dbt" ? team.name : undefined;
  };
  const steps = stored.map((model) => stepOf(model, { readsOf, projectOf }));
  const spelled = new Map(
    teams.flatMap((team) => {
      const spelling: Spelling = { ...spellingOf(team, known), parts: 3, letters: "lower" };
      return [...known].map((relation) => [partsOf(relation, spelling).join("."), relation]);
    }),
  );
  const company = {
    database: DATABASE,
    ddl: [],
    rows,
    bases,
    steps,
    consumers: readConsumers(join(folder, "consumers.csv"), readsOf),
    relationOf: ({ name }: { readonly name: string }) => withoutDatabase(name),
    relationNamed: (name: string) => {
      const relation = spelled.get(name.toLowerCase()) ?? withoutDatabase(name);
      return known.has(relation) ? relation : undefined;
    },
  };
  return { company, models, teams };
}

export const relationOf = (model: string): string =>
  model.includes(".") ? model : `${SCHEMA}.${model}`;

export const schemaOf = (relation: string): string => relation.split(".")[0] ?? "";

/** Of all tables of the company in full. */
export function spellingOf({ spelling }: Team, known: ReadonlySet<string>): Spelling {
  const { schemas: suffix, ...rest } = spelling;
  const all = [...new Set([...known].map(schemaOf))];
  return {
    database: DATABASE,
    ...rest,
    ...(suffix === undefined
      ? {}
      : { schemas: Object.fromEntries(all.map((schema) => [schema, `${schema}${suffix}`])) }),
  };
}

function readTeams(folder: string): readonly Team[] {
  const file = join(folder, "teams.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as readonly Team[]) : [];
}

const withoutDatabase = (name: string): string =>
  name.startsWith(`${DATABASE}.`) ? name.slice(DATABASE.length + 1) : name;

function readHead(part: string): Pick<WrittenModel, "name" | "kind" | "raw" | "options"> {
  const [head = "", ...lines] = part.split("\n");
  const [kind = "", name = "", ...options] = head.trim().split(/\s+/);
  const raw = lines.join("\n").trim().replace(/;\s*$/, "");
  const pairs = options.map((option): [string, string] => {
    const [key = "", value = ""] = option.split("=");
    return [key, value];
  });
  return { kind, name, raw, options: new Map(pairs) };
}

export const listed = ({ options }: Pick<WrittenModel, "options">, key: string): string[] =>
  (options.get(key) ?? "").split(",").filter((name) => name !== "");

/** dbt pastes an ephemeral model into its readers as a CTE before theirs. */
function inline(sql: string, ephemeral: ReadonlyMap<string, string>): string {
  const used = new Map<string, string>();
  const paste = (text: string): string =>
    text.replace(/\b\w+\.(\w+)/g, (whole, name: string) => {
      const query = ephemeral.get(whole);
      if (query === undefined) return whole;
      if (!used.has(name)) used.set(name, paste(query));
      return `__dbt__cte__${name}`;
    });
  const body = paste(sql);
  if (used.size === 0) return sql;
  const ctes = [...used].map(([name, query]) => `__dbt__cte__${name} as (\n${query}\n)`).join(", ");
  const own = /^with\s+/i.exec(body);
  return own === null ? `with ${ctes}\n${body}` : `with ${ctes}, ${body.slice(own[0].length)}`;
}

/** A contract that has constraints is enforced, and holds the model to its columns too. */
const isEnforced = (model: WrittenModel): boolean =>
  model.options.has("contract") || model.options.has("required");

const WHEN_INCREMENTAL = /\/\* when incremental \*\/[\s\S]*?\/\* end \*\//g;

interface Run {
  readonly readsOf: (sql: string) => string[];
  /** The dbt project whose run stops below what failed; jobs of their own run on. */
  readonly projectOf: (relation: string) => string | undefined;
}

function stepOf(model: WrittenModel, { readsOf, projectOf }: Run): Step {
  const { kind, name, sql } = model;
  const relation = relationOf(name);
  const key = listed(model, "key");
  const project = projectOf(relation);
  return {
    relation,
    kind: kind === "view" ? "view" : "table",
    ...(project === undefined ? {} : { project }),
    sql,
    reads: readsOf(sql).filter((read) => read !== relation),
    holdsColumns: isEnforced(model),
    required: listed(model, "required"),
    ...(kind === "incremental"
      ? {
          firstSql: sql.replace(WHEN_INCREMENTAL, ""),
          keeps: {
            how: "incremental" as const,
            key,
            onSchemaChange: model.options.get("on_schema_change") ?? "ignore",
          },
        }
      : {}),
    ...(kind === "snapshot"
      ? { keeps: { how: "snapshot" as const, key, check: listed(model, "check") } }
      : {}),
  };
}

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

/** What dbt's manifest says of a model beside its query, and its tests. `columns` are names with types. */
export function describeModel(
  model: WrittenModel,
  { id, columns }: { readonly id: string; readonly columns: Readonly<Record<string, string>> },
): { readonly more: TestNode["more"]; readonly tests: readonly TestNode[] } {
  const { kind, options } = model;
  const required = listed(model, "required");
  const enforced = isEnforced(model);
  const key = listed(model, "key");
  const onSchemaChange = options.get("on_schema_change");
  const documented = Object.entries(columns).map(([name, type]) => {
    const constraints = required.includes(name) ? [{ type: "not_null" }] : [];
    return [name, { name, data_type: type, constraints }];
  });
  return {
    more: {
      config: {
        materialized: kind,
        ...(key.length === 0 ? {} : { unique_key: key }),
        ...(onSchemaChange === undefined ? {} : { on_schema_change: onSchemaChange }),
        ...(kind === "snapshot" ? { strategy: "check", check_cols: listed(model, "check") } : {}),
      },
      ...(enforced ? { contract: { enforced }, columns: Object.fromEntries(documented) } : {}),
    },
    tests: ["unique", "not_null"].flatMap((test) =>
      listed(model, test).map((column) => testOf({ test, column, id })),
    ),
  };
}

const testOf = (about: {
  readonly test: string;
  readonly column: string;
  readonly id: string;
}): TestNode => ({
  id: `test.${about.id.split(".")[1]}.${about.test}_${about.id.split(".").at(-1)}_${about.column}`,
  needs: [about.id],
  more: {
    attached_node: about.id,
    column_name: about.column,
    test_metadata: { name: about.test, kwargs: { column_name: about.column } },
    config: { severity: "error" },
  },
});

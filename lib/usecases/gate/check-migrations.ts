import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { type ReadSqlResult, readSqlFiles, type UnreadPlace } from "#lib/ingest/read-sql-files.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { spellPlainly } from "#lib/ingest/sql/add-statement-text.ts";
import { isObject, type Query, tagOf } from "#lib/ingest/sql/ast.ts";
import { findDialect } from "#lib/ingest/sql/dialect.ts";
import { keepsEachRow } from "#lib/ingest/sql/keeps-each-row.ts";
import { pathKey } from "#lib/ingest/sql/relation-path.ts";
import { splitStatements } from "#lib/ingest/sql/split-statements.ts";
import { parseSql, type SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AssetQuery, StoredClaim } from "#lib/model/claim.ts";
import type { AssetFact, DataLoss, QueryFact, SourceFile } from "#lib/model/fact.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import type { Failure } from "../failure.ts";
import type { ConfirmedRename } from "./check-columns.ts";
import type { CheckState } from "./check-state.ts";
import { alteredTables, type DeployedTable, namedTables, pathOf } from "./deployed-tables.ts";
import { pathOfFact } from "./path-of-fact.ts";
import { parentsOf, relatedTables, viewsOn } from "./related-tables.ts";
import { renamedTables } from "./renamed-tables.ts";
import { changesUnknown } from "./unknown-tables.ts";

export interface Migrations {
  readonly base: CheckState;
  readonly head: CheckState;
  /** What the statements themselves rename. */
  readonly renames: readonly ConfirmedRename[];
  /** The statement that names what has changed. */
  readonly locate: (change: ReviewedChange) => Pick<ReviewedChange, "file" | "line">;
}

export interface MigrationsInput {
  readonly claims: readonly StoredClaim[];
  readonly files: readonly SourceFile[];
  readonly label: string;
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
  readonly dialect?: string;
}

/**
 * Migrations over what is deployed: the tables that they name are declared as they are, then the statements follow. So the
 * two states differ in what the statements do and in nothing else.
 */
export function applyMigrations(input: MigrationsInput): Result<Migrations, Failure> {
  const { files, label, parser, now } = input;
  const text = files.map((file) => file.text).join("\n");
  const deployed = [...mergeClaims(input.claims, 1).assets.values()];
  const first = namedTables(text, deployed);
  const views = first.flatMap(({ kind, queries }) =>
    kind === "view" ? queries.map(({ sql }) => sql) : [],
  );
  const inText = views.length === 0 ? first : namedTables([text, ...views].join("\n"), deployed);
  const related = relatedTables(text, { named: inText, deployed });
  const all = [...new Set([...inText, ...related])];
  // Only read, and by a longer name: no column of it is known, and its readers are there.
  const onlyRead = deployed.filter(({ columns, kind }) => columns.length === 0 && kind === "table");
  const twins = twinsAmong([...all, ...onlyRead]);
  const named = all.filter((asset) => !twins.has(asset));
  if (deployed.length === 0) return err(knowsNone(label));
  const meant = alteredTables(text, named);
  if (!meant.ok) return meant;
  const tables = [...meant.value, ...named.map((asset) => ({ asset, path: pathOf(asset) }))];
  const known = new Map(tables.map((table) => [pathKey(table.path), table]));
  const dialect = input.dialect ?? named[0]?.attributes.dialect;
  // The name puts it before every other file. Each is declared once: what drops one by a shorter name leaves none.
  const declared = { path: "", text: named.map(declaration).join("\n") };
  const names = new Set(tables.map(({ path }) => pathKey(path)));
  const isDeployed = ({ relation }: UnreadPlace): boolean =>
    relation === undefined || names.has(pathKey(relation));
  const readText = (of: readonly SourceFile[]): ReadSqlResult =>
    readSqlFiles({ files: of, parser, ...(dialect ? { dialect } : {}) });
  const handsOn = (query: QueryFact): boolean => handsEachRowOn(query, parser);
  const stateOf = (read: ReadSqlResult): CheckState => {
    const { facts, problems, gone, tookViews, unread } = read;
    const standsFor = new Map(read.moved.map(({ from, to }) => [pathKey(from), to]));
    const source = { id: `sql:${label}`, kind: "sql" as const, label: `migrations ${label}` };
    const left = new Set(gone.map(pathKey));
    const taken = takenViews(tookViews, { known, deployed, facts });
    const own = facts
      // A migration runs once: what it selects is looked at by nobody.
      .filter(({ kind }) => kind !== "report")
      .filter(
        (fact) => !left.has(pathKey(pathOfFact(fact))) && !taken.has(pathKey(pathOfFact(fact))),
      )
      .map((fact) => asDeployed(standingFor(fact, { moved: standsFor, facts, handsOn }), known));
    const sources = [{ source, facts: own, at: now, complete: true, problems: [] }];
    const unclear = [
      ...unread.filter(isDeployed),
      ...unclearTwins(twins, { meant: meant.value, files }),
    ];
    const renamed = renamedTables(read, { known, facts: own });
    return { label, kind: "files", sources, problems, unread: unclear, renamed };
  };
  const head = readText([declared, ...files]);
  if (named.length === 0 && asksForMore(head)) return err(knowsNone(label));
  const stated = stateOf(head);
  const after = {
    ...stated,
    unread: [...(stated.unread ?? []), ...changesUnknown(files, deployed)],
  };
  return ok({
    base: { ...withViews(stateOf(readText([declared])), after, known), label: "store" },
    head: after,
    renames: renamesIn(plainText(text, dialect)),
    locate: (change) => locateIn(files, change),
  });
}

/** Tables whose name another one's whole name ends with, each with that other one: nobody has said whether they are one. */
function twinsAmong(assets: readonly MergedAsset[]): ReadonlyMap<MergedAsset, MergedAsset> {
  const byPath = new Map(assets.map((asset) => [pathKey(pathOf(asset)), asset]));
  const found = new Map<MergedAsset, MergedAsset>();
  for (const asset of assets) {
    const path = pathOf(asset);
    const shorter = path.slice(1).map((_part, at) => byPath.get(pathKey(path.slice(at + 1))));
    const twin = shorter.find((one) => one !== undefined);
    if (twin) found.set(asset, twin);
  }
  return found;
}

/** What is altered may be a table under a longer name as well, and its readers are not asked then. */
function unclearTwins(
  twins: ReadonlyMap<MergedAsset, MergedAsset>,
  {
    meant,
    files,
  }: { readonly meant: readonly DeployedTable[]; readonly files: readonly SourceFile[] },
): readonly UnreadPlace[] {
  const altered = new Set(meant.map(({ asset }) => asset));
  return [...twins].flatMap(([long, short]): readonly UnreadPlace[] => {
    if (!altered.has(short)) return [];
    const { namespace, name } = short;
    const { file = "", line = 1 } = locateIn(files, { asset: { namespace, name } });
    const why = `${long.name} may be the same table as ${name}; say so with \`faultline identity confirm ${long.name} ${name}\`, or reject it`;
    return [{ file, line, sql: "", why }];
  });
}

interface Moves {
  readonly moved: ReadonlyMap<string, readonly string[]>;
  readonly facts: readonly AssetFact[];
  /** A query that gives one row for each row of its table. */
  readonly handsOn: (query: QueryFact) => boolean;
}

/** A view that has taken the name of a table which got another one: what happens to that table happens to its readers. */
function standingFor(fact: AssetFact, { moved, facts, handsOn }: Moves): AssetFact {
  const standsFor = fact.kind === "view" ? moved.get(pathKey(pathOfFact(fact))) : undefined;
  if (standsFor === undefined) return fact;
  const table = facts.find((one) => pathKey(pathOfFact(one)) === pathKey(standsFor));
  const losses = [...(fact.losses ?? []), ...(table?.losses ?? [])];
  return {
    ...fact,
    ...(losses.length > 0 ? { losses } : {}),
    ...(fact.queries.every(handsOn) ? { recipe: { hooks: [], standsFor } } : {}),
  };
}

/** Whether a view is made of each row of one table. */
function handsEachRowOn({ sql, dialect }: QueryFact, parser: SqlParser): boolean {
  const parsed = parseSql({ sql, dialect: findDialect(dialect) ?? "generic", parser });
  if (!parsed.ok) return false;
  return parsed.value.statements.every((statement) => {
    const { payload } = tagOf(statement);
    const query = isObject(payload) ? payload["query"] : undefined;
    return isObject(query) && keepsEachRow(query as unknown as Query);
  });
}

/** Views that went with a table that was dropped, unless the text makes them again. */
function takenViews(
  tookViews: ReadSqlResult["tookViews"],
  {
    known,
    deployed,
    facts,
  }: {
    readonly known: ReadonlyMap<string, DeployedTable>;
    readonly deployed: readonly MergedAsset[];
    readonly facts: readonly AssetFact[];
  },
): ReadonlySet<string> {
  const tables = tookViews.flatMap((path) => known.get(pathKey(path))?.asset ?? []);
  const made = new Set(
    facts.flatMap((fact) => (fact.kind === "view" ? [pathKey(pathOfFact(fact))] : [])),
  );
  const taken = viewsOn(tables, deployed).map((view) => pathKey(pathOf(view)));
  return new Set(taken.filter((key) => !made.has(key)));
}

/** A view that is replaced is compared with the query that it is deployed with. */
function withViews(
  base: CheckState,
  head: CheckState,
  known: ReadonlyMap<string, DeployedTable>,
): CheckState {
  const facts = head.sources.flatMap((source) => source.facts);
  const replaced = new Set(
    facts.flatMap((fact) => (fact.kind === "view" ? [pathKey(pathOfFact(fact))] : [])),
  );
  const withQueries = (fact: AssetFact): AssetFact => {
    const key = pathKey(pathOfFact(fact));
    const queries = known.get(key)?.asset.queries ?? [];
    return replaced.has(key) ? { ...fact, queries: queries.map(asFact) } : fact;
  };
  const sources = base.sources.map((source) => ({
    ...source,
    facts: source.facts.map(withQueries),
  }));
  return { ...base, sources };
}

const asFact = ({ name, sql, dialect, defaultPath, provenance }: AssetQuery): QueryFact => ({
  name,
  sql,
  dialect,
  provenance,
  ...(defaultPath ? { defaultPath } : {}),
});

const knowsNone = (label: string): Failure => ({
  code: "unknown-asset",
  message: `${label} names no table that the store knows`,
  next: "ingest what is deployed first, or compare two files of DDL",
});

/** It alters or drops what it did not create: a table that nobody has ingested, or a slip of the pen. */
const asksForMore = ({ gone, problems }: ReadSqlResult): boolean =>
  gone.length > 0 || problems.some(({ code }) => code === "unresolved-name");

/** A table of the migrations under the name that it is deployed with, whatever system that is. */
function asDeployed(fact: AssetFact, known: ReadonlyMap<string, DeployedTable>): AssetFact {
  const table = known.get(pathKey(pathOfFact(fact)));
  if (table === undefined) return fact;
  const { namespace, name } = table.asset;
  const queries = fact.queries.filter(({ adds }) => adds === undefined);
  const losses = [...(fact.losses ?? []), ...fact.queries.flatMap(rowsPutIn)];
  return {
    ...fact,
    name: { namespace, name },
    path: pathOf(table.asset),
    queries,
    ...(losses.length > 0 ? { losses } : {}),
  };
}

/** A migration runs once: what it puts into a table is no part of what the table is made of. */
const rowsPutIn = ({ adds, sql, provenance }: QueryFact): readonly DataLoss[] =>
  adds === "rows" ? [{ kind: "more rows", sql, isRefilled: false, provenance }] : [];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A type that every dialect writes alike; any other is left out, and is then the same on both sides. */
const PLAIN_TYPE = /^[A-Za-z][A-Za-z0-9_.]*(?: [A-Za-z]+)*(?:\(\d+(?:, ?\d+)?\))?$/;

function declaration(asset: MergedAsset): string {
  const listed = asset.columns.map(({ name: column, type, nullable }) => {
    const isPlain = type !== undefined && PLAIN_TYPE.test(type) && !/^enum$/i.test(type);
    const spelled = isPlain ? type : "varchar";
    return `${quoted(column)} ${spelled}${nullable === false ? " not null" : ""}`;
  });
  const checks = asset.columns.flatMap(({ name: column, allowedValues = [] }) =>
    allowedValues.length === 0
      ? []
      : `check (${quoted(column)} in (${allowedValues.map((value) => `'${value.replaceAll("'", "''")}'`).join(", ")}))`,
  );
  const parents = parentsOf(asset).map(
    (path) =>
      `foreign key (${quoted(asset.columns[0]?.name ?? "")}) references ${path.map(quoted).join(".")}`,
  );
  const all = [...listed, ...keysOf(asset), ...checks, ...parents].join(", ");
  return `create table ${pathOf(asset).map(quoted).join(".")} (${all});`;
}

/** Its keys, so that a migration can drop them: the first that no null gets into is the primary one. */
function keysOf({ columns, attributes }: MergedAsset): readonly string[] {
  const said: unknown = attributes.extra?.["uniqueKeys"];
  const lists = (Array.isArray(said) ? said : []).filter(
    (key): key is string[] =>
      Array.isArray(key) && key.every((name) => columns.some((column) => column.name === name)),
  );
  const told = new Set(lists.filter(({ length }) => length === 1).flat());
  const lone = columns.filter(({ name, unique }) => unique === true && !told.has(name));
  const keys = [...lists, ...lone.map(({ name }) => [name])];
  const required = new Set(
    columns.flatMap(({ name, nullable }) => (nullable === false ? name : [])),
  );
  const primary = keys.find((key) => key.every((name) => required.has(name)));
  return keys.map(
    (key) => `${key === primary ? "primary key" : "unique"} (${key.map(quoted).join(", ")})`,
  );
}

const plainText = (text: string, dialect: string | undefined): string =>
  splitStatements(text)
    .map(({ sql }) => spellPlainly(sql, findDialect(dialect ?? "") ?? "generic"))
    .join(";\n");

const RENAME =
  /alter\s+table\s+(?:if\s+exists\s+)?([\w$."`[\]]+)\s+rename\s+(?:column\s+)?["`[]?([\w$]+)["`\]]?\s+to\s+["`[]?([\w$]+)/gi;

/** `alter table t rename column a to b`: nobody has to guess. */
const renamesIn = (text: string): readonly ConfirmedRename[] =>
  [...text.matchAll(RENAME)].map(([, table = "", from = "", to = ""]) => ({
    asset: splitRelationName(table).join("."),
    from,
    to,
  }));

/** The last line that names the column (or the table), in the order in which the files run. */
function locateIn(
  files: readonly SourceFile[],
  { asset, column, file, line }: Pick<ReviewedChange, "asset" | "column" | "file" | "line">,
): Pick<ReviewedChange, "file" | "line"> {
  if (file !== undefined && file !== "") return { file, ...(line === undefined ? {} : { line }) };
  const wanted = (column ?? splitRelationName(asset.name).at(-1) ?? "").toLowerCase();
  const rows = files.flatMap(({ path, text }) =>
    text.split("\n").map((row, at) => ({ file: path, line: at + 1, row: row.toLowerCase() })),
  );
  const found = rows.findLast(({ row }) => new Set(row.match(/[\w$]+/g)).has(wanted));
  return found === undefined ? {} : { file: found.file, line: found.line };
}

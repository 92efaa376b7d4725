import type { z } from "zod";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { joinRelationName } from "#lib/ingest/relation-name.ts";
import { groupBy } from "#lib/kit/group-by.ts";
import type { AssetFact, EdgeFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { readCatalogColumns } from "./catalog-columns.ts";
import {
  type CatalogRelation,
  type CatalogServer,
  catalogSchema,
  relationSchema,
  routineSchema,
} from "./catalog-schema.ts";
import { foreignEdges } from "./foreign-table.ts";
import {
  hiddenReads,
  type KnownRelations,
  knownRelations,
  type RelationName,
  triggerWrites,
} from "./hidden-reads.ts";
import { type RoutineWrite, readRoutineWrites, type StatementsOf } from "./routine-writes.ts";

/** How a catalog is read that has procedures: they are SQL. */
export interface PostgresCatalogOptions {
  readonly statementsOf: StatementsOf;
}

/** More partitions of one table than these are not listed one by one. */
const MOST_PARTITIONS = 64;

/**
 * A PostgreSQL database's catalog: tables and views with their columns, keys, comments and statistics. A view is a query,
 * analysed as SQL; what the server knows beyond it (functions, rules) is an edge of table grain. Names are OpenLineage's:
 * `postgres://host:port` and `database.schema.table`.
 */
export function readPostgresCatalog(
  files: readonly SourceFile[],
  { statementsOf }: PostgresCatalogOptions,
): ReadResult {
  const problems: Problem[] = [];
  const facts = files.flatMap((file) => readFile(file, { problems, statementsOf }));
  return { facts, problems };
}

function readFile(
  file: SourceFile,
  { problems, statementsOf }: PostgresCatalogOptions & { readonly problems: Problem[] },
): readonly AssetFact[] {
  const parsed = parseJsonText(file.path, file.text);
  if (!parsed.ok) {
    problems.push(parsed.error);
    return [];
  }
  const catalog = catalogSchema.safeParse(parsed.value);
  if (!catalog.success) {
    const issue = catalog.error.issues[0];
    problems.push(wrong(file, `${issue?.path.join(".")}: ${issue?.message}`));
    return [];
  }
  const keep = <One>(schema: z.ZodType<One>, part: "relations" | "routines"): One[] =>
    catalog.data[part].flatMap((entry, index) => {
      const read = schema.safeParse(entry);
      if (read.success) return [read.data];
      const issue = read.error.issues[0];
      problems.push(wrong(file, `${part}[${index}].${issue?.path.join(".")}: ${issue?.message}`));
      return [];
    });
  const relations = keep(relationSchema, "relations");
  const known = knownRelations(relations);
  const written = readRoutineWrites({
    routines: keep(routineSchema, "routines"),
    known,
    database: catalog.data.server.database,
    file: file.path,
    statementsOf,
  });
  problems.push(...written.problems);
  const reading: Reading = {
    file: file.path,
    written: groupBy(written.writes, ({ into }) => keyOf(into)),
    server: catalog.data.server,
    relations,
    known,
    triggered: triggeredBy(relations, known),
    partitions: groupBy(
      relations.filter(({ partOf }) => partOf),
      ({ partOf }) => (partOf ? keyOf(partOf) : ""),
    ),
  };
  for (const one of tooManyPartitions(reading)) problems.push(one);
  return relations
    .filter((relation) => isListed(relation, reading))
    .map((relation) => relationFact(relation, reading));
}

interface Reading {
  readonly file: string;
  readonly server: CatalogServer;
  readonly relations: readonly CatalogRelation[];
  readonly known: KnownRelations;
  /** By the partitioned table's schema and name. */
  readonly partitions: ReadonlyMap<string, readonly CatalogRelation[]>;
  /** What triggers elsewhere write a table from, by its schema and name. */
  readonly triggered: ReadonlyMap<string, readonly RelationName[]>;
  /** What procedures write into a table, by its schema and name. */
  readonly written: ReadonlyMap<string, readonly RoutineWrite[]>;
}

const keyOf = ({ schema, name }: RelationName): string => JSON.stringify([schema, name]);

function triggeredBy(
  relations: readonly CatalogRelation[],
  known: KnownRelations,
): ReadonlyMap<string, readonly RelationName[]> {
  const found = new Map<string, Map<string, RelationName>>();
  for (const { into, from } of relations.flatMap((relation) => triggerWrites(relation, known))) {
    const key = keyOf(into);
    const list = found.get(key) ?? new Map<string, RelationName>();
    found.set(key, list);
    list.set(keyOf(from), { schema: from.schema, name: from.name });
  }
  return new Map([...found].map(([key, list]) => [key, [...list.values()]]));
}

const isListed = ({ partOf }: CatalogRelation, { partitions }: Reading): boolean =>
  !partOf || (partitions.get(keyOf(partOf))?.length ?? 0) <= MOST_PARTITIONS;

const tooManyPartitions = ({ relations, partitions, file }: Reading): readonly Problem[] =>
  relations.flatMap((relation) => {
    const count = partitions.get(keyOf(relation))?.length ?? 0;
    if (count <= MOST_PARTITIONS) return [];
    return [
      {
        code: "too-large" as const,
        message: `${relation.schema}.${relation.name} has ${count} partitions; they are taken for the one table and not listed`,
        file,
        severity: "info" as const,
      },
    ];
  });

function relationFact(relation: CatalogRelation, reading: Reading): AssetFact {
  const { server, file } = reading;
  const path = [server.database, relation.schema, relation.name];
  const isView = relation.kind === "v" || relation.kind === "m";
  const columns = readCatalogColumns(relation);
  const provenance = { file };
  return {
    name: { namespace: namespaceOf(server), name: joinRelationName(path) },
    path,
    kind: isView ? "view" : "table",
    attributes: attributesOf(relation),
    columns,
    columnsComplete: true,
    edges: [
      ...hiddenReads(relation, reading.known).map((read) => wholeEdge(read, reading)),
      ...(reading.triggered.get(keyOf(relation)) ?? []).map((from) => wholeEdge(from, reading)),
      ...partitionEdges(relation, reading),
      ...foreignEdges(relation, provenance),
    ],
    queries: [
      ...(relation.definition
        ? [
            {
              name: "definition",
              sql: relation.definition,
              dialect: "postgres",
              defaultPath: [server.database, relation.schema],
              provenance,
            },
          ]
        : []),
      ...(reading.written.get(keyOf(relation)) ?? []).map(({ query }) => query),
    ],
    provenance,
  };
}

const namespaceOf = ({ host, port }: CatalogServer): string => `postgres://${host}:${port}`;

function attributesOf(relation: CatalogRelation): AssetFact["attributes"] {
  const { comment, rows, keys, kind, checks, references } = relation;
  const uniqueKeys = keys.filter((key) => key.length > 0);
  const extra = {
    ...(uniqueKeys.length === 0 ? {} : { uniqueKeys }),
    ...(references.length === 0
      ? {}
      : { refersTo: references.map(({ to }) => [to.schema, to.name]) }),
    ...(checks.length === 0 ? {} : { checks: checks.map(({ definition }) => definition) }),
    ...(kind === "m" ? { materializedView: true } : {}),
  };
  return {
    dialect: "postgres",
    // A materialised view keeps its rows when a refresh fails, as a table does.
    ...(kind === "v" ? { materialization: "view" as const } : {}),
    ...(kind === "m" ? { materialization: "table" as const } : {}),
    ...(kind === "v" || kind === "m" ? { followsRenames: true as const } : {}),
    ...(comment ? { description: comment } : {}),
    ...(typeof rows === "number" ? { rows } : {}),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function wholeEdge(read: RelationName, { server, file }: Reading): EdgeFact {
  return { from: endOf(read, server), use: "UNKNOWN", provenance: { file } };
}

function endOf({ schema, name }: RelationName, server: CatalogServer): EdgeFact["from"] {
  const path = [server.database, schema, name];
  return { name: { namespace: namespaceOf(server), name: joinRelationName(path) }, path };
}

/** The rows of a partitioned table are those of its partitions. */
function partitionEdges(relation: CatalogRelation, reading: Reading): readonly EdgeFact[] {
  const parts = reading.partitions.get(keyOf(relation)) ?? [];
  if (parts.length > MOST_PARTITIONS) return [];
  return parts.flatMap((part) => {
    const from = endOf(part, reading.server);
    return relation.columns.map(
      ({ name }): EdgeFact => ({
        from: { ...from, column: name },
        toColumn: name,
        use: "IDENTITY",
        provenance: { file: reading.file },
      }),
    );
  });
}

const wrong = ({ path }: SourceFile, message: string): Problem => ({
  code: "wrong-shape",
  message,
  next: "Read the database again with `faultline ingest postgres://…`; the rest of the file is kept.",
  file: path,
  severity: "error",
});

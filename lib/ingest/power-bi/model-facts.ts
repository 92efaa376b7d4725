import { withoutUndefined } from "#lib/ingest/loose-value.ts";
import { quoted } from "#lib/ingest/quote-name.ts";
import type { Column } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { READS_NOT_KNOWN } from "#lib/model/claim.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type PowerQueryReading, readPowerQuery } from "./read-power-query.ts";
import type { ModelTable, SemanticModel } from "./semantic-model.ts";
import { selectSql } from "./table-step.ts";

export const NAMESPACE = "powerbi";

export const tableName = (model: string, table: string): AssetName => ({
  namespace: NAMESPACE,
  name: `${model}/${table}`,
});

export interface ModelFacts {
  readonly facts: readonly AssetFact[];
  readonly problems: readonly Problem[];
}

/** The tables of a model that queries fill, each as the query that a refresh sends, and the tables below them. */
export function readModelFacts(model: SemanticModel): ModelFacts {
  const facts: AssetFact[] = [];
  const problems: Problem[] = [];
  const shared = queriesByName(model);
  for (const table of model.tables) {
    const columns = table.columns.flatMap((column): readonly Column[] =>
      column.sourceColumn === undefined || table.dax !== undefined
        ? []
        : [
            withoutUndefined({
              name: column.name,
              type: column.type,
              description: column.description,
            }),
          ],
    );
    // Calculated tables and tables of measures hold no data of their own: what they name is followed instead.
    if (columns.length === 0) continue;
    const readings = table.queries.map((query) => readPowerQuery(query, shared));
    for (const one of readings) facts.push(...sourceFacts(one, table.file));
    const query = queryOf(table, readings);
    const isConstant =
      table.calculations || (readings.length > 0 && readings.every(({ constant }) => constant));
    // A dataflow, another model, a connector that is not read here: nobody can say what is behind it.
    const isHidden =
      query === undefined &&
      !isConstant &&
      table.dax === undefined &&
      readings.every(({ sources }) => sources.length === 0);
    if (query === undefined && !isConstant) problems.push(...notUnderstood(model, table, readings));
    facts.push({
      name: tableName(model.title, table.name),
      kind: table.directQuery ? "view" : "table",
      attributes: withoutUndefined({
        dialect: readings[0]?.dialect,
        materialization: table.directQuery ? ("view" as const) : ("table" as const),
        extra: isHidden ? { [READS_NOT_KNOWN]: true } : undefined,
      }),
      columns,
      columnsComplete: true,
      edges: query === undefined ? readings.flatMap((one) => wholeSources(one, table.file)) : [],
      queries: query === undefined ? [] : [query],
      provenance: { file: table.file },
    });
  }
  return { facts, problems };
}

/** Every query of a model may refer to any other by name: the shared ones, and those that fill the tables. */
function queriesByName({ tables, expressions }: SemanticModel): ReadonlyMap<string, string> {
  const ofTables = tables.flatMap(({ name, queries: [first] }) =>
    first === undefined ? [] : [[name, first] as const],
  );
  return new Map([...ofTables, ...expressions]);
}

function queryOf(table: ModelTable, readings: readonly PowerQueryReading[]): QueryFact | undefined {
  const [first] = readings;
  if (first === undefined) return undefined;
  const parts: string[] = [];
  for (const { step, dialect } of readings) {
    if (step === undefined) return undefined;
    const outputs = table.columns.flatMap(({ name, sourceColumn }) =>
      sourceColumn === undefined
        ? []
        : [`${step.column(sourceColumn)} AS ${quoted(name, dialect)}`],
    );
    parts.push(selectSql(step, outputs));
  }
  return {
    name: table.name,
    sql:
      parts.length === 1
        ? (parts[0] ?? "")
        : parts.map((part) => `(${part})`).join("\nUNION ALL\n"),
    dialect: first.dialect,
    ...(first.defaultPath.length === 0 ? {} : { defaultPath: first.defaultPath }),
    provenance: { file: table.file },
  };
}

const sourceFacts = ({ sources }: PowerQueryReading, file: string): readonly AssetFact[] =>
  sources.map(({ namespace, path, dialect }) => ({
    name: { namespace, name: path.join(".") },
    path,
    kind: namespace === "file" ? "file" : "table",
    attributes: { dialect },
    edges: [],
    queries: [],
    provenance: { file },
    placeholder: true,
  }));

const wholeSources = ({ sources }: PowerQueryReading, file: string): readonly EdgeFact[] =>
  sources.map(({ namespace, path }) => ({
    from: { name: { namespace, name: path.join(".") }, path },
    use: "UNKNOWN",
    provenance: { file },
  }));

function notUnderstood(
  model: SemanticModel,
  table: ModelTable,
  readings: readonly PowerQueryReading[],
): readonly Problem[] {
  const lost = [...new Set(readings.flatMap((one) => one.lost))];
  const found = readings.some(({ sources }) => sources.length > 0);
  return [
    {
      code: "sql-not-understood",
      message: `the query of ${model.title}/${table.name} is not understood${lost.length > 0 ? ` (${lost.join(", ")})` : ""}: ${
        found ? "which columns it reads is not known" : "what it reads is not known"
      }`,
      next: "Name the tables that it reads in a graph file, or move the step into a view of the source.",
      file: table.file,
      severity: "warning",
    },
  ];
}

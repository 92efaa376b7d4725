import { asRecord, asText, recordsIn, textsIn } from "#lib/ingest/loose-value.ts";
import type { EdgeFact, QueryFact } from "#lib/model/fact.ts";
import { type Names, ownerOfColumn } from "./entity-names.ts";
import { fqnKey } from "./fully-qualified-name.ts";
import type { Entity, Gathered, LineageArrow } from "./gather-entities.ts";

/** What flows into an entity. */
export interface Inflow {
  readonly edges: readonly EdgeFact[];
  readonly queries: readonly QueryFact[];
}

/** Different statements of one table that are kept. */
const MOST_STATEMENTS = 9;

/** By entity. Arrows come once for each side that was asked for. */
export function gatherInflows(gathered: Gathered, names: Names): ReadonlyMap<Entity, Inflow> {
  const byTarget = new Map<Entity, LineageArrow[]>();
  for (const arrow of gathered.arrows) {
    const list = byTarget.get(arrow.to);
    if (list) list.push(arrow);
    else byTarget.set(arrow.to, [arrow]);
  }
  return new Map(
    [...byTarget].map(([to, arrows]) => [
      to,
      { edges: edgesOf(arrows, { gathered, names }), queries: queriesOf(to, { arrows, names }) },
    ]),
  );
}

interface Given {
  readonly gathered: Gathered;
  readonly names: Names;
}

function edgesOf(arrows: readonly LineageArrow[], given: Given): readonly EdgeFact[] {
  const edges = new Map<string, EdgeFact>();
  const byColumn = new Set<string>();
  for (const arrow of arrows) {
    for (const { owner, edge } of columnEdges(arrow, given)) {
      byColumn.add(fqnKey(owner.parts));
      edges.set(JSON.stringify([edge.from.name, edge.from.column, edge.toColumn, edge.via]), edge);
    }
  }
  for (const arrow of arrows) {
    // The columns that are read are known: that the table is read says nothing more.
    if (byColumn.has(fqnKey(arrow.from.parts))) continue;
    const edge: EdgeFact = {
      from: given.names.endOf(arrow.from),
      use: "UNKNOWN",
      ...viaOf(arrow, given),
      provenance: arrow.provenance,
    };
    edges.set(JSON.stringify([edge.from.name, edge.via]), edge);
  }
  return [...edges.values()];
}

/** One source is taken as passed on, which absorbs least; what a function or several sources make is computed. */
function columnEdges(
  arrow: LineageArrow,
  given: Given,
): readonly { readonly owner: Entity; readonly edge: EdgeFact }[] {
  const { to, details, provenance } = arrow;
  const { gathered, names } = given;
  const list = [...recordsIn(details["columnsLineage"]), ...recordsIn(details["columns"])];
  return list.flatMap((entry) => {
    const sources = textsIn(entry["fromColumns"]);
    const toColumn = names.columnIn(to, asText(entry["toColumn"]) ?? "");
    const made = asText(entry["function"]);
    const use = sources.length === 1 && made === undefined ? "IDENTITY" : "ARITH";
    return sources.flatMap((source) => {
      const owner = ownerOfColumn(source, gathered) ?? arrow.from;
      const column = names.columnIn(owner, source);
      if (column === undefined) return [];
      const edge: EdgeFact = {
        from: { ...names.endOf(owner), column },
        ...(toColumn === undefined ? {} : { toColumn }),
        ...(toColumn === undefined
          ? { use: "UNKNOWN" as const }
          : {
              use,
              cap: "likely" as const,
              ...(made === undefined ? {} : { expression: made.slice(0, 200) }),
            }),
        ...viaOf(arrow, given),
        provenance,
      };
      return [{ owner, edge }];
    });
  });
}

function viaOf(
  { details, provenance }: LineageArrow,
  { gathered, names }: Given,
): Pick<EdgeFact, "via"> {
  const pipeline = asRecord(details["pipeline"]);
  const entity = pipeline && gathered.refer({ type: "pipeline", ...pipeline }, provenance);
  return entity === undefined ? {} : { via: names.named(entity).name };
}

/** The statement that OpenMetadata read the lineage from says more than what it kept of it. */
function queriesOf(
  to: Entity,
  { arrows, names }: { readonly arrows: readonly LineageArrow[]; readonly names: Names },
): readonly QueryFact[] {
  if (to.type !== "table") return [];
  const { dialect } = names.platform(to);
  const defaultPath = names.named(to).path?.slice(0, -1) ?? [];
  const texts = new Map(
    arrows.flatMap(({ details, provenance }) => {
      const sql = asText(details["sqlQuery"]);
      return sql === undefined || !WRITES.test(sql) ? [] : [[sql, provenance] as const];
    }),
  );
  return [...texts].slice(0, MOST_STATEMENTS).map(([sql, provenance], index) => ({
    name: index === 0 ? "lineage query" : `lineage query (${index + 1})`,
    sql,
    dialect: dialect ?? "generic",
    ...(defaultPath.length === 0 ? {} : { defaultPath }),
    provenance,
  }));
}

const WRITES = /^\s*(?:--[^\n]*\n\s*)*(?:create|insert|merge|update|replace|with|select)\b/i;

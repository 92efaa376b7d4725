import type { AssetClaim } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";

/**
 * What a source's stored claim becomes when a later event speaks of the same asset. Events are partial: one that does not
 * mention columns, lineage or an owner takes none of them away. What a job moves is replaced only by a better account of
 * the same job.
 */
export function mergeEventClaim(before: AssetClaim, after: AssetClaim): AssetClaim {
  const { columns, columnsComplete } = laterColumns(before, after);
  const extra = { ...before.attributes.extra, ...after.attributes.extra };
  const names = new Set(after.queries.map((query) => query.name));
  const { placeholder: _reader, ...rest } = after;
  return {
    ...rest,
    kind: after.placeholder === true && before.placeholder !== true ? before.kind : after.kind,
    attributes: {
      ...before.attributes,
      ...after.attributes,
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
      ...laterRun(before, after),
    },
    ...(columns === undefined ? {} : { columns }),
    columnsComplete,
    edges: writesNow(before, after, extra) ? [] : laterEdges(before, after),
    queries: [...before.queries.filter((query) => !names.has(query.name)), ...after.queries],
    aliases: [...new Set([...before.aliases, ...after.aliases])].sort(),
    ...(before.placeholder === true && after.placeholder === true ? { placeholder: true } : {}),
  };
}

/** A job that turned out to write something is no end of the lineage any more. */
const writesNow = (
  before: AssetClaim,
  after: AssetClaim,
  extra: Readonly<Record<string, unknown>>,
): boolean =>
  before.kind === after.kind &&
  (after.kind === "job" || after.kind === "ml_job") &&
  typeof extra["outputs"] === "number";

/** A reader's view of the columns does not replace what the writer said. */
function laterColumns(
  before: AssetClaim,
  after: AssetClaim,
): Pick<AssetClaim, "columns" | "columnsComplete"> {
  const isWeaker =
    after.columns === undefined ||
    (before.columnsComplete && !after.columnsComplete) ||
    (after.placeholder === true && before.placeholder !== true && before.columns !== undefined);
  const stronger = isWeaker ? before : after;
  const weaker = isWeaker ? after : before;
  if (stronger.columns === undefined) return { columnsComplete: false };
  const details = new Map((weaker.columns ?? []).map((column) => [column.name, column]));
  const columns = stronger.columns.map((column) => ({ ...details.get(column.name), ...column }));
  const known = new Set(columns.map((column) => column.name));
  const rest = stronger.columnsComplete
    ? []
    : (weaker.columns ?? []).filter((column) => !known.has(column.name));
  return { columns: [...columns, ...rest], columnsComplete: stronger.columnsComplete };
}

function laterRun(
  before: AssetClaim,
  after: AssetClaim,
): Pick<AssetClaim["attributes"], "lastRun"> {
  const a = before.attributes.lastRun;
  const b = after.attributes.lastRun;
  const latest = a !== undefined && (b === undefined || a.at > b.at) ? a : b;
  return latest === undefined ? {} : { lastRun: latest };
}

function laterEdges(before: AssetClaim, after: AssetClaim): readonly Edge[] {
  const flowOf = (edge: Edge): string => `${edge.via ?? ""} ${edge.from.asset}`;
  const told = new Set(after.edges.filter((edge) => edge.use !== "UNKNOWN").map(flowOf));
  const fresh = new Set(after.edges.map(edgeKey));
  const kept = before.edges.filter((edge) => !told.has(flowOf(edge)) && !fresh.has(edgeKey(edge)));
  const known = new Set(kept.filter((edge) => edge.use !== "UNKNOWN").map(flowOf));
  return [
    ...kept,
    ...after.edges.filter((edge) => edge.use !== "UNKNOWN" || !known.has(flowOf(edge))),
  ];
}

const edgeKey = (edge: Edge): string =>
  JSON.stringify([edge.from.asset, edge.from.column, edge.to.column, edge.use, edge.via]);

import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { asRecord } from "#lib/ingest/loose-value.ts";
import { ROLE_USES } from "#lib/ingest/native/graph-assets.ts";
import type { Edge } from "#lib/model/edge.ts";
import { exportOpenLineage } from "./export-open-lineage.ts";

export const EXPORT_KINDS = ["graph", "openlineage"] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export const isExportKind = (text: string): text is ExportKind =>
  (EXPORT_KINDS as readonly string[]).includes(text);

/** The graph as one JSON value: a native graph file, or a list of OpenLineage events. */
export function exportGraph(
  graph: MergedGraph,
  { kind, at }: { readonly kind: ExportKind; readonly at: string },
): unknown {
  return kind === "openlineage" ? exportOpenLineage(graph, at) : exportNative(graph);
}

/**
 * The native graph file: what `ingest` reads again. Queries stand for the edges that were read from them; ids are names,
 * with the namespace before them where two assets share a name.
 */
function exportNative(graph: MergedGraph): unknown {
  const idOf = nameAssets(graph);
  const assets = [...graph.assets.values()];
  return {
    ...Object.assign({}, ...assets.map(({ aside }) => aside)),
    assets: assets.map((asset) => exportAsset(asset, idOf)),
    edges: assets.flatMap((asset) =>
      asset.edges
        .filter((edge) => edge.query === undefined || !hasPlan(asset, edge.query))
        .map((edge) => exportEdge(edge, idOf)),
    ),
    observed: Object.fromEntries(assets.flatMap((asset) => exportProfiles(asset, idOf))),
  };
}

type IdOf = (asset: MergedAsset["id"]) => string;

function nameAssets(graph: MergedGraph): IdOf {
  const counts = new Map<string, number>();
  for (const { name } of graph.assets.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (id) => {
    const asset = graph.assets.get(id);
    if (!asset) return id;
    return counts.get(asset.name) === 1 ? asset.name : `${asset.namespace}/${asset.name}`;
  };
}

const hasPlan = (asset: MergedAsset, query: string): boolean =>
  asset.queries.some(({ name, plan }) => name === query && plan !== undefined);

function exportAsset(asset: MergedAsset, idOf: IdOf): unknown {
  const { extra = {}, rows: _, ...attributes } = asset.attributes;
  const { lifecycle, ...others } = extra;
  const isUnsaid = asRecord(lifecycle)?.["state"] === "UNSAID";
  return {
    ...(isUnsaid ? others : extra),
    id: idOf(asset.id),
    namespace: asset.namespace,
    kind: asset.kind,
    ...attributes,
    ...(attributes.partOf === undefined ? {} : { partOf: idOf(attributes.partOf) }),
    ...(asset.staleSince === undefined ? {} : { staleSince: asset.staleSince }),
    ...(asset.columns.length === 0
      ? {}
      : {
          columns: asset.columns.map(exportColumn),
          ...(asset.columnsComplete ? {} : { columnsComplete: false }),
        }),
    ...(asset.queries.length === 0
      ? {}
      : {
          queries: asset.queries.map(({ name, sql, dialect, defaultPath, roles, live }) => ({
            name,
            sql,
            dialect,
            ...(defaultPath === undefined ? {} : { defaultPath }),
            ...(roles === undefined ? {} : { roles: roles.map(exportRole) }),
            ...(live === undefined ? {} : { live }),
          })),
        }),
  };
}

const ROLES = new Map<string, string>(Object.entries(ROLE_USES).map(([role, use]) => [use, role]));

/** Uses that a graph file has no role for stay as they are, so that the file says which. */
const exportRole = ({
  column,
  use,
}: {
  readonly column: string;
  readonly use: string;
}): unknown => ({
  column,
  role: ROLES.get(use) ?? use,
});

function exportColumn({ profile: _, extra, ...column }: MergedAsset["columns"][number]): unknown {
  return { ...extra, ...column };
}

function exportEdge({ from, to, use, expression, cap, extra }: Edge, idOf: IdOf): unknown {
  const write = (end: Edge["from"]): string =>
    end.column === undefined ? idOf(end.asset) : `${idOf(end.asset)}.${end.column}`;
  return {
    ...extra,
    from: write(from),
    to: write(to),
    use,
    ...(expression === undefined ? {} : { expression }),
    ...(cap === undefined ? {} : { cap }),
  };
}

function exportProfiles(asset: MergedAsset, idOf: IdOf): readonly [string, unknown][] {
  const { rows } = asset.attributes;
  const ofColumns = asset.columns.flatMap(({ name, profile }): [string, unknown][] =>
    profile === undefined ? [] : [[`${idOf(asset.id)}.${name}`, profile]],
  );
  return rows === undefined ? ofColumns : [[idOf(asset.id), { rows }], ...ofColumns];
}

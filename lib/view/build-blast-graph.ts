import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Assessment, AssetVerdict } from "#lib/impact/assessment.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { BlastEdge, BlastGraph, BlastNode, TouchedColumn } from "./blast-answer.ts";
import { type EdgeState, edgeStates } from "./edge-states.ts";
import { edgesThroughEphemerals } from "./edges-through-ephemerals.ts";
import { USE_WORDS } from "./verdict-words.ts";

export interface BlastGraphInput {
  readonly assessment: Assessment;
  /** The graph that the assessment was made from. */
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
}

/**
 * What there is to draw: the changed assets, everything with a verdict, and the edges between them as people know them.
 * Ephemeral models and the inner relations of queries are no nodes; edges lead through them.
 */
export function buildBlastGraph({ assessment, graph }: BlastGraphInput): BlastGraph {
  const verdicts = new Map(assessment.verdicts.map((verdict) => [verdict.asset.id, verdict]));
  const changed = changedColumns(assessment);
  const drawn = [...new Set([...changed.keys(), ...verdicts.keys()])]
    .flatMap((id) => graph.assets.get(id) ?? [])
    .filter((asset) => changed.has(asset.id) || asset.attributes.materialization !== "ephemeral")
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const isDrawn = new Set(drawn.map((asset) => asset.id));
  const stateOf = edgeStates({ assessment, graph, verdicts });
  const edges = drawn.flatMap((asset) =>
    uniteEdges(
      edgesThroughEphemerals(graph, asset, isDrawn).filter((edge) => isDrawn.has(edge.from.asset)),
      stateOf,
    ),
  );
  const all = [...edges, ...partEdges({ assets: drawn, isDrawn, edges, verdicts })];
  const into = groupByAsset(all, (edge) => edge.to.asset);
  const outOf = groupByAsset(all, (edge) => edge.from.asset);
  return {
    nodes: drawn.map((asset) =>
      nodeOf({
        asset,
        verdict: verdicts.get(asset.id),
        changed: changed.get(asset.id),
        into: into.get(asset.id) ?? [],
        outOf: outOf.get(asset.id) ?? [],
        isDrawn,
      }),
    ),
    edges: all,
  };
}

const PART_STATES: Readonly<Record<AssetVerdict["verdict"], EdgeState>> = {
  breaks_loudly: "harms",
  breaks_silently: "harms",
  degraded: "harms",
  unaffected: "idle",
  unknown: "unknown",
};

interface PartsInput {
  readonly assets: readonly MergedAsset[];
  readonly isDrawn: ReadonlySet<AssetId>;
  readonly edges: readonly BlastEdge[];
  readonly verdicts: ReadonlyMap<AssetId, AssetVerdict>;
}

/** A dashboard is judged by its charts and reads nothing itself: a line from each chart, unless the graph has one. */
function partEdges({ assets, isDrawn, edges, verdicts }: PartsInput): readonly BlastEdge[] {
  const known = new Set(edges.map(({ from, to }) => JSON.stringify([from.asset, to.asset])));
  return assets.flatMap(({ id, attributes: { partOf } }): readonly BlastEdge[] => {
    const verdict = verdicts.get(id);
    if (partOf === undefined || verdict === undefined || !isDrawn.has(partOf)) return [];
    if (known.has(JSON.stringify([id, partOf]))) return [];
    return [
      {
        from: { asset: id },
        to: { asset: partOf },
        use: "IDENTITY",
        state: PART_STATES[verdict.verdict],
      },
    ];
  });
}

function groupByAsset(
  edges: readonly BlastEdge[],
  assetOf: (edge: BlastEdge) => AssetId,
): ReadonlyMap<AssetId, readonly BlastEdge[]> {
  const groups = new Map<AssetId, BlastEdge[]>();
  for (const edge of edges) {
    const id = assetOf(edge);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [edge]);
    else group.push(edge);
  }
  return groups;
}

/** By changed asset, the columns named in changes; empty where the change is of the whole table. */
function changedColumns({ changes }: Assessment): ReadonlyMap<AssetId, ReadonlySet<string>> {
  const found = new Map<AssetId, Set<string>>();
  for (const { asset, column } of changes) {
    const id = assetId(asset.namespace, asset.name);
    const columns = found.get(id) ?? new Set<string>();
    if (typeof column === "string") columns.add(column.toLowerCase());
    found.set(id, columns);
  }
  return found;
}

const STATE_ORDER: readonly EdgeState[] = ["harms", "unknown", "carries", "absorbed", "idle"];

/** One edge for two ends, however many uses lie between them: the one whose state says most. */
function uniteEdges(
  edges: readonly Edge[],
  stateOf: (edge: Edge) => EdgeState,
): readonly BlastEdge[] {
  const united = new Map<string, BlastEdge>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.from.asset, edge.from.column ?? null, edge.to.column ?? null]);
    const state = stateOf(edge);
    const known = united.get(key);
    if (known !== undefined && STATE_ORDER.indexOf(known.state) <= STATE_ORDER.indexOf(state))
      continue;
    united.set(key, {
      from: edge.from,
      to: edge.to,
      use: edge.use,
      ...(edge.expression === undefined ? {} : { expression: edge.expression }),
      state,
    });
  }
  return [...united.values()];
}

interface NodeInput {
  readonly asset: MergedAsset;
  readonly verdict: AssetVerdict | undefined;
  readonly changed: ReadonlySet<string> | undefined;
  readonly into: readonly BlastEdge[];
  readonly outOf: readonly BlastEdge[];
  readonly isDrawn: ReadonlySet<AssetId>;
}

function nodeOf(given: NodeInput): BlastNode {
  const { asset, verdict, changed } = given;
  const { materialization, domain, owner, tier, partOf } = asset.attributes;
  const touched = touchedColumns(given);
  const known = new Set(asset.columns.map(({ name }) => name.toLowerCase()));
  return {
    id: asset.id,
    shortName: asset.shortName,
    name: asset.name,
    namespace: asset.namespace,
    kind: asset.kind,
    ...(materialization === undefined ? {} : { materialization }),
    domain: domain ?? "",
    ...(owner === undefined ? {} : { owner }),
    ...(tier === undefined ? {} : { tier }),
    ...(verdict === undefined ? {} : { verdict: verdict.verdict }),
    changed: changed !== undefined,
    isConsumer: isConsumerKind(asset.kind),
    ...(partOf !== undefined && given.isDrawn.has(partOf) ? { partOf } : {}),
    touched,
    otherColumns:
      asset.columns.length - touched.filter(({ name }) => known.has(name.toLowerCase())).length,
  };
}

/** Columns that change, carry an effect of their own, or stand at a line that is not idle; in the asset's order. */
function touchedColumns({
  asset,
  verdict,
  changed,
  into,
  outOf,
}: NodeInput): readonly TouchedColumn[] {
  const names = new Map<string, string>();
  const add = (name: string | undefined): void => {
    if (name !== undefined && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  };
  for (const column of changed ?? []) add(column);
  const shared = new Set(verdict?.rows.map(({ effect }) => effect));
  for (const { column, effects } of verdict?.columns ?? []) {
    if (effects.some((effect) => !shared.has(effect))) add(column);
  }
  for (const edge of into) if (edge.state !== "idle") add(edge.to.column);
  for (const edge of outOf) if (edge.state !== "idle") add(edge.from.column);
  const words = new Map<string, string>();
  for (const edge of into) {
    const key = edge.to.column?.toLowerCase();
    if (key !== undefined && edge.state !== "idle" && !words.has(key))
      words.set(key, USE_WORDS[edge.use]);
  }
  const order = new Map(asset.columns.map(({ name }, at) => [name.toLowerCase(), at]));
  const types = new Map(asset.columns.map(({ name, type }) => [name.toLowerCase(), type]));
  const spelled = new Map(asset.columns.map(({ name }) => [name.toLowerCase(), name]));
  return [...names]
    .sort(
      ([a], [b]) =>
        (order.get(a) ?? asset.columns.length) - (order.get(b) ?? asset.columns.length) ||
        (a < b ? -1 : 1),
    )
    .map(([key, name]) => {
      const type = types.get(key);
      const useWord = words.get(key);
      return {
        name: spelled.get(key) ?? name,
        ...(type === undefined ? {} : { type }),
        ...(useWord === undefined ? {} : { useWord }),
        changed: changed?.has(key) === true,
      };
    });
}

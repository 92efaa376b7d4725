import { type AssetAttributes, type AssetKind, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { addPlan } from "./add-plan.ts";
import { findAlwaysNull } from "./always-null.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { addReaderMarker } from "./reader-marker.ts";
import { type EdgeUse, type RowCode, type Snapshot, TRAIT } from "./snapshot.ts";
import { SnapshotDraft } from "./snapshot-draft.ts";

/** Which of an asset's queries and edges the engine walks. A query with a plan replaces the edges contracted from it. */
interface WalkedLineage {
  readonly asset: MergedAsset;
  readonly number: number;
  readonly plans: readonly (AssetQuery & { readonly plan: QueryPlan })[];
  /** Each query is judged by itself; otherwise the one plan's result is the asset. */
  readonly apart: boolean;
  readonly edges: readonly Edge[];
}

/** Uses that no SQL says: they are kept beside a plan. */
const BESIDE_PLAN: ReadonlySet<Use> = new Set([
  "KEY_MERGE",
  "NOT_NULL_CHECK",
  "LENIENT_READ",
  "STRICT_READ",
  "SKIP_BAD_ROWS_READ",
  "POSITION_EXPORT",
]);

/** Builds the engine's graph of all assets, with the inner relations of their queries. O(assets + columns + edges). */
export function buildSnapshot(graph: MergedGraph): Snapshot {
  const ids = [...graph.assets.keys()].sort();
  const numbers = new Map<AssetId, number>(ids.map((id, index) => [id, index]));
  const draft = new SnapshotDraft(ids);
  const lineages: WalkedLineage[] = [];
  for (const id of ids) {
    const asset = graph.assets.get(id);
    if (asset !== undefined) lineages.push(walkedLineage(asset, numbers.get(id) ?? 0));
  }
  const nulls = findAlwaysNull(graph);
  for (const { asset, number } of lineages)
    declareColumns(draft, { asset, number, alwaysNull: nulls.get(asset.id) });
  for (const lineage of lineages) {
    addQueries(draft, lineage, { graph, numbers });
    addAssetEdges(draft, lineage, { graph, numbers });
    addPart(draft, lineage.asset, { graph, numbers });
  }
  return draft.finish(graph.version);
}

interface Known {
  readonly graph: MergedGraph;
  readonly numbers: ReadonlyMap<AssetId, number>;
}

function walkedLineage(asset: MergedAsset, number: number): WalkedLineage {
  const plans: (AssetQuery & { readonly plan: QueryPlan })[] = [];
  for (const query of asset.queries) {
    if (query.plan !== undefined && query.plan.relations.length > 0)
      plans.push({ ...query, plan: query.plan });
  }
  const covered = new Set<AssetId>();
  for (const query of plans) {
    for (const relation of query.plan.relations) {
      for (const input of relation.inputs) if ("asset" in input) covered.add(input.asset);
    }
  }
  const someUnread = plans.length < asset.queries.length;
  const keep = (edge: Edge): boolean =>
    plans.length === 0 ||
    !covered.has(edge.from.asset) ||
    BESIDE_PLAN.has(edge.use) ||
    (someUnread && edge.use === "UNKNOWN");
  return {
    asset,
    number,
    plans,
    apart: plans.length > 1 || (plans.length === 1 && isConsumerKind(asset.kind)),
    edges: asset.edges.filter(keep),
  };
}

function declareColumns(
  draft: SnapshotDraft,
  {
    asset,
    number,
    alwaysNull,
  }: {
    readonly asset: MergedAsset;
    readonly number: number;
    readonly alwaysNull: ReadonlySet<string> | undefined;
  },
): void {
  const columns = draft.columnsOf(number);
  for (const column of asset.columns) {
    columns.declare(column.name, {
      type: column.type,
      notNull: column.nullable === false,
      onlyNulls: hasOnlyNulls(column),
      alwaysNull: alwaysNull?.has(column.name.toLowerCase()) === true,
    });
  }
  draft.addTraits(number, traitsOf(asset) | (alwaysNull === undefined ? 0 : TRAIT.alwaysNull));
}

const hasOnlyNulls = ({ profile }: MergedAsset["columns"][number]): boolean =>
  profile?.nullShare === 1 && profile.rows !== 0;

/** A feature view is read through: a training set is taken from the table that it stands for. */
const VIEW_KINDS: ReadonlySet<AssetKind> = new Set(["view", "metric", "feature_view"]);

const KEEPS_NO_DATA: ReadonlySet<string> = new Set(["view", "ephemeral"]);

const SCHEMA_CHANGE_TRAIT: Record<NonNullable<AssetAttributes["onSchemaChange"]>, number> = {
  ignore: TRAIT.incrementalIgnore,
  fail: TRAIT.incrementalFail,
  append_new_columns: TRAIT.incrementalAppend,
  sync_all_columns: 0,
};

function traitsOf(asset: MergedAsset): number {
  const { attributes, kind } = asset;
  let traits = 0;
  const how = attributes.materialization ?? (VIEW_KINDS.has(kind) ? "view" : "table");
  if (KEEPS_NO_DATA.has(how)) traits |= TRAIT.view;
  if (attributes.partOf !== undefined) traits |= TRAIT.part;
  if (how === "incremental") traits |= SCHEMA_CHANGE_TRAIT[attributes.onSchemaChange ?? "ignore"];
  if (attributes.contract?.enforced === true) traits |= TRAIT.contractEnforced;
  if (attributes.rows === 0) traits |= TRAIT.empty;
  if (asset.columns.some(hasOnlyNulls)) traits |= TRAIT.onlyNulls;
  return traits;
}

function addQueries(draft: SnapshotDraft, lineage: WalkedLineage, { graph, numbers }: Known): void {
  const { asset, number, plans, apart } = lineage;
  if (apart) draft.addTraits(number, TRAIT.composed);
  for (const query of plans) {
    const result = apart
      ? draft.addInner({ owner: number, label: query.name, traits: TRAIT.query })
      : number;
    addPlan(draft, {
      plan: query.plan,
      owner: number,
      result,
      numbers,
      reader: asset.attributes.readerMode,
      provenance: query.provenance,
      isOpen: (id) => graph.assets.get(id)?.columnsComplete !== true,
    });
    if (apart) joinQuery(draft, { asset: number, result, query });
  }
}

/** A query's outputs become the consumer's columns, each in its role. */
function joinQuery(
  draft: SnapshotDraft,
  {
    asset,
    result,
    query,
  }: { readonly asset: number; readonly result: number; readonly query: AssetQuery },
): void {
  const roles = new Map(query.roles?.map(({ column, use }) => [column.toLowerCase(), use]));
  const from = draft.columnsOf(result);
  const to = draft.columnsOf(asset);
  from.names.forEach((name, column) => {
    if (from.expected[column] === true) return;
    draft.addEdge({
      from: { relation: result, column },
      to: { relation: asset, column: to.require(name, false) },
      use: { use: roles.get(name.toLowerCase()) ?? "IDENTITY" },
      note: { provenance: query.provenance },
    });
  });
  draft.addPair(result, asset, "each");
}

/** From a whole asset, these read how many rows there are and nothing of the columns. */
const READS_ROWS_ONLY: ReadonlySet<Use> = new Set([
  "COUNT_STAR",
  "EXISTS",
  "NOT_USED",
  "AGG_COUNT",
]);

function addAssetEdges(
  draft: SnapshotDraft,
  lineage: WalkedLineage,
  { graph, numbers }: Known,
): void {
  const { asset, number, edges } = lineage;
  const rowUses = new Map<number, Set<Use>>();
  const reader = asset.attributes.readerMode;
  for (const edge of edges) {
    const from = numbers.get(edge.from.asset);
    const source = graph.assets.get(edge.from.asset);
    if (from === undefined || source === undefined) continue;
    const to =
      edge.to.column === undefined
        ? { relation: number }
        : { relation: number, column: draft.columnsOf(number).require(edge.to.column, false) };
    const whole = edge.from.column === undefined && !READS_ROWS_ONLY.has(edge.use);
    const isPart = whole && isPartOf(source, asset);
    const use = useOver(edge, { reader, whole, detail: detailOf(edge, asset, isPart) });
    if (isPart) markPart(draft, from, number);
    const expected = edge.use === "UNQUALIFIED" || source.columnsComplete;
    draft.addEdge({
      from:
        edge.from.column === undefined
          ? { relation: from }
          : { relation: from, column: draft.columnsOf(from).require(edge.from.column, expected) },
      to,
      use,
      note:
        edge.expression === undefined
          ? { provenance: edge.provenance }
          : { expression: edge.expression, provenance: edge.provenance },
    });
    const seen = rowUses.get(from) ?? new Set<Use>();
    rowUses.set(from, isPart ? seen : seen.add(edge.use));
  }
  for (const [from, uses] of rowUses) {
    draft.addPair(from, number, rowsOverEdges(uses, rowUses.size > 1));
    addReaderMarker(draft, { from, to: number, reader });
  }
}

/** A key of a table's groups, where the table's columns have edges of their own: it decides which rows there are. */
const regroups = ({ from, to, use }: Edge, asset: MergedAsset): boolean =>
  use === "GROUP_BY" &&
  from.column !== undefined &&
  to.column === undefined &&
  !isConsumerKind(asset.kind) &&
  asset.edges.some((edge) => edge.to.column !== undefined && edge.from.asset === from.asset);

/** Most edges say nothing but their use; taking objects apart and together again is what costs here. */
function useOver(
  { use, cap }: Edge,
  {
    reader,
    whole,
    detail,
  }: {
    readonly reader: EdgeUse["reader"] | undefined;
    readonly whole: boolean;
    readonly detail: ReturnType<typeof detailOf>;
  },
): EdgeUse {
  if (cap === undefined && reader === undefined && !whole && detail.detail === undefined)
    return { use };
  return {
    use,
    ...(cap === undefined ? {} : { cap }),
    ...(reader === undefined || whole ? {} : { reader }),
    ...(whole ? { whole } : {}),
    ...detail,
  };
}

function detailOf(
  edge: Edge,
  asset: MergedAsset,
  isPart: boolean,
): { readonly detail?: "part" | "regroups" } {
  if (isPart) return { detail: "part" };
  return regroups(edge, asset) ? { detail: "regroups" } : {};
}

const FOLDS_ROWS: ReadonlySet<Use> = new Set([
  "AGG_SUM",
  "AGG_COUNT",
  "AGG_DISTINCT",
  "AGG_IDEMPOTENT",
  "COUNT_STAR",
  "MEASURE",
  "GROUP_BY",
]);

/** Between assets the row set's way is not said; it follows from the uses. */
function rowsOverEdges(uses: ReadonlySet<Use>, isJoined: boolean): RowCode {
  const all = [...uses];
  if (all.every((use) => use === "EXISTS")) return "exists";
  if (all.every((use) => use === "UNKNOWN")) return "none";
  if (all.every((use) => use === "KEY_MERGE")) return "merge";
  if (!all.some((use) => FOLDS_ROWS.has(use))) return isJoined ? "joined" : "each";
  return all.every((use) => FOLDS_ROWS.has(use) && use !== "GROUP_BY") ? "single" : "grouped";
}

const isPartOf = (part: MergedAsset, whole: MergedAsset): boolean =>
  part.attributes.partOf === whole.id || (part.kind === "chart" && whole.kind === "dashboard");

function markPart(draft: SnapshotDraft, part: number, whole: number): void {
  draft.addTraits(part, TRAIT.part);
  draft.addTraits(whole, TRAIT.composed);
  draft.addPair(part, whole, "none");
}

/** A part whose source drew no edge to the whole. */
function addPart(draft: SnapshotDraft, asset: MergedAsset, { numbers }: Known): void {
  const whole =
    asset.attributes.partOf === undefined ? undefined : numbers.get(asset.attributes.partOf);
  const part = numbers.get(asset.id);
  if (whole === undefined || part === undefined || draft.hasPair(part, whole)) return;
  markPart(draft, part, whole);
  draft.addEdge({
    from: { relation: part },
    to: { relation: whole },
    use: { use: "IDENTITY", whole: true, detail: "part" },
  });
}

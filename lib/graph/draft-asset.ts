import { type AssetAttributes, type AssetKind, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { addAssetEdges } from "./add-asset-edges.ts";
import { addPlan } from "./add-plan.ts";
import { AssetDraft, type Contribution } from "./asset-draft.ts";
import { type BranchMark, marksOfPlan } from "./branch-marks.ts";
import { EdgeBook } from "./edge-book.ts";
import { followsRenames } from "./follows-renames.ts";
import { keepsRows, mergeKeysOf, readMergeKeys } from "./merge-keys.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { optionalSides } from "./optional-side.ts";
import type { PlanMarks } from "./plan-place.ts";
import { COLUMN_TRAIT, type EdgeNote, type EdgeUse, TRAIT } from "./snapshot.ts";
import { starColumns } from "./star-columns.ts";
import { type KeysByAsset, NO_KEYS } from "./unique-keys.ts";

/** Which of an asset's queries and edges the engine walks. A query with a plan replaces the edges contracted from it. */
interface WalkedLineage {
  readonly asset: MergedAsset;
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
  // A filter on top of a chart, which its query holds only while somebody uses it.
  "BI_FILTER",
]);

interface DraftGiven {
  readonly graph: MergedGraph;
  readonly book: EdgeBook;
  /** Columns of the asset that are NULL in every row, in lower case. */
  readonly alwaysNull: ReadonlySet<string> | undefined;
  /** What tells the rows of the assets apart. */
  readonly keys: KeysByAsset;
  readonly onlyNotes?: boolean;
}

/**
 * What an asset adds to the engine's graph, with the inner relations of its queries. O(its columns and edges). Of other
 * assets it asks only what `sameToReaders` compares, and their keys.
 */
export const draftAsset = (asset: MergedAsset, given: DraftGiven): Contribution =>
  draftOf(asset, given).finish();

/** What is said of the asset's edges, in their order; only the graph is asked for that. */
export const draftNotes = (asset: MergedAsset, graph: MergedGraph): readonly EdgeNote[] =>
  draftOf(asset, {
    graph,
    book: new EdgeBook(),
    alwaysNull: undefined,
    keys: new Map(),
    onlyNotes: true,
  }).notes;

function draftOf(asset: MergedAsset, given: DraftGiven): AssetDraft {
  const draft = new AssetDraft(asset, given);
  const lineage = walkedLineage(asset);
  declareColumns(draft, asset, given.alwaysNull);
  addQueries(draft, lineage, given);
  addAssetEdges(draft, lineage, given.graph);
  return draft;
}

/** Whether readers of an asset that changed add the same to the graph as before. */
export const sameToReaders = (one: MergedAsset, other: MergedAsset): boolean =>
  one.columnsComplete === other.columnsComplete &&
  one.kind === other.kind &&
  one.shortName === other.shortName &&
  one.attributes.partOf === other.attributes.partOf;

/** What the engine walks of an asset's queries and edges. */
export function walkedLineage(asset: MergedAsset): WalkedLineage {
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
    !covered.has(edge.from.asset) ||
    BESIDE_PLAN.has(edge.use) ||
    (someUnread && edge.use === "UNKNOWN");
  return {
    asset,
    plans,
    apart: plans.length > 1 || (plans.length === 1 && isConsumerKind(asset.kind)),
    edges: plans.length === 0 ? asset.edges : asset.edges.filter(keep),
  };
}

function declareColumns(
  draft: AssetDraft,
  asset: MergedAsset,
  alwaysNull: ReadonlySet<string> | undefined,
): void {
  const columns = draft.columnsOf(0);
  for (const column of asset.columns) {
    columns.declare(column.name, {
      type: draft.typeNumber(column.type),
      traits:
        (column.nullable === false ? COLUMN_TRAIT.notNull : 0) |
        (hasOnlyNulls(column) ? COLUMN_TRAIT.onlyNulls : 0) |
        (isRequired(asset, column.name) ? COLUMN_TRAIT.required : 0) |
        (alwaysNull?.has(column.name.toLowerCase()) === true ? COLUMN_TRAIT.alwaysNull : 0),
    });
  }
  draft.addTraits(traitsOf(asset) | (alwaysNull === undefined ? 0 : TRAIT.alwaysNull));
}

function isRequired({ attributes }: MergedAsset, name: string): boolean {
  const { enforced, required = [] } = attributes.contract ?? {};
  return enforced === true && required.some((each) => each.toLowerCase() === name.toLowerCase());
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
  sync_all_columns: TRAIT.alignsTypes,
};

/** What brings columns in line changes their types too, and what is to fail on a change has its own rule. */
const KEEPS_TYPES: ReadonlySet<AssetAttributes["onSchemaChange"]> = new Set([
  undefined,
  "ignore",
  "append_new_columns",
] as const);

function traitsOf(asset: MergedAsset): number {
  const { attributes, kind } = asset;
  let traits = 0;
  const how = attributes.materialization ?? (VIEW_KINDS.has(kind) ? "view" : "table");
  if (KEEPS_NO_DATA.has(how)) traits |= TRAIT.view;
  if (attributes.partOf !== undefined) traits |= TRAIT.part;
  if (keepsRows(asset)) traits |= TRAIT.keepsRows;
  if (how === "snapshot" || (how === "incremental" && KEEPS_TYPES.has(attributes.onSchemaChange)))
    traits |= TRAIT.keepsTypes;
  if (how === "incremental") traits |= SCHEMA_CHANGE_TRAIT[attributes.onSchemaChange ?? "ignore"];
  if (attributes.contract?.enforced === true) traits |= TRAIT.contractEnforced;
  if (asset.columns.some(({ name }) => isRequired(asset, name))) traits |= TRAIT.required;
  if (attributes.rows === 0) traits |= TRAIT.empty;
  if (asset.columns.some(hasOnlyNulls)) traits |= TRAIT.onlyNulls;
  return traits;
}

function addQueries(draft: AssetDraft, lineage: WalkedLineage, { graph, keys }: DraftGiven): void {
  const { asset, plans, apart } = lineage;
  if (apart) draft.addTraits(TRAIT.composed);
  const mergeKeys = mergeKeysOf(asset);
  for (const query of plans) {
    const result = apart ? draft.addInner({ label: query.name, traits: TRAIT.query }) : 0;
    addPlan(draft, {
      plan: apart ? query.plan : readMergeKeys(query.plan, mergeKeys),
      result,
      reader: asset.attributes.readerMode,
      provenance: query.provenance,
      dialect: query.dialect,
      bound: followsRenames(asset),
      sideOf: optionalSides(query.plan, {
        keysOf: (id) => keys.get(id) ?? NO_KEYS,
        keepsGrain: asset.attributes.dbtUniqueId !== undefined,
        shortNameOf: (id) => graph.assets.get(id)?.shortName,
      }),
      isOpen: (id) => graph.assets.get(id)?.columnsComplete !== true,
      marks: marksIn({ asset, query, keys }),
    });
    if (apart) joinQuery(draft, result, query);
  }
}

function marksIn({
  asset,
  query,
  keys,
}: {
  readonly asset: MergedAsset;
  readonly query: WalkedLineage["plans"][number];
  readonly keys: KeysByAsset;
}): PlanMarks {
  const ofAsset = (id: AssetId): readonly BranchMark[] => keys.get(id)?.marks ?? [];
  const own = marksOfPlan(asset.id, query.plan, ofAsset);
  return { ofAsset, ofRelation: (relation) => own[relation] ?? [] };
}

/** A query's outputs become the consumer's columns, each in its role. */
function joinQuery(draft: AssetDraft, result: number, query: AssetQuery): void {
  const shown = starColumns(query.plan);
  const roles = new Map(query.roles?.map(({ column, use }) => [column.toLowerCase(), use]));
  const roleOf = (name: string): EdgeUse => {
    const use = roles.get(name);
    if (use !== undefined) return { use };
    return shown.has(name) ? { use: "IDENTITY", detail: "shown" } : { use: "IDENTITY" };
  };
  const from = draft.columnsOf(result);
  const to = draft.columnsOf(0);
  from.names.forEach((name, column) => {
    if (from.isExpected(column)) return;
    draft.addEdge({
      from: result,
      column,
      to: 0,
      toColumn: to.require(name, false),
      use: roleOf(name.toLowerCase()),
      note: { provenance: query.provenance },
    });
  });
  draft.addPair(result, 0, "each");
}

import { type AssetAttributes, type AssetKind, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { addPlan, type PlanMarks } from "./add-plan.ts";
import { AssetDraft, type Contribution } from "./asset-draft.ts";
import { type BranchMark, marksOfPlan } from "./branch-marks.ts";
import { EdgeBook } from "./edge-book.ts";
import { followsRenames } from "./follows-renames.ts";
import { keepsRows, mergeKeysOf, readMergeKeys } from "./merge-keys.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { optionalSides } from "./optional-side.ts";
import { addReaderMarker } from "./reader-marker.ts";
import { COLUMN_TRAIT, type EdgeNote, type EdgeUse, type RowCode, TRAIT } from "./snapshot.ts";
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

function walkedLineage(asset: MergedAsset): WalkedLineage {
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
  sync_all_columns: 0,
};

function traitsOf(asset: MergedAsset): number {
  const { attributes, kind } = asset;
  let traits = 0;
  const how = attributes.materialization ?? (VIEW_KINDS.has(kind) ? "view" : "table");
  if (KEEPS_NO_DATA.has(how)) traits |= TRAIT.view;
  if (attributes.partOf !== undefined) traits |= TRAIT.part;
  if (keepsRows(asset)) traits |= TRAIT.keepsRows;
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

/** From a whole asset, these read how many rows there are and nothing of the columns. */
const READS_ROWS_ONLY: ReadonlySet<Use> = new Set([
  "COUNT_STAR",
  "EXISTS",
  "NOT_USED",
  "AGG_COUNT",
]);

/** One asset as the edges of another read it. */
interface EdgeSource {
  readonly id: AssetId;
  /** Its number in the draft. */
  readonly from: number;
  readonly asset: MergedAsset;
  readonly isPart: boolean;
  /** Bits of `ROWS_SAID`. */
  rows: number;
  /** Columns may be made of it, and nothing else is said of how it is read. */
  untold: boolean;
}

function addAssetEdges(
  draft: AssetDraft,
  { asset, edges }: WalkedLineage,
  graph: MergedGraph,
): void {
  if (edges.length === 0) return;
  const sources = new EdgeSources(draft, asset, graph);
  const columns = draft.columnsOf(0);
  const reader = asset.attributes.readerMode;
  const isSpark = asset.attributes.dialect === "spark";
  for (const edge of edges) {
    const source = sources.of(edge.from.asset);
    if (source === undefined) continue;
    const { column } = edge.from;
    const whole = column === undefined && !READS_ROWS_ONLY.has(edge.use);
    const isPart = whole && source.isPart;
    const isUntold = whole && isUntoldColumn(edge);
    const detail = isPart ? PART : isUntold ? UNTOLD : regroupsDetail(edge, asset, sources);
    if (isPart) markPart(draft, source.from);
    else if (isUntold) source.untold = true;
    else source.rows |= rowsSaid(edge.use);
    const toColumn =
      edge.to.column === undefined ? undefined : columns.require(edge.to.column, false);
    draft.addEdge({
      from: source.from,
      column:
        column === undefined
          ? undefined
          : draft.require({
              relation: source.from,
              name: column,
              expected: edge.use === "UNQUALIFIED" || source.asset.columnsComplete,
            }),
      to: 0,
      toColumn,
      use: useOver(edge, { reader, whole, detail, converts: isSpark && CONVERTS.has(edge.use) }),
      note: edge,
    });
  }
  for (const { from, rows, untold } of sources.all) {
    const said = rows === 0 && untold ? ROWS_SAID.unknown : rows;
    draft.addPair(from, 0, rowsOverEdges(said, sources.all.length > 1));
    addReaderMarker(draft, { from, to: 0, reader });
  }
}

/** The assets that an asset's edges read, each looked up once. */
class EdgeSources {
  readonly all: EdgeSource[] = [];
  readonly #byId = new Map<AssetId, EdgeSource | undefined>();
  readonly #draft: AssetDraft;
  readonly #asset: MergedAsset;
  readonly #graph: MergedGraph;
  #readByColumn: Set<AssetId> | undefined;

  constructor(draft: AssetDraft, asset: MergedAsset, graph: MergedGraph) {
    this.#draft = draft;
    this.#asset = asset;
    this.#graph = graph;
  }

  of(id: AssetId): EdgeSource | undefined {
    const known = this.#byId.get(id);
    if (known !== undefined || this.#byId.has(id)) return known;
    const source = this.#lookUp(id);
    this.#byId.set(id, source);
    if (source !== undefined) this.all.push(source);
    return source;
  }

  #lookUp(id: AssetId): EdgeSource | undefined {
    const asset = this.#graph.assets.get(id);
    const from = this.#draft.readOf(id);
    if (asset === undefined || from === undefined) return undefined;
    return { id, from, asset, isPart: isPartOf(asset, this.#asset), rows: 0, untold: false };
  }

  /** Whether columns of the asset are made from the other one. */
  makesColumnsFrom(id: AssetId): boolean {
    this.#readByColumn ??= new Set(
      this.#asset.edges.flatMap(({ from, to }) => (to.column === undefined ? [] : [from.asset])),
    );
    return this.#readByColumn.has(id);
  }
}

/** A column of which its source does not say what it is made of: perhaps of something that is read here. */
const isUntoldColumn = ({ to, use, cap }: Edge): boolean =>
  use === "UNKNOWN" && cap === "possible" && to.column !== undefined;

const regroupsDetail = (edge: Edge, asset: MergedAsset, sources: EdgeSources): Detail =>
  regroups(edge, asset, sources) ? REGROUPS : NOTHING;

/** A key of a table's groups, where the table's columns have edges of their own: it decides which rows there are. */
const regroups = ({ from, to, use }: Edge, asset: MergedAsset, sources: EdgeSources): boolean =>
  use === "GROUP_BY" &&
  from.column !== undefined &&
  to.column === undefined &&
  !isConsumerKind(asset.kind) &&
  sources.makesColumnsFrom(from.asset);

interface Detail {
  readonly detail?: "part" | "regroups" | "untold";
}
const NOTHING: Detail = {};
const PART: Detail = { detail: "part" };
const REGROUPS: Detail = { detail: "regroups" };
const UNTOLD: Detail = { detail: "untold" };

/** Most edges say nothing but their use; taking objects apart and together again is what costs here. */
function useOver(
  { use, cap }: Edge,
  {
    reader,
    whole,
    detail,
    converts,
  }: {
    readonly reader: EdgeUse["reader"] | undefined;
    readonly whole: boolean;
    readonly detail: Detail;
    readonly converts: boolean;
  },
): EdgeUse {
  const isBare = cap === undefined && reader === undefined && detail.detail === undefined;
  if (isBare && !whole && !converts) return { use };
  return {
    use,
    ...(cap === undefined ? {} : { cap }),
    ...(reader === undefined || whole ? {} : { reader }),
    ...(whole ? { whole } : {}),
    ...(converts ? { converts } : {}),
    ...detail,
  };
}

/** Where it matters whether the engine converts by itself, as Spark does. */
const CONVERTS: ReadonlySet<Use> = new Set([
  "ARITH",
  "AGG_SUM",
  "CAST",
  "COALESCE",
  "CONDITIONAL",
  "CONDITIONAL_NO_ELSE",
  "FILTER",
  "FILTER_IN",
  "JOIN_INNER",
  "JOIN_LEFT",
  "LENIENT_READ",
  "NATURAL_JOIN",
]);

const FOLDS_ROWS: ReadonlySet<Use> = new Set([
  "AGG_SUM",
  "AGG_COUNT",
  "AGG_DISTINCT",
  "AGG_IDEMPOTENT",
  "COUNT_STAR",
  "MEASURE",
  "GROUP_BY",
]);

/** What an asset's edges say together of the rows that they read. */
const ROWS_SAID = { exists: 1, unknown: 2, merge: 4, group: 8, fold: 16, other: 32 } as const;

function rowsSaid(use: Use): number {
  if (use === "EXISTS") return ROWS_SAID.exists;
  if (use === "UNKNOWN") return ROWS_SAID.unknown;
  if (use === "KEY_MERGE") return ROWS_SAID.merge;
  if (use === "GROUP_BY") return ROWS_SAID.group;
  return FOLDS_ROWS.has(use) ? ROWS_SAID.fold : ROWS_SAID.other;
}

/** Between assets the row set's way is not said; it follows from the uses. */
function rowsOverEdges(said: number, isJoined: boolean): RowCode {
  if (said === 0 || said === ROWS_SAID.exists) return "exists";
  if (said === ROWS_SAID.unknown) return "none";
  if (said === ROWS_SAID.merge) return "merge";
  if (said === ROWS_SAID.fold) return "single";
  return (said & (ROWS_SAID.fold | ROWS_SAID.group)) === 0
    ? isJoined
      ? "joined"
      : "each"
    : "folded";
}

const isPartOf = (part: MergedAsset, whole: MergedAsset): boolean =>
  part.attributes.partOf === whole.id || (part.kind === "chart" && whole.kind === "dashboard");

function markPart(draft: AssetDraft, part: number): void {
  if (part < 0) draft.markPart(part);
  else draft.addTraits(TRAIT.part);
  draft.addTraits(TRAIT.composed);
  draft.addPair(part, 0, "none");
}

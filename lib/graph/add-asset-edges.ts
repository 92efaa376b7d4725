import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { Use } from "#lib/model/use.ts";
import type { AssetDraft } from "./asset-draft.ts";
import { convertsTypes } from "./converts-types.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { addReaderMarker } from "./reader-marker.ts";
import { type EdgeUse, type RowCode, TRAIT } from "./snapshot.ts";

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
  /** By name in small letters, once somebody asked. */
  types?: ReadonlyMap<string, string | undefined>;
  /** Columns may be made of it, and nothing else is said of how it is read. */
  untold: boolean;
}

/** Adds edges between assets as they are: no query says more of them. */
export function addAssetEdges(
  draft: AssetDraft,
  { asset, edges }: { readonly asset: MergedAsset; readonly edges: readonly Edge[] },
  graph: MergedGraph,
): void {
  if (edges.length === 0) return;
  const sources = new EdgeSources(draft, asset, graph);
  const columns = draft.columnsOf(0);
  const reader = asset.attributes.readerMode;
  const { dialect } = asset.attributes;
  for (const edge of edges) {
    const source = sources.of(edge.from.asset);
    if (source === undefined) continue;
    const { column } = edge.from;
    const whole = column === undefined && !READS_ROWS_ONLY.has(edge.use);
    const isPart = whole && source.isPart;
    const isUntold = whole && isUntoldColumn(edge);
    const detail = isPart
      ? PART
      : isUntold
        ? UNTOLD
        : (coarseDetail(edge, source, sources) ?? regroupsDetail(edge, asset, sources));
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
      use: useOver(edge, {
        reader,
        whole,
        detail,
        converts: convertsTypes({ dialect, use: edge.use, inputs: 1 }),
      }),
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
  readonly #own: Pick<EdgeSource, "asset" | "types">;

  constructor(draft: AssetDraft, asset: MergedAsset, graph: MergedGraph) {
    this.#draft = draft;
    this.#asset = asset;
    this.#graph = graph;
    this.#own = { asset };
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

  /** Of a column of the asset itself. */
  ownType(column: string): string {
    return typeIn(this.#own, column);
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

/**
 * What a job does with a text where nobody shows its statement. A producer says that a value is computed, and not how. Of a text every function makes another value of another text; a
 * moment or a day is read out of it by a form.
 */
function coarseDetail(
  { from, to, use, cap, via }: Edge,
  source: EdgeSource,
  sources: EdgeSources,
): Detail | undefined {
  const isCondition = use === "FILTER" && via !== undefined && to.column === undefined;
  const isComputed = use === "ARITH" && cap !== undefined && to.column !== undefined;
  if ((!isCondition && !isComputed) || from.column === undefined) return undefined;
  if (!IS_TEXT.test(typeIn(source, from.column))) return undefined;
  if (isCondition) return UNTOLD;
  if (to.column === undefined) return undefined;
  return IS_TIME.test(sources.ownType(to.column)) ? READ_BY_FORM : COMPUTED_SOMEHOW;
}

const IS_TEXT = /char|text|string/i;
const IS_TIME = /^(?:date|time)/i;

function typeIn(source: Pick<EdgeSource, "asset" | "types">, column: string): string {
  source.types ??= new Map(
    source.asset.columns.map(({ name, type }) => [name.toLowerCase(), type] as const),
  );
  return source.types.get(column.toLowerCase()) ?? "";
}

interface Detail {
  readonly detail?: "part" | "regroups" | "untold" | "fn:unsaid" | "fn:unsaid_form";
}
const COMPUTED_SOMEHOW: Detail = { detail: "fn:unsaid" };
const READ_BY_FORM: Detail = { detail: "fn:unsaid_form" };
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

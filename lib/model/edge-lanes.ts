import type { AssetId, AssetName } from "./asset-id.ts";
import type { AssetClaim } from "./claim.ts";
import type { Edge, Provenance, SaidName } from "./edge.ts";
import type { AssetFact, EdgeFact, FactEnd } from "./fact.ts";
import type { Use } from "./use.ts";

/*
 * A wide table's event tells thousands of edges. Between the event and the store they are a list for each field, and
 * become objects only for those who ask: who spreads or reads `edges` of a fact or a claim gets them as always.
 */

/** How a value is used, as far as an event says it; mostly one and the same object for many edges. */
export interface EdgeSaid {
  readonly use: Use;
  readonly cap?: "likely" | "possible";
  readonly expression?: string;
}

/** The n-th of each list is of the n-th edge. */
export interface EdgeLanes {
  /** Without columns, each once. */
  readonly ends: readonly FactEnd[];
  /** By index into `ends`: where the first edge from it was said. */
  readonly firstPlace: readonly Provenance[];
  /** Index into `ends`. */
  readonly end: readonly number[];
  readonly fromColumn: readonly (string | undefined)[];
  readonly toColumn: readonly (string | undefined)[];
  readonly said: readonly EdgeSaid[];
  readonly via: Lane<AssetName | undefined>;
  readonly provenance: Lane<Provenance>;
}

/** One for each edge, or one for all of them. */
export type Lane<T> = { readonly each: readonly T[] } | { readonly all: T };

export const laneAt = <T>(lane: Lane<T>, at: number): T | undefined =>
  "all" in lane ? lane.all : lane.each[at];

const lanesOfFact = new WeakMap<AssetFact, EdgeLanes>();

/** A fact whose edges stay lists until somebody asks for them. */
export function factWithLanes(head: AssetFact, lanes: EdgeLanes): AssetFact {
  let edges: readonly EdgeFact[] | undefined;
  const fact: AssetFact = {
    ...head,
    get edges() {
      edges ??= lanes.end.map((_, at) => edgeFactAt(lanes, at));
      return edges;
    },
  };
  lanesOfFact.set(fact, lanes);
  return fact;
}

/** The lists of a fact's edges, where it has them so. */
export const factLanes = (fact: AssetFact): EdgeLanes | undefined => lanesOfFact.get(fact);

/** `changes` say nothing of edges. */
export function changeFact(
  fact: AssetFact,
  changes: Partial<Omit<AssetFact, "edges" | "queries">>,
): AssetFact {
  const lanes = lanesOfFact.get(fact);
  if (lanes === undefined) return { ...fact, ...changes };
  return factWithLanes({ ...headOf(fact), ...changes }, lanes);
}

/** All but its edges, which are not made for it. */
function headOf<T extends { readonly edges: readonly unknown[] }>(whole: T): T {
  const head: Record<string, unknown> = {};
  for (const key of Object.keys(whole)) {
    head[key] = key === "edges" ? [] : (whole as Record<string, unknown>)[key];
  }
  return head as T;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function edgeFactAt(lanes: EdgeLanes, at: number): EdgeFact {
  const { name, path } = lanes.ends[lanes.end[at] ?? 0] ?? NO_END;
  const column = lanes.fromColumn[at];
  const toColumn = lanes.toColumn[at];
  const via = laneAt(lanes.via, at);
  const { use, cap, expression } = lanes.said[at] ?? NOTHING_SAID;
  const from: Mutable<FactEnd> = { name };
  if (path !== undefined) from.path = path;
  if (column !== undefined) from.column = column;
  const edge: Mutable<EdgeFact> = {
    from,
    use,
    provenance: laneAt(lanes.provenance, at) ?? NOWHERE,
  };
  if (toColumn !== undefined) edge.toColumn = toColumn;
  if (cap !== undefined) edge.cap = cap;
  if (expression !== undefined) edge.expression = expression;
  if (via !== undefined) edge.via = via;
  return edge;
}

const NO_END: FactEnd = { name: { namespace: "", name: "" } };
const NOTHING_SAID: EdgeSaid = { use: "UNKNOWN" };
const NOWHERE: Provenance = {};

/** The edges of a claim as lists, with their ends resolved. */
export interface ResolvedLanes {
  readonly lanes: EdgeLanes;
  /** By index into `lanes.ends`. */
  readonly ends: readonly { readonly asset: AssetId; readonly said?: SaidName | undefined }[];
  readonly vias: ReadonlyMap<AssetName, AssetId>;
  /** All but the edges; the list of edges is empty. */
  readonly head: AssetClaim;
}

const lanesOfClaim = new WeakMap<AssetClaim, ResolvedLanes>();

/** A claim whose edges stay lists until somebody asks for them. */
export function claimWithLanes(resolved: ResolvedLanes): AssetClaim {
  let edges: readonly Edge[] | undefined;
  const claim: AssetClaim = {
    ...resolved.head,
    get edges() {
      edges ??= resolved.lanes.end.map((_, at) => edgeAt(resolved, at));
      return edges;
    },
  };
  lanesOfClaim.set(claim, resolved);
  return claim;
}

/** The lists of a claim's edges, where it has them so. */
export const claimLanes = (claim: AssetClaim): ResolvedLanes | undefined => lanesOfClaim.get(claim);

function edgeAt({ lanes, ends, vias, head }: ResolvedLanes, at: number): Edge {
  const end = ends[lanes.end[at] ?? 0];
  const column = lanes.fromColumn[at];
  const toColumn = lanes.toColumn[at];
  const via = laneAt(lanes.via, at);
  const { use, cap, expression } = lanes.said[at] ?? NOTHING_SAID;
  const asset = end?.asset ?? head.asset;
  const edge: Mutable<Edge> = {
    from: column === undefined ? { asset } : { asset, column },
    to: toColumn === undefined ? { asset: head.asset } : { asset: head.asset, column: toColumn },
    use,
    provenance: laneAt(lanes.provenance, at) ?? NOWHERE,
  };
  if (cap !== undefined) edge.cap = cap;
  if (expression !== undefined) edge.expression = expression;
  const viaId = via === undefined ? undefined : vias.get(via);
  if (viaId !== undefined) edge.via = viaId;
  if (end?.said !== undefined) edge.said = end.said;
  return edge;
}

/** How many edges a claim has. */
export const countEdges = (claim: AssetClaim): number =>
  lanesOfClaim.get(claim)?.lanes.end.length ?? claim.edges.length;

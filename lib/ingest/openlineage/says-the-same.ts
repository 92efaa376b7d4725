import { type LooseRecord, ownValue } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { type EdgeLanes, factLanes, laneAt } from "#lib/model/edge-lanes.ts";
import type { AssetFact, EdgeFact, FactEnd } from "#lib/model/fact.ts";

/** Whether two facts differ in nothing but where they were said, and in the order of their edges. */
export function saysTheSame(a: AssetFact, b: AssetFact): boolean {
  if (a === b) return true;
  return (
    a.queries.length === b.queries.length &&
    (a.columnsComplete === true) === (b.columnsComplete === true) &&
    isSameRecord(a, b, HEAD_LEAVES_OUT) &&
    holdTheSame(a.queries, b.queries, isSame) &&
    haveTheSameEdges(a, b)
  );
}

/** Where both have them as lists, no edge is made. */
function haveTheSameEdges(a: AssetFact, b: AssetFact): boolean {
  const [first, second] = [factLanes(a), factLanes(b)];
  if (first !== undefined && second !== undefined) {
    if (first.end.length !== second.end.length) return false;
    if (areAlike(first, second)) return true;
  }
  return a.edges.length === b.edges.length && holdTheSame(a.edges, b.edges, isSameEdge);
}

/** Edge by edge in their order: the same as `isSameEdge` of each. */
function areAlike(a: EdgeLanes, b: EdgeLanes): boolean {
  /** By index into the ends of `a`: the end of `b` that was seen to be the same. */
  const same: number[] = [];
  const isSameEndAt = (at: number): boolean => {
    const [one, other] = [a.end[at] ?? 0, b.end[at] ?? 0];
    if (same[one] === other) return true;
    if (!isSameEnd(a.ends[one], b.ends[other])) return false;
    same[one] = other;
    return true;
  };
  const hasOneVia = "all" in a.via && "all" in b.via;
  for (let at = 0; at < a.end.length; at++) {
    const isOne =
      a.toColumn[at] === b.toColumn[at] &&
      a.fromColumn[at] === b.fromColumn[at] &&
      a.said[at]?.use === b.said[at]?.use &&
      a.said[at]?.cap === b.said[at]?.cap &&
      a.said[at]?.expression === b.said[at]?.expression &&
      isSameEndAt(at) &&
      ((hasOneVia && at > 0) || isSameName(laneAt(a.via, at), laneAt(b.via, at)));
    if (!isOne) return false;
  }
  return true;
}

const isSameEnd = (a: FactEnd | undefined, b: FactEnd | undefined): boolean =>
  isSameName(a?.name, b?.name) && isSame(a?.path ?? null, b?.path ?? null);

/** Where something was said is no part of it. */
const LEFT_OUT: ReadonlySet<string> = new Set(["provenance"]);
/** Of the fact itself: what is compared in another way. */
const HEAD_LEAVES_OUT: ReadonlySet<string> = new Set([
  "provenance",
  "edges",
  "queries",
  "columnsComplete",
]);

/** Lists of one length in any order. Mostly the order is the same too, and then no text is made of anything. */
function holdTheSame<T>(
  a: readonly T[],
  b: readonly T[],
  isOne: (first: T, second: T | undefined) => boolean,
): boolean {
  const differ: number[] = [];
  for (const [at, item] of a.entries()) if (!isOne(item, b[at])) differ.push(at);
  return (
    differ.length === 0 || textsOf(differ.map((at) => a[at])) === textsOf(differ.map((at) => b[at]))
  );
}

/** Field by field, because there are many of them; what differs here is compared as a text once more. */
function isSameEdge(a: EdgeFact, b: EdgeFact | undefined): boolean {
  return (
    b !== undefined &&
    a.toColumn === b.toColumn &&
    a.use === b.use &&
    a.cap === b.cap &&
    a.expression === b.expression &&
    isSameName(a.via, b.via) &&
    a.from.column === b.from.column &&
    isSameName(a.from.name, b.from.name) &&
    isSame(a.from.path ?? null, b.from.path ?? null) &&
    isSame(a.extra ?? null, b.extra ?? null)
  );
}

const isSameName = (a: AssetName | undefined, b: AssetName | undefined): boolean =>
  a === b || (a?.name === b?.name && a?.namespace === b?.namespace);

/** Equal as JSON, whatever the order of the keys. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return asJson(a) === asJson(b);
  if (!Array.isArray(a)) return !Array.isArray(b) && isSameRecord(a, b, LEFT_OUT);
  return (
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((item, at) => isSame(item, b[at] as unknown))
  );
}

function isSameRecord(a: object, b: object, leftOut: ReadonlySet<string>): boolean {
  const [first, second] = [a as LooseRecord, b as LooseRecord];
  let more = 0;
  // What is left out is not even read: edges may only be made when they are.
  for (const key of Object.keys(second))
    if (!leftOut.has(key) && second[key] !== undefined) more += 1;
  for (const key of Object.keys(first)) {
    const value = leftOut.has(key) ? undefined : first[key];
    if (value === undefined) continue;
    const other = ownValue(second, key);
    if (other === undefined || !isSame(value, other)) return false;
    more -= 1;
  }
  return more === 0;
}

const asJson = (value: unknown): unknown =>
  value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : value;

const textsOf = (items: readonly unknown[]): string => items.map(textOf).sort().join("\n");

const textOf = (value: unknown): string => JSON.stringify(value, inKeyOrder);

/** Keys in order, without where it was said. */
function inKeyOrder(key: string, value: unknown): unknown {
  if (LEFT_OUT.has(key)) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

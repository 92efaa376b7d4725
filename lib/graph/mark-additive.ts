import type { FlatEdges } from "./assemble-snapshot.ts";
import type { EdgeUse } from "./snapshot.ts";
import { isSummedType } from "./summed-type.ts";

interface MarkInput {
  readonly edges: FlatEdges;
  readonly reads: FlatEdges;
  /** By relation: its first column; one more entry than there are relations. */
  readonly columnStart: Int32Array;
  /** By column: the number of its type in `types`. */
  readonly columnType: Uint16Array;
  readonly types: readonly string[];
  readonly useOf: (number: number) => EdgeUse | undefined;
  /** The number of a use, a new one where it was not met before. */
  readonly numberOf: (use: EdgeUse) => number;
}

/** What an edge says of the figure that it feeds: a part of a sum, as its source, no sum, or nothing. */
type Part = "sum" | "same" | "scaled" | "other" | "none";

const COUNTS: ReadonlySet<string> = new Set(["sum", "count", "count_if", "countif"]);

function partOf(edge: EdgeUse): Part {
  const { use, detail, through, whole } = edge;
  if (whole === true) return "other";
  const folds = through === "grouped" || through === "single";
  switch (use) {
    case "AGG_SUM":
    case "COUNT_STAR":
      return folds && detail !== undefined && COUNTS.has(detail) ? "sum" : "other";
    case "AGG_COUNT":
      return folds ? "sum" : "other";
    case "CONDITIONAL":
    case "CONDITIONAL_NO_ELSE":
      return folds ? "none" : "other";
    case "IDENTITY":
    case "STAR":
    case "COALESCE":
      return "same";
    case "ARITH":
      if (detail === "op:+" || detail === "op:-") return "same";
      return detail === "op:*" || detail === "op:/" ? "scaled" : "other";
    default:
      return "other";
  }
}

/**
 * Marks the sums over columns that are sums themselves, perhaps scaled by a constant or added to others. Only for those
 * does it not matter by which groups the rows below were folded. O(V + E).
 */
export function markAdditive({ numberOf, ...given }: MarkInput): void {
  const { edges, useOf } = given;
  const sums = new Int32Array(edges.use.length);
  let count = 0;
  for (let edge = 0; edge < edges.use.length; edge++) {
    const use = useOf(edges.use[edge] ?? 0);
    if (use?.use === "AGG_SUM" && use.detail === "sum") sums[count++] = edge;
  }
  if (count === 0) return;
  const isOther = findOther(given);
  for (let at = 0; at < count; at++) {
    const edge = sums[at] ?? 0;
    const use = useOf(edges.use[edge] ?? 0);
    if (use !== undefined && isOther[edges.source[edge] ?? 0] === 0)
      edges.use[edge] = numberOf({ ...use, additive: true });
  }
}

/** By column: 1 where it is not known to be a sum of what lies below it. */
function findOther(given: Omit<MarkInput, "numberOf">): Uint8Array {
  const { edges, reads, columnStart, useOf } = given;
  const columnCount = columnStart[columnStart.length - 1] ?? 0;
  const isSummed = findSummed(given);
  const isOther = new Uint8Array(columnCount).fill(1);
  const scaled = new Uint8Array(columnCount);
  const waiting: number[] = [];
  const each = (list: FlatEdges, visit: (target: number, edge: number, part: Part) => void) => {
    for (let edge = 0; edge < list.use.length; edge++) {
      const target = list.target[edge] ?? -1;
      const use = useOf(list.use[edge] ?? 0);
      if (target >= 0 && use !== undefined)
        visit(target, edge, list === edges && isSummed.has(edge) ? "sum" : partOf(use));
    }
  };
  // A column that something feeds is a sum until an edge says otherwise.
  each(edges, (target) => {
    isOther[target] = 0;
  });
  each(reads, (target) => {
    isOther[target] = 0;
  });
  const reject = (column: number): void => {
    if (isOther[column] === 1) return;
    isOther[column] = 1;
    waiting.push(column);
  };
  for (let column = 0; column < columnCount; column++)
    if (isOther[column] === 1) waiting.push(column);
  const next = new Map<number, number[]>();
  each(edges, (target, edge, part) => {
    if (part === "other") reject(target);
    if (part === "scaled") {
      scaled[target] = Math.min((scaled[target] ?? 0) + 1, 2);
      if (scaled[target] === 2) reject(target);
    }
    if (part !== "same" && part !== "scaled") return;
    const source = edges.source[edge] ?? 0;
    const targets = next.get(source) ?? [];
    targets.push(target);
    next.set(source, targets);
  });
  each(reads, (target, _, part) => {
    if (part === "other") reject(target);
  });
  for (let column = waiting.pop(); column !== undefined; column = waiting.pop())
    for (const target of next.get(column) ?? []) reject(target);
  return isOther;
}

/**
 * The edges, each the only one into its column, that say no more than that they aggregate, where the types say that this
 * is a sum and the rows are folded by a key. A job that looks at windows is left alone: their sums fold nothing.
 */
function findSummed({
  edges,
  columnStart,
  columnType,
  types,
  useOf,
}: Omit<MarkInput, "numberOf">): ReadonlySet<number> {
  const typeOf = (column: number): string => types[columnType[column] ?? 0] ?? "";
  const summed: number[] = [];
  for (let edge = 0; edge < edges.use.length; edge++) {
    const use = useOf(edges.use[edge] ?? 0);
    const target = edges.target[edge] ?? -1;
    if (use?.use !== "AGG_SUM" || use.detail !== undefined || target < 0) continue;
    if (isSummedType(typeOf(edges.source[edge] ?? 0), typeOf(target))) summed.push(edge);
  }
  if (summed.length === 0) return new Set();
  const grouped = new Set<number>();
  const windowed = new Set<number>();
  const fedBy = new Map<number, number>();
  for (let edge = 0; edge < edges.use.length; edge++) {
    const target = edges.target[edge] ?? -1;
    const use = useOf(edges.use[edge] ?? 0)?.use;
    if (target >= 0) fedBy.set(target, (fedBy.get(target) ?? 0) + 1);
    else if (use === "GROUP_BY") grouped.add(~target);
    else if (use === "WINDOW") windowed.add(~target);
  }
  return new Set(
    summed.filter((edge) => {
      const target = edges.target[edge] ?? -1;
      const relation = relationOf(columnStart, target);
      return fedBy.get(target) === 1 && grouped.has(relation) && !windowed.has(relation);
    }),
  );
}

/** The relation that has the column: the last one that starts no later. O(log V). */
function relationOf(columnStart: Int32Array, column: number): number {
  let [low, high] = [0, columnStart.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((columnStart[middle] ?? 0) <= column) low = middle;
    else high = middle;
  }
  return low;
}

import type { FlatEdges } from "./assemble-snapshot.ts";
import type { EdgeUse } from "./snapshot.ts";

interface MarkInput {
  readonly edges: FlatEdges;
  readonly reads: FlatEdges;
  readonly columnCount: number;
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
export function markAdditive({ edges, reads, columnCount, useOf, numberOf }: MarkInput): void {
  const sums = new Int32Array(edges.use.length);
  let count = 0;
  for (let edge = 0; edge < edges.use.length; edge++) {
    const use = useOf(edges.use[edge] ?? 0);
    if (use?.use === "AGG_SUM" && use.detail === "sum") sums[count++] = edge;
  }
  if (count === 0) return;
  const isOther = findOther({ edges, reads, columnCount, useOf });
  for (let at = 0; at < count; at++) {
    const edge = sums[at] ?? 0;
    const use = useOf(edges.use[edge] ?? 0);
    if (use !== undefined && isOther[edges.source[edge] ?? 0] === 0)
      edges.use[edge] = numberOf({ ...use, additive: true });
  }
}

/** By column: 1 where it is not known to be a sum of what lies below it. */
function findOther({ edges, reads, columnCount, useOf }: Omit<MarkInput, "numberOf">): Uint8Array {
  const isOther = new Uint8Array(columnCount).fill(1);
  const scaled = new Uint8Array(columnCount);
  const waiting: number[] = [];
  const each = (list: FlatEdges, visit: (target: number, edge: number, part: Part) => void) => {
    for (let edge = 0; edge < list.use.length; edge++) {
      const target = list.target[edge] ?? -1;
      const use = useOf(list.use[edge] ?? 0);
      if (target >= 0 && use !== undefined) visit(target, edge, partOf(use));
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

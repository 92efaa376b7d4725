import type { AssetId } from "#lib/model/asset-id.ts";
import {
  IF_THERE,
  OR_NULL,
  type PlanEdge,
  type PlanRelation,
  type QueryPlan,
} from "#lib/model/query-plan.ts";
import type { RowUse } from "#lib/model/use.ts";
import { type BranchMark, marksOfPlan } from "./branch-marks.ts";
import { foldOverInputs } from "./fold-over-inputs.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";

/** What is known of a row set: columns (in lower case) that tell its rows apart. */
export interface RowKeys {
  /** Each by itself is enough; an empty one says that there is at most one row. */
  readonly keys: readonly (readonly string[])[];
  /** Columns that number rows (`row_number()`): where one must be a certain number, it tells nothing apart any more. */
  readonly ranks: readonly string[];
  /** Columns that tell the parts of a union apart. */
  readonly marks?: readonly BranchMark[];
}

/** Assets of which nothing is known are not in it. */
export type KeysByAsset = ReadonlyMap<AssetId, RowKeys>;

export const NO_KEYS: RowKeys = { keys: [], ranks: [] };
/** More keys than a table has; a query over many joined tables could name more. */
const MOST_KEYS = 8;

/**
 * Which columns are known to be unique: declared or tested, or because the query that makes the table groups by them,
 * takes distinct rows, numbers rows, or hands on such a key while nothing that it joins multiplies rows.
 */
export function findUniqueKeys(graph: MergedGraph): KeysByAsset {
  const made = foldOverInputs<RowKeys>(graph, {
    leaf: declaredKeys,
    made: ({ asset, query, known }) => {
      const declared = declaredKeys(asset);
      const keysOf = (id: AssetId): RowKeys => known.get(id) ?? declaredIn(graph, id);
      const last = keysOfPlan(query.plan, keysOf).at(-1) ?? NO_KEYS;
      const marksOf = (id: AssetId): readonly BranchMark[] => known.get(id)?.marks ?? [];
      const marks = marksOfPlan(asset.id, query.plan, marksOf).at(-1) ?? [];
      return {
        keys: [...declared.keys, ...last.keys].slice(0, MOST_KEYS),
        ranks: last.ranks,
        ...(marks.length === 0 ? {} : { marks }),
      };
    },
  });
  const found = new Map<AssetId, RowKeys>();
  for (const asset of graph.assets.values()) {
    const keys = made.get(asset.id) ?? declaredKeys(asset);
    if (keys.keys.length > 0 || keys.marks !== undefined) found.set(asset.id, keys);
  }
  return found;
}

export const sameKeys = (one: RowKeys | undefined, other: RowKeys | undefined): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

const declaredIn = (graph: MergedGraph, id: AssetId): RowKeys => {
  const asset = graph.assets.get(id);
  return asset === undefined ? NO_KEYS : declaredKeys(asset);
};

/** What the asset's sources say themselves, without its query. */
export function declaredKeys(asset: MergedAsset): RowKeys {
  const keys = asset.columns.filter(({ unique }) => unique === true).map(({ name }) => [name]);
  for (const name of ["uniqueKeys", "uniqueKey"]) {
    const value = asset.attributes.extra?.[name];
    const lists: readonly unknown[] =
      name === "uniqueKeys" && Array.isArray(value) ? value : [value];
    for (const list of lists) if (isNames(list) && list.length > 0) keys.push([...list]);
  }
  if (keys.length === 0) return NO_KEYS;
  return { keys: keys.map((key) => key.map((name) => name.toLowerCase())), ranks: [] };
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");

/** The keys of each relation of a plan, in its order. */
export function keysOfPlan(
  plan: QueryPlan,
  keysOf: (asset: AssetId) => RowKeys,
): readonly RowKeys[] {
  const found: RowKeys[] = [];
  plan.relations.forEach((relation, index) => {
    const inputs = relation.inputs.map((input) =>
      "asset" in input
        ? keysOf(input.asset)
        : (input.relation < index && found[input.relation]) || NO_KEYS,
    );
    const isSettled = (at: number): boolean => {
      const input = relation.inputs[at];
      const side =
        input !== undefined && "relation" in input ? plan.relations[input.relation] : undefined;
      return side !== undefined && side !== relation && findsOne(side, found, keysOf);
    };
    found.push(keysOfRelation(relation, inputs, isSettled));
  });
  return found;
}

/** The optional side of a join finds at most one partner for each row: its keys are among what must be equal. */
export function findsOne(
  side: PlanRelation,
  found: readonly RowKeys[],
  keysOf: (asset: AssetId) => RowKeys,
): boolean {
  const at = side.inputs.findIndex(({ rows }) => rows === "each");
  const input = side.inputs[at];
  if (input === undefined || side.inputs.filter(({ rows }) => rows === "each").length > 1)
    return false;
  const keys = "asset" in input ? keysOf(input.asset) : (found[input.relation] ?? NO_KEYS);
  return isCovered(side, at, keys);
}

/** Columns of an input that a join says must equal something. */
export const equatedColumns = (relation: PlanRelation, input: number): readonly string[] =>
  relation.edges.flatMap((edge) =>
    edge.input === input && isEquation(edge) && edge.column !== undefined
      ? [edge.column.toLowerCase()]
      : [],
  );

const isEquation = ({ use, detail, to }: PlanEdge): boolean =>
  to === undefined &&
  ((detail === "op:=" && (use === "JOIN_LEFT" || use === "JOIN_INNER")) || use === "NATURAL_JOIN");

/** `rn = 1`, or any other place, in a condition or after QUALIFY; of `rn % 2 = 1` or `rn = 1 or rn = 2` several rows remain. */
const isFirst = ({ use, detail, to, expression }: PlanEdge): boolean =>
  to === undefined &&
  (use === "FILTER" || use === "JOIN_LEFT" || use === "JOIN_INNER") &&
  (detail === "first" ||
    (expression === undefined ? detail === "op:=" : ONE_PLACE.test(expression)));

/** The row number with its window, or a column's name, by itself. */
const NUMBER = String.raw`(?:row_number\s*\(\s*\)\s*over\s*(?:\w+|\((?:[^()]|\([^()]*\))*\))|(?:[^\s()=<>+*/%|-]+))`;
const ONE_PLACE = new RegExp(
  String.raw`^\(*\s*(?:${NUMBER}\s*(?:=\s*\d+|<=\s*1|<\s*2)|\d+\s*=\s*${NUMBER})\s*\)*$`,
  "i",
);

function fixedRanks(
  relation: PlanRelation,
  input: number,
  { ranks }: RowKeys,
): ReadonlySet<string> {
  const columns = relation.edges.flatMap((edge) =>
    edge.input === input && isFirst(edge) && edge.column !== undefined
      ? [edge.column.toLowerCase()]
      : [],
  );
  return new Set(columns.filter((column) => ranks.includes(column)));
}

function isCovered(relation: PlanRelation, input: number, keys: RowKeys): boolean {
  if (keys.keys.length === 0) return false;
  const equal = new Set([...equatedColumns(relation, input), ...fixedRanks(relation, input, keys)]);
  return keys.keys.some((key) => key.every((column) => equal.has(column)));
}

/** A row of such an input is a row of the relation, if it is in it at all. */
const KEEPS_KEYS: ReadonlySet<RowUse> = new Set(["each", "distinct", "first", "limited"]);

function keysOfRelation(
  relation: PlanRelation,
  inputs: readonly RowKeys[],
  isSettled: (input: number) => boolean,
): RowKeys {
  const rowsOf = new Set(relation.inputs.map(({ rows }) => rows));
  if (rowsOf.has("single")) return { keys: [[]], ranks: [] };
  if (rowsOf.has("grouped")) return { keys: [groupKeys(relation)], ranks: [] };
  const own = rowsOf.has("distinct")
    ? [relation.columns.map(({ name }) => name.toLowerCase())]
    : [];
  const isOpen =
    rowsOf.has("full") ||
    relation.inputs.some(({ rows }, at) => rows === "outer" && !isSettled(at)) ||
    relation.edges.some(
      ({ detail }) => detail !== undefined && /unnest|explode|flatten/.test(detail),
    );
  const each = relation.inputs.flatMap(({ rows }, at) => (KEEPS_KEYS.has(rows) ? [at] : []));
  const many = isOpen ? each : each.filter((at) => !isCovered(relation, at, inputs[at] ?? NO_KEYS));
  const kept = isOpen || many.length > 1 ? [] : many.length === 1 ? many : each;
  const handed = kept.map((at) => handOn(relation, at, inputs[at] ?? NO_KEYS));
  return {
    keys: [...own, ...handed.flatMap(({ keys }) => keys), ...rankKeys(relation, each)].slice(
      0,
      MOST_KEYS,
    ),
    ranks: [...handed.flatMap(({ ranks }) => ranks), ...ranksOf(relation)],
  };
}

const nameAt = (relation: PlanRelation, to: number): string =>
  relation.columns[to]?.name.toLowerCase() ?? "";

const groupKeys = (relation: PlanRelation): readonly string[] => [
  ...new Set(
    relation.edges.flatMap(({ use, to }) =>
      use === "GROUP_BY" && to !== undefined ? [nameAt(relation, to)] : [],
    ),
  ),
];

const isRank = ({ use, detail, to }: PlanEdge): boolean =>
  use === "COUNT_STAR" && detail === "row_number" && to !== undefined;

const ranksOf = (relation: PlanRelation): readonly string[] =>
  relation.edges.flatMap((edge) =>
    isRank(edge) && edge.to !== undefined ? [nameAt(relation, edge.to)] : [],
  );

const OF_SETS: ReadonlySet<string> = new Set(
  ["set", "set_all"].flatMap((detail) => [detail, `${detail}${OR_NULL}`, `${detail}${IF_THERE}`]),
);

/** Of one input, what each column is called here. */
function namesHere(relation: PlanRelation, input: number): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { input: from, column, to, use, detail } of relation.edges) {
    if (from !== input || column === undefined || to === undefined) continue;
    if (use !== "IDENTITY" && use !== "STAR" && use !== "CAST") continue;
    if (detail !== undefined && OF_SETS.has(detail)) continue;
    names.set(column.toLowerCase(), nameAt(relation, to));
  }
  return names;
}

/** The keys of an input that all have a column here; a rank that is fixed needs none. */
function handOn(relation: PlanRelation, input: number, given: RowKeys): RowKeys {
  if (given.keys.length === 0) return NO_KEYS;
  const names = namesHere(relation, input);
  const fixed = fixedRanks(relation, input, given);
  const keys = given.keys.flatMap((key) => {
    const here = key.filter((column) => !fixed.has(column)).map((column) => names.get(column));
    const known = here.filter((name) => name !== undefined);
    return known.length === here.length ? [known] : [];
  });
  return { keys, ranks: given.ranks.flatMap((column) => names.get(column) ?? []) };
}

/** A row number tells the rows of one partition apart. */
function rankKeys(relation: PlanRelation, each: readonly number[]): readonly (readonly string[])[] {
  const [input, ...others] = each;
  if (input === undefined || others.length > 0) return [];
  const names = namesHere(relation, input);
  return relation.edges.filter(isRank).flatMap(({ to }) => {
    const parts = relation.edges.flatMap((edge) =>
      edge.to === to && edge.use === "WINDOW" && edge.detail?.startsWith("partition") === true
        ? [
            edge.column === undefined || edge.detail !== "partition"
              ? undefined
              : names.get(edge.column.toLowerCase()),
          ]
        : [],
    );
    const known = parts.filter((name) => name !== undefined);
    return to === undefined || known.length < parts.length
      ? []
      : [[...known, nameAt(relation, to)]];
  });
}

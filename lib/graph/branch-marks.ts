import type { AssetId } from "#lib/model/asset-id.ts";
import {
  IF_THERE,
  type KeptTexts,
  OR_NULL,
  type PlanEdge,
  type PlanInput,
  type PlanRelation,
  type QueryPlan,
} from "#lib/model/query-plan.ts";

/** A relation of an asset's plan: its place, and how many relations the plan has. */
export type PlanPlace = readonly [asset: AssetId, place: number, count: number];

/**
 * A column that tells the parts of a union apart: `select 'US' as entity … union all select 'DE', …`. It is handed on row by
 * row, or as a key of groups, so that whatever was wrong with one part is wrong in the rows of its constant alone.
 */
export interface BranchMark {
  /** What the column is called here, in lower case. */
  readonly column: string;
  readonly union: PlanPlace;
  /** The parts whose constant is known: their places in the union's plan. Null stands for NULL. */
  readonly parts: readonly (readonly [place: number, constant: string | null])[];
  /** The relations that handed the column on, in their order. */
  readonly through: readonly HandedStep[];
}

export interface HandedStep {
  readonly at: PlanPlace;
  /**
   * Sides of its left joins, as places of the plan: they read what the step hands on for its keys alone, so that a row
   * finds other partners, or none, and no other row does.
   */
  readonly sides: readonly number[];
}

type MarksOf = (asset: AssetId) => readonly BranchMark[];

const NO_MARKS: readonly BranchMark[] = [];
/** More would say little and cost a walk each. */
const MOST_MARKS = 8;
const MOST_STEPS = 16;

/** The marks of each relation of a plan, in its order. Linear in the plan. */
export function marksOfPlan(
  asset: AssetId,
  plan: QueryPlan,
  marksOf: MarksOf,
): readonly (readonly BranchMark[])[] {
  const constants: ReadonlyMap<string, string | null>[] = [];
  const found: (readonly BranchMark[])[] = [];
  const count = plan.relations.length;
  plan.relations.forEach((relation, place) => {
    constants.push(constantsOf(relation, constants));
    const here: PlanPlace = [asset, place, count];
    const marksIn = (input: PlanInput): readonly BranchMark[] => {
      if ("asset" in input) return marksOf(input.asset);
      return input.relation < place ? (found[input.relation] ?? NO_MARKS) : NO_MARKS;
    };
    const own = marksOfUnion({ relation, here, plan, constants });
    const handed = own.length > 0 ? NO_MARKS : handedOn({ relation, here, plan, marksIn });
    found.push([...own, ...handed].slice(0, MOST_MARKS));
  });
  return found;
}

const nameAt = (relation: PlanRelation, to: number): string =>
  relation.columns[to]?.name.toLowerCase() ?? "";

/** What is written in every row of a relation, by column in lower case. */
function constantsOf(
  relation: PlanRelation,
  earlier: readonly ReadonlyMap<string, string | null>[],
): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  const into = edgesByColumn(relation);
  relation.columns.forEach((column, to) => {
    const edges = into.get(to) ?? [];
    const own = column.constant ?? (column.type === "NULL" ? null : undefined);
    const constant = edges.length === 0 ? own : handedConstant(relation, edges, earlier);
    if (constant !== undefined) found.set(column.name.toLowerCase(), constant);
  });
  return found;
}

/** By the place of the column that they go into. */
function edgesByColumn({ edges }: PlanRelation): ReadonlyMap<number, readonly PlanEdge[]> {
  const into = new Map<number, PlanEdge[]>();
  for (const edge of edges) {
    if (edge.to === undefined) continue;
    const known = into.get(edge.to);
    if (known === undefined) into.set(edge.to, [edge]);
    else known.push(edge);
  }
  return into;
}

function handedConstant(
  relation: PlanRelation,
  edges: readonly PlanEdge[],
  earlier: readonly ReadonlyMap<string, string | null>[],
): string | null | undefined {
  const [edge, ...others] = edges;
  const input = edge === undefined ? undefined : relation.inputs[edge.input];
  if (edge?.column === undefined || others.length > 0 || !handsOn(edge)) return undefined;
  if (input === undefined || "asset" in input || input.rows !== "each") return undefined;
  return earlier[input.relation]?.get(edge.column.toLowerCase());
}

const handsOn = ({ use, detail }: PlanEdge): boolean =>
  use === "STAR" || (use === "IDENTITY" && (detail === undefined || detail === "carry"));

interface Here {
  readonly relation: PlanRelation;
  readonly here: PlanPlace;
  readonly plan: QueryPlan;
}

/** A union of several parts, some of which write a constant where others write another. */
function marksOfUnion({
  relation,
  here,
  constants,
}: Here & {
  readonly constants: readonly ReadonlyMap<string, string | null>[];
}): readonly BranchMark[] {
  const { inputs, edges } = relation;
  const unites = edges.some(
    ({ use, detail }) => use === "IDENTITY" && detail?.startsWith("set_all"),
  );
  if (inputs.length < 2 || !unites) return NO_MARKS;
  if (inputs.some(({ rows }) => rows !== "each")) return NO_MARKS;
  const into = edgesByColumn(relation);
  const unclear = new Set(
    edges.flatMap(({ input, use }) => (use === "UNKNOWN" || use === "UNQUALIFIED" ? input : [])),
  );
  const own = inputs.flatMap((input, at) =>
    "asset" in input || !isReadOnce(inputs, at) ? [] : [{ at, relation: input.relation }],
  );
  return relation.columns.flatMap((_, to): BranchMark[] => {
    const all = into.get(to) ?? [];
    const parts = own.flatMap((input): (readonly [number, string | null])[] => {
      const constant = constantInto({ all, input, isClear: !unclear.has(input.at), constants });
      return constant === undefined ? [] : [[input.relation, constant]];
    });
    if (new Set(parts.map(([, constant]) => constant)).size < 2 && parts.length === inputs.length)
      return [];
    if (parts.length === 0) return [];
    return [{ column: nameAt(relation, to), union: here, parts, through: [] }];
  });
}

function constantInto({
  all,
  input,
  isClear,
  constants,
}: {
  /** The edges into one column. */
  readonly all: readonly PlanEdge[];
  readonly input: { readonly at: number; readonly relation: number };
  /** All columns of the input are known. */
  readonly isClear: boolean;
  readonly constants: readonly ReadonlyMap<string, string | null>[];
}): string | null | undefined {
  const [edge, ...others] = all.filter((one) => one.input === input.at);
  // A union by name puts nulls where a part does not give the column.
  if (edge === undefined) return isClear && all.some(isByName) ? null : undefined;
  if (edge.column === undefined || others.length > 0 || edge.use !== "IDENTITY") return undefined;
  return constants[input.relation]?.get(edge.column.toLowerCase());
}

const isByName = ({ detail }: PlanEdge): boolean => BY_NAME.some((end) => detail?.endsWith(end));

const BY_NAME = [OR_NULL, IF_THERE];

const keyOf = (input: PlanInput): string =>
  "asset" in input ? input.asset : String(input.relation);

/** No other input of the relation reads the same: then a row of one part cannot meet a row of another. */
const isReadOnce = (inputs: readonly PlanInput[], at: number): boolean => {
  const own = inputs[at];
  return own !== undefined && inputs.filter((each) => keyOf(each) === keyOf(own)).length === 1;
};

/** Marks of the inputs that have a column here, where rows of one part stay apart from those of the others. */
function handedOn({
  relation,
  here,
  plan,
  marksIn,
}: Here & {
  readonly marksIn: (input: PlanInput) => readonly BranchMark[];
}): readonly BranchMark[] {
  return relation.inputs.flatMap((input, at) => {
    const marks = marksIn(input);
    if (marks.length === 0 || !isReadOnce(relation.inputs, at)) return NO_MARKS;
    const step = { at: here, sides: sidesOf(relation, at, plan) };
    return marks.flatMap((mark): readonly BranchMark[] => {
      if (mark.through.length >= MOST_STEPS) return NO_MARKS;
      const column = nameHere(relation, at, mark.column);
      return column === undefined
        ? NO_MARKS
        : [{ ...mark, column, through: [...mark.through, step] }];
    });
  });
}

/** Optional sides that look up partners for the rows of an input, and do nothing else with it. */
function sidesOf(
  { inputs }: PlanRelation,
  at: number,
  { relations }: QueryPlan,
): readonly number[] {
  const own = inputs[at];
  return inputs.flatMap((input) => {
    if (own === undefined || "asset" in input || input.rows !== "outer") return [];
    const side = relations[input.relation];
    const asks = side?.inputs.findIndex((each) => keyOf(each) === keyOf(own)) ?? -1;
    const isLookup =
      side !== undefined &&
      asks >= 0 &&
      side.inputs[asks]?.rows === "exists" &&
      isReadOnce(side.inputs, asks) &&
      side.edges.every(
        ({ input: from, use, to }) => from !== asks || (use === "JOIN_LEFT" && to === undefined),
      );
    return isLookup ? [input.relation] : [];
  });
}

function nameHere(relation: PlanRelation, at: number, column: string): string | undefined {
  const rows = relation.inputs[at]?.rows;
  if (rows === "each") {
    if (!relation.edges.every(isRowByRow)) return undefined;
    return handedName(relation, { at, column, hands: handsOn });
  }
  if (rows !== "grouped" || relation.inputs.length > 1) return undefined;
  const isKey = relation.edges.some(
    (edge) => edge.use === "GROUP_BY" && isOf(edge, at, column) && edge.detail === undefined,
  );
  return isKey
    ? handedName(relation, {
        at,
        column,
        hands: (edge) => handsOn(edge) || edge.use === "GROUP_BY",
      })
    : undefined;
}

const isOf = (edge: PlanEdge, at: number, column: string): boolean =>
  edge.input === at && edge.column?.toLowerCase() === column;

interface Handed {
  readonly at: number;
  readonly column: string;
  readonly hands: (edge: PlanEdge) => boolean;
}

/** The one column here that holds the column of the input as it is. */
function handedName(relation: PlanRelation, { at, column, hands }: Handed): string | undefined {
  const to = relation.edges.find(
    (edge) => edge.to !== undefined && isOf(edge, at, column) && hands(edge),
  )?.to;
  if (to === undefined) return undefined;
  const into = relation.edges.filter((edge) => edge.to === to);
  return into.every((edge) => isOf(edge, at, column) && hands(edge))
    ? nameAt(relation, to)
    : undefined;
}

/** Nothing in which rows see other rows: no window, no count of rows, no limit. */
const isRowByRow = ({ use, detail }: PlanEdge): boolean =>
  !(
    use === "WINDOW" ||
    use === "COUNT_STAR" ||
    use === "UNKNOWN" ||
    use.startsWith("AGG_") ||
    (use === "SORT" && detail?.startsWith("plain") !== true) ||
    detail === "first" ||
    detail === "qualify"
  );

/** Whether no row with a constant meets a condition. Letter case and blanks at the ends count nothing on some engines. */
function leavesOut(keeps: KeptTexts, constant: string | null): boolean {
  if (constant === null) return true;
  if ("notIn" in keeps) return keeps.notIn.includes(constant);
  return !keeps.in.some((text) => folded(text) === folded(constant));
}

const folded = (text: string): string => text.trim().toLowerCase();

/** Parts of a union that a relation does not see, and the way on which they would have come. */
export interface LeftOut {
  readonly union: PlanPlace;
  /** Places of the parts in the union's plan. */
  readonly parts: readonly number[];
  readonly through: readonly HandedStep[];
}

/** What the conditions of a relation leave out of one input. */
export function branchesLeftOut(
  relation: PlanRelation,
  at: number,
  marks: readonly BranchMark[],
): readonly LeftOut[] {
  if (marks.length === 0 || relation.inputs[at]?.rows !== "each") return [];
  if (!isReadOnce(relation.inputs, at)) return [];
  return relation.edges.flatMap(({ input, column, to, keeps }) => {
    if (input !== at || column === undefined || to !== undefined || keeps === undefined) return [];
    return marks
      .filter((mark) => mark.column === column.toLowerCase())
      .flatMap(({ union, parts, through }) => {
        const out = parts.flatMap(([place, constant]) =>
          leavesOut(keeps, constant) ? [place] : [],
        );
        return out.length === 0 ? [] : [{ union, parts: out, through }];
      });
  });
}

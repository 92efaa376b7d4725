import type { ReaderMode } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { PlanEdge, PlanInput, PlanRelation, QueryPlan } from "#lib/model/query-plan.ts";
import type { RowUse, Use } from "#lib/model/use.ts";
import type { AssetDraft } from "./asset-draft.ts";
import { type BranchMark, branchesLeftOut } from "./branch-marks.ts";
import { findFirstCast, replacesNulls } from "./find-first-cast.ts";
import { findLiterals } from "./find-literals.ts";
import { addReaderMarker } from "./reader-marker.ts";
import { addsNumber, refusesTypes } from "./refuses-types.ts";
import { type EdgeUse, type RowCode, TRAIT } from "./snapshot.ts";
import { takesOnly } from "./takes-only.ts";

export interface PlanToAdd {
  readonly plan: QueryPlan;
  /** The relation that the plan's last relation becomes. */
  readonly result: number;
  readonly reader: ReaderMode | undefined;
  readonly provenance: Provenance;
  readonly dialect: string | undefined;
  readonly isOpen: (asset: AssetId) => boolean;
  /** The database keeps hold of what the view reads, whatever it is called later. */
  readonly bound: boolean;
  /** Whether an optional side of a join, a relation of the plan, multiplies rows. */
  readonly sideOf: (side: number) => RowCode;
  /** What is known of columns that tell the parts of unions apart, by asset and by relation of the plan. */
  readonly marks: PlanMarks;
}

export interface PlanMarks {
  readonly ofAsset: (asset: AssetId) => readonly BranchMark[];
  readonly ofRelation: (relation: number) => readonly BranchMark[];
}

/** Adds a plan's relations as hidden nodes. The last one is not added: it is the asset, or the consumer's query. */
export function addPlan(draft: AssetDraft, given: PlanToAdd): void {
  const { plan, result } = given;
  const last = plan.relations.length - 1;
  const relations = plan.relations.map((relation, index) =>
    index === last ? result : draft.addInner({ label: relation.label, traits: TRAIT.inner }),
  );
  const columns = plan.relations.map((relation, index) =>
    declarePlanColumns(draft, relations[index] ?? result, relation),
  );
  plan.relations.forEach((relation, index) => {
    const here: PlanPlace = {
      ...given,
      relation: relations[index] ?? result,
      relations,
      columns: columns[index] ?? [],
      kept: keptColumns(relation),
      sifts: relation.edges.some(sifts),
      keys: groupKeys(relation),
    };
    addInputs(draft, relation, here);
    for (const edge of relation.edges) addPlanEdge(draft, { relation, edge, here });
    if (index !== last && !draft.hasPair(here.relation, result))
      draft.addPair(here.relation, result, "none");
  });
}

interface PlanPlace extends PlanToAdd {
  readonly relation: number;
  readonly relations: readonly number[];
  /** Where the plan's columns stand in the relation. */
  readonly columns: readonly number[];
  /** Columns of which a condition keeps no null: `keyOf` the edges that ask. */
  readonly kept: ReadonlySet<string>;
  /** A condition keeps some of the rows. */
  readonly sifts: boolean;
  /** `keyOf` what the relation's rows are put together by, if by columns as they are. */
  readonly keys: ReadonlySet<string>;
}

/** `where id is not null`, `where state = 'paid'`: whoever hands the column on from there hands on no null. */
const keptColumns = ({ edges }: PlanRelation): ReadonlySet<string> =>
  new Set(edges.filter(({ keeps, to }) => keeps !== undefined && to === undefined).map(keyOf));

/** `group by order_id`, one row of each `order_id`: a key that stood there twice stands there once again. */
function groupKeys({ edges }: PlanRelation): ReadonlySet<string> {
  const keys = edges.filter(
    ({ use, detail }) => use === "GROUP_BY" && detail?.startsWith("pivot_key") !== true,
  );
  return keys.every(({ column, detail = "" }) => column !== undefined && ONE_OF_EACH.has(detail))
    ? new Set(keys.map(keyOf))
    : new Set();
}

/** The column by itself is the key: not what is computed of it, nor a part of the rows. */
const ONE_OF_EACH: ReadonlySet<string> = new Set(["", "picked", "distinct_on"]);

const keyOf = ({ input, column }: PlanEdge): string => `${input} ${column}`;

function declarePlanColumns(
  draft: AssetDraft,
  number: number,
  relation: PlanRelation,
): readonly number[] {
  const columns = draft.columnsOf(number);
  return relation.columns.map(({ name, type }) => {
    const known = columns.find(name);
    return known >= 0 && !columns.isExpected(known)
      ? known
      : columns.declare(known >= 0 ? (columns.names[known] ?? name) : name, {
          type: draft.typeNumber(type),
        });
  });
}

/** What the statement says of one input counts before what is said of the whole reader. */
const readerOf = (input: PlanInput, here: PlanPlace): ReaderMode | undefined =>
  "asset" in input ? (input.reader ?? here.reader) : undefined;

function readerOfEdge(input: PlanInput, here: PlanPlace): Pick<EdgeUse, "reader"> {
  const reader = readerOf(input, here);
  return reader === undefined ? {} : { reader };
}

const inputNumber = (draft: AssetDraft, input: PlanInput, here: PlanPlace): number | undefined =>
  "asset" in input ? draft.readOf(input.asset) : here.relations[input.relation];

function addInputs(draft: AssetDraft, relation: PlanRelation, here: PlanPlace): void {
  const joins = relation.inputs.filter(({ rows }) => JOINS.has(rows)).length > 1;
  relation.inputs.forEach((input, index) => {
    const from = inputNumber(draft, input, here);
    if (from === undefined) return;
    const code = rowCodeOf(
      input.rows,
      relation.edges.filter((edge) => edge.input === index),
    );
    const lacks = code === "outer" && asksForNone(relation, input, here);
    const inJoin = joins ? codeInJoin(code, input, here) : codeAlone(code, here);
    draft.addPair(from, here.relation, lacks ? "outer_none" : inJoin);
    if ("asset" in input)
      addReaderMarker(draft, { from, to: here.relation, reader: readerOf(input, here) });
    if (relation.edges.some((edge) => edge.input === index && edge.use === "NATURAL_JOIN")) {
      draft.addEdge({
        from,
        column: undefined,
        to: here.relation,
        toColumn: undefined,
        use: { use: "NATURAL_JOIN", through: input.rows },
      });
    }
  });
}

const codeAlone = (code: RowCode, { sifts }: PlanPlace): RowCode =>
  code === "each" && sifts ? "sifted" : code;

/** That there is a value is most often so in all rows. */
const sifts = ({ use, to, detail }: PlanEdge): boolean =>
  to === undefined && (use === "FILTER" || use === "FILTER_IN") && !SIFTS_LITTLE.has(detail ?? "");

const SIFTS_LITTLE: ReadonlySet<string> = new Set(["is_not_null", "set", "pivot"]);

function codeInJoin(code: RowCode, input: PlanInput, here: PlanPlace): RowCode {
  if (code === "outer") return "relation" in input ? here.sideOf(input.relation) : "outer_many";
  return code === "each" ? "joined" : code;
}

/** `left join b … where b.key is null`, as a condition by itself: only rows without a partner stay. */
function asksForNone(relation: PlanRelation, side: PlanInput, { plan }: PlanPlace): boolean {
  if (!("relation" in side)) return false;
  return relation.edges.some(({ input, to, use, detail, expression }) => {
    if (to !== undefined || use !== "FILTER" || detail !== "is_null") return false;
    const asked = relation.inputs[input];
    if (asked === undefined || !("relation" in asked) || !ONE_NAME.test(expression ?? ""))
      return false;
    const [joined] = plan.relations[asked.relation]?.inputs ?? [];
    return joined?.rows === "outer" && "relation" in joined && joined.relation === side.relation;
  });
}

/** With OR, the whole condition is the expression. */
const ONE_NAME = /^[\w.$"`[\]]+$/;

const JOINS: ReadonlySet<RowUse> = new Set(["each", "outer", "full"]);

/**
 * An input that is only asked whether rows exist matters row by row where a key ties it to the reader, and once for all
 * rows where nothing does.
 */
function rowCodeOf(rows: RowUse, edges: readonly PlanEdge[]): RowCode {
  const asked = edges.find((edge) => edge.to === undefined && edge.use === "EXISTS")?.detail;
  const code = asked === undefined ? undefined : ROWS_ASKED_FOR[asked];
  if (code !== undefined) return code;
  const tied = edges.some(
    (edge) => edge.to === undefined && (edge.use === "FILTER" || edge.use === "FILTER_IN"),
  );
  if (rows === "exists") return tied ? "semi" : "exists";
  if (rows === "not_exists") return tied ? "anti" : "exists";
  return rows;
}

/** By the detail of an EXISTS edge. */
const ROWS_ASKED_FOR: Readonly<Record<string, RowCode>> = {
  exists: "semi",
  not_exists: "anti",
  any: "any",
  not_any: "not_any",
};

function addPlanEdge(
  draft: AssetDraft,
  {
    relation,
    edge,
    here,
  }: { readonly relation: PlanRelation; readonly edge: PlanEdge; readonly here: PlanPlace },
): void {
  const input = relation.inputs[edge.input];
  const from = input === undefined ? undefined : inputNumber(draft, input, here);
  if (input === undefined || from === undefined) return;
  const isAsset = "asset" in input;
  const use = draft.onlyNotes ? { use: edge.use } : useOf(edge, { input, relation, draft, here });
  const expected = edge.use === "UNQUALIFIED" || !isAsset || !here.isOpen(input.asset);
  draft.addEdge({
    from,
    column:
      edge.column === undefined
        ? undefined
        : draft.require({ relation: from, name: edge.column, expected }),
    to: here.relation,
    toColumn: edge.to === undefined ? undefined : here.columns[edge.to],
    use,
    note: {
      ...(edge.expression === undefined ? {} : { expression: edge.expression }),
      provenance: placeOf(here.provenance, edge.line ?? relation.line),
    },
  });
}

/** How a plan's edge is used: what is walked by, and most of what adding a plan costs. */
function useOf(
  edge: PlanEdge,
  {
    input,
    relation,
    draft,
    here,
  }: {
    readonly input: PlanInput;
    readonly relation: PlanRelation;
    readonly draft: AssetDraft;
    readonly here: PlanPlace;
  },
): EdgeUse {
  return {
    use: edge.use,
    through: input.rows,
    ...(edge.detail === undefined ? {} : { detail: edge.detail }),
    ...castFirstOf(edge, relation),
    ...strictOf(edge, relation, here.dialect),
    ...convertsOf(edge, relation, here.dialect),
    ...takesOf(edge, { relation, draft, here }),
    ...("asset" in input && here.bound ? { bound: true } : {}),
    ...coalescedOf(edge),
    ...eitherOf(edge),
    ...(isFilled(edge, here) ? { filled: true } : {}),
    ...(here.sifts && edge.to !== undefined && HANDS_ON.has(edge.use) ? { sifted: true } : {}),
    ...groupKeyOf(edge, here),
    ...mixesOf({ edge, relation }, here),
    ...literalsOf(edge, relation),
    ...missingOf({ edge, input, plan: here.plan }),
    ...readerOfEdge(input, here),
    ...leftOutOf(relation, edge.input, here),
    ...caughtOf(edge),
  };
}

/** `coalesce(cast(id as varchar), '')` casts `id` first, wherever the column stands: a change of its type goes no further. */
function castFirstOf(
  edge: PlanEdge,
  relation: PlanRelation,
): {
  readonly castFirst?: string;
} {
  const { column, use, detail } = edge;
  const expression = expressionOf(edge, relation);
  if (column === undefined || use === "CAST") return {};
  if (use === "GROUP_BY" && detail?.startsWith("cast:"))
    return { castFirst: detail.slice(5).toLowerCase() };
  if (expression === undefined) return {};
  const type = findFirstCast(expression, column);
  return type === undefined ? {} : { castFirst: type };
}

/** An aggregate is called as it is written, with the conditions in it. */
function expressionOf(
  { expression, to, use }: PlanEdge,
  { columns }: PlanRelation,
): string | undefined {
  if (expression !== undefined || to === undefined) return expression;
  const name = columns[to]?.name;
  return use.startsWith("AGG_") || (CONDITIONS.has(use) && name?.includes("(")) ? name : undefined;
}

/** Engines that were seen to refuse a statement whose types do not fit before they run it. */
const BINDS_FIRST: ReadonlySet<string> = new Set(["duckdb", "postgres"]);

const COMPUTES: ReadonlySet<Use> = new Set([
  "ARITH",
  "COALESCE",
  "AGG_SUM",
  "AGG_IDEMPOTENT",
  "FILTER",
  "CONDITIONAL",
  "CONDITIONAL_NO_ELSE",
]);

function strictOf(
  edge: PlanEdge,
  relation: PlanRelation,
  dialect: string | undefined,
): { readonly strict?: true } {
  const { column, use, detail } = edge;
  // What is pivoted is compared as text.
  if (column === undefined || detail === "pivot") return {};
  if (!COMPUTES.has(use) || !BINDS_FIRST.has(dialect ?? "")) return {};
  const expression = expressionOf(edge, relation);
  return expression !== undefined && refusesTypes(expression, column) ? { strict: true } : {};
}

/** What fills a table has to be of its types on Spark, in both of its modes. */
function convertsOf(
  { column, use }: PlanEdge,
  { inputs }: PlanRelation,
  dialect: string | undefined,
): Pick<EdgeUse, "converts"> {
  if (dialect !== "spark" || column === undefined) return {};
  return use === "POSITIONAL" && inputs.length === 1 ? {} : { converts: true };
}

function takesOf(
  edge: PlanEdge,
  {
    relation,
    draft,
    here,
  }: { readonly relation: PlanRelation; readonly draft: AssetDraft; readonly here: PlanPlace },
): Pick<EdgeUse, "takes" | "takesAt"> {
  const { column, use, detail } = edge;
  if (column === undefined || !BINDS_FIRST.has(here.dialect ?? "")) return {};
  if (here.dialect === "duckdb" && detail === "fn:strptime")
    return { takes: "form", takesAt: "likely" };
  const expression = expressionOf(edge, relation) ?? "";
  const typeOf = (name: string) => typeByName(name, { relation, draft, here });
  if (addsNumber(expression, column) && /^date$/i.test(typeOf(column) ?? ""))
    return { takes: "days" };
  if (here.dialect !== "duckdb" || !COMPUTES.has(use)) return {};
  const found = takesOnly({ expression, column, typeOf });
  // With a number an interval is not compared.
  return found.takes === "span" && CONDITIONS.has(use)
    ? { takes: "spans", takesAt: "likely" }
    : found;
}

/** The type of a column in all that the relation reads, if it is one. */
function typeByName(
  name: string,
  {
    relation,
    draft,
    here,
  }: { readonly relation: PlanRelation; readonly draft: AssetDraft; readonly here: PlanPlace },
): string | undefined {
  const types = relation.inputs.map((input) =>
    "asset" in input
      ? draft.typeIn(input.asset, name)
      : here.plan.relations[input.relation]?.columns.find(
          (column) => column.name.toLowerCase() === name.toLowerCase(),
        )?.type,
  );
  const [first, ...others] = types.filter((type) => type !== undefined);
  return others.every((type) => type === first) ? first : undefined;
}

/** Only a set operation reads several inputs by position. DuckDB was seen to unite texts with numbers and dates. */
function mixesOf(
  { edge, relation }: { readonly edge: PlanEdge; readonly relation: PlanRelation },
  { plan, dialect }: PlanToAdd,
): Pick<EdgeUse, "mixes"> {
  const { column, to, use, detail } = edge;
  if (dialect !== "duckdb" || column === undefined || to === undefined) return {};
  const unites =
    (use === "POSITIONAL" && relation.inputs.length > 1) ||
    (use === "IDENTITY" && detail?.startsWith("set_all") === true);
  if (!unites) return {};
  const isText = IS_TEXT.test(relation.columns[to]?.type ?? "");
  return { mixes: isText && hasOtherTyped({ edge, relation, plan }) ? "text" : "any" };
}

const IS_TEXT = /^(?:var)?(?:char|text|string)/i;

/** Another part has a value of some type there: NULL takes the type of the others. */
function hasOtherTyped({
  edge,
  relation,
  plan,
}: {
  readonly edge: PlanEdge;
  readonly relation: PlanRelation;
  readonly plan: QueryPlan;
}): boolean {
  return relation.edges.some((other) => {
    if (other.to !== edge.to || other.input === edge.input) return false;
    const input = relation.inputs[other.input];
    if (input === undefined || "asset" in input) return true;
    const { columns } = plan.relations[input.relation] ?? { columns: [] };
    return columns.find(({ name }) => name === other.column)?.type !== "NULL";
  });
}

const CONDITIONS: ReadonlySet<Use> = new Set([
  "FILTER",
  "FILTER_IN",
  "CONDITIONAL",
  "CONDITIONAL_NO_ELSE",
]);

/** `status <> 'cancelled'`: another value of the column does not matter here. */
function literalsOf(edge: PlanEdge, relation: PlanRelation): { readonly literals?: string } {
  const { column, use } = edge;
  const expression = expressionOf(edge, relation);
  if (column === undefined || expression === undefined || !MAY_COMPARE.has(use)) return {};
  const literals = findLiterals(expression, column);
  return literals === undefined ? {} : { literals };
}

/** A comparison may also be a value by itself (`status = 'paid' as is_paid`), or be taken together (`bool_or(status = 'paid')`). */
const MAY_COMPARE: ReadonlySet<Use> = new Set([...CONDITIONS, "ARITH", "AGG_IDEMPOTENT"]);

/** `where not coalesce(is_deleted, false)`, `md5(coalesce(name, ''))`: a constant stands in for nulls before anything else. */
function coalescedOf({ column, use, expression }: PlanEdge): { readonly coalesced?: true } {
  if (column === undefined || expression === undefined) return {};
  if (!CONDITIONS.has(use) && use !== "ARITH") return {};
  return replacesNulls(expression, column) ? { coalesced: true } : {};
}

/** `where prev_at is null or gap > 30`: all parts of it have the whole condition as their expression. */
function eitherOf({ use, to, expression }: PlanEdge): Pick<EdgeUse, "either"> {
  if (to !== undefined || (use !== "FILTER" && use !== "FILTER_IN")) return {};
  return expression !== undefined && OR.test(expression.replaceAll(/'(?:[^']|'')*'/g, "''"))
    ? { either: true }
    : {};
}

const OR = /\bor\b/i;

const caughtOf = ({ caught, to }: PlanEdge): Pick<EdgeUse, "caught"> =>
  caught === undefined ? {} : { caught: to === undefined ? "rows" : "value" };

const isFilled = (edge: PlanEdge, { kept }: PlanPlace): boolean =>
  kept.size > 0 && edge.to !== undefined && HANDS_ON.has(edge.use) && kept.has(keyOf(edge));

function groupKeyOf(edge: PlanEdge, { keys }: PlanPlace): Pick<EdgeUse, "groupKey"> {
  if (keys.size === 0 || edge.to === undefined || !keys.has(keyOf(edge))) return {};
  return { groupKey: keys.size === 1 ? "only" : "one" };
}

const HANDS_ON: ReadonlySet<Use> = new Set(["IDENTITY", "STAR", "CAST"]);

/** `where entity = 'US'` over a union of entities: nothing that is wrong with another part arrives here. */
function leftOutOf(
  relation: PlanRelation,
  at: number,
  { marks }: PlanToAdd,
): { readonly leftOut?: string } {
  const input = relation.inputs[at];
  if (input === undefined) return {};
  const known = "asset" in input ? marks.ofAsset(input.asset) : marks.ofRelation(input.relation);
  const found = branchesLeftOut(relation, at, known);
  return found.length === 0 ? {} : { leftOut: JSON.stringify(found) };
}

/** `coalesce(c.name, 'Other')` after a left join. */
function missingOf({
  edge,
  input,
  plan,
}: {
  readonly edge: PlanEdge;
  readonly input: PlanInput;
  readonly plan: QueryPlan;
}): { readonly missing?: true } {
  if (edge.use !== "COALESCE" || "asset" in input) return {};
  const { columns } = plan.relations[input.relation] ?? { columns: [] };
  const found = columns.find(({ name }) => name === edge.column);
  return found?.nullable === true ? { missing: true } : {};
}

/** Lines of a plan count from the top of its SQL text. */
const placeOf = (provenance: Provenance, line: number | undefined): Provenance =>
  line === undefined ? provenance : { ...provenance, line: (provenance.line ?? 1) + line - 1 };

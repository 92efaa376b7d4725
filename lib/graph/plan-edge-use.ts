import type { PlanEdge, PlanInput, PlanRelation, QueryPlan } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import type { AssetDraft } from "./asset-draft.ts";
import { branchesLeftOut } from "./branch-marks.ts";
import { convertsTypes } from "./converts-types.ts";
import { countsTime } from "./counts-time.ts";
import { findFirstCast, replacesNulls } from "./find-first-cast.ts";
import { findLiterals } from "./find-literals.ts";
import { keyOf, type PlanPlace, type PlanToAdd, readerOf } from "./plan-place.ts";
import { addsNumber, refusesTypes } from "./refuses-types.ts";
import { sideCondition } from "./side-condition.ts";
import type { EdgeUse } from "./snapshot.ts";
import { takesNumbers } from "./takes-numbers.ts";
import { takesOnly } from "./takes-only.ts";

/** Where an edge of a plan stands. */
export interface EdgePlace {
  readonly relation: PlanRelation;
  readonly draft: AssetDraft;
  readonly here: PlanPlace;
}

/** How a plan's edge is used: what is walked by, and most of what adding a plan costs. */
export function useOfPlanEdge(
  edge: PlanEdge,
  { input, ...place }: EdgePlace & { readonly input: PlanInput },
): EdgeUse {
  const { relation, here } = place;
  const expression = expressionOf(edge, relation);
  const cast = castFirstOf(edge, expression);
  return {
    use: edge.use,
    through: input.rows,
    ...(edge.detail === undefined ? {} : { detail: edge.detail }),
    ...cast,
    ...strictOf(edge, expression, here.dialect),
    ...convertsOf(edge, { ...cast, relation, here }),
    ...(takesNumbers(edge, { ...cast, dialect: here.dialect }) ? { lax: true } : {}),
    ...takesOf(edge, expression, place),
    ...countsOf(edge, expression, here.dialect),
    ...sideCondition(edge, { relation, side: here.side }),
    ...("asset" in input && here.bound ? { bound: true } : {}),
    ...coalescedOf(edge),
    ...eitherOf(edge),
    ...(isFilled(edge, here) ? { filled: true } : {}),
    ...(here.sifts && edge.to !== undefined && HANDS_ON.has(edge.use) ? { sifted: true } : {}),
    ...(isPartly(edge, expression) ? { partly: true } : {}),
    ...(edge.tried && edge.to !== undefined ? { tried: true } : {}),
    ...groupKeyOf(edge, here),
    ...mixesOf({ edge, relation }, here),
    ...literalsOf(edge, expression),
    ...missingOf({ edge, input, plan: here.plan }),
    ...readerOfEdge(input, here),
    ...leftOutOf(relation, edge.input, here),
    ...caughtOf(edge),
  };
}

function readerOfEdge(input: PlanInput, here: PlanPlace): Pick<EdgeUse, "reader"> {
  const reader = readerOf(input, here);
  return reader === undefined ? {} : { reader };
}

/** `coalesce(cast(id as varchar), '')` casts `id` first, wherever the column stands: a change of its type goes no further. */
function castFirstOf(
  { column, use, detail }: PlanEdge,
  expression: string | undefined,
): Pick<EdgeUse, "castFirst"> {
  if (column === undefined || use === "CAST") return {};
  if (use === "GROUP_BY" && detail?.startsWith("cast:"))
    return { castFirst: detail.slice(5).toLowerCase() };
  if (expression === undefined) return {};
  const type = findFirstCast(expression, column);
  return type === undefined ? {} : { castFirst: type };
}

/** Whether a condition inside the expression says in which rows the value is used; the condition itself is asked in all. */
const isPartly = ({ use, to }: PlanEdge, expression = ""): boolean =>
  to !== undefined && !CONDITIONS.has(use) && CHOOSES.test(expression);

const CHOOSES = /\bcase\s|\bfilter\s*\(\s*where\b/i;

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
  { column, use, detail }: PlanEdge,
  expression: string | undefined,
  dialect: string | undefined,
): Pick<EdgeUse, "strict"> {
  // What is pivoted is compared as text.
  if (column === undefined || detail === "pivot") return {};
  if (!COMPUTES.has(use) || !BINDS_FIRST.has(dialect ?? "")) return {};
  return expression !== undefined && refusesTypes(expression, column) ? { strict: true } : {};
}

function convertsOf(
  { column, use }: PlanEdge,
  { castFirst, relation, here }: Pick<EdgeUse, "castFirst"> & Pick<EdgePlace, "relation" | "here">,
): Pick<EdgeUse, "converts"> {
  const isConverted =
    column !== undefined &&
    convertsTypes({
      dialect: here.dialect,
      use: castFirst === undefined ? use : "CAST",
      inputs: relation.inputs.length,
    });
  return isConverted ? { converts: true } : {};
}

function takesOf(
  { column, use, detail, takes }: PlanEdge,
  expression = "",
  place: EdgePlace,
): Pick<EdgeUse, "takes" | "takesAt"> {
  const { here } = place;
  if (column === undefined || !BINDS_FIRST.has(here.dialect ?? "")) return {};
  if (takes === "days") return { takes };
  if (here.dialect === "duckdb" && detail === "fn:strptime")
    return { takes: "form", takesAt: "likely" };
  const typeOf = (name: string) => typeByName(name, place);
  if (addsNumber(expression, column) && /^date$/i.test(typeOf(column) ?? ""))
    return { takes: "days" };
  if (here.dialect !== "duckdb" || !COMPUTES.has(use)) return {};
  const found = takesOnly({ expression, column, typeOf });
  const distance = takes === "spans" || found.takes === "spans" ? "spans" : takes;
  if (distance === undefined && found.takes !== "span") return found;
  // With a number an interval is not compared, and intervals are not added up.
  const isAdded = use === "AGG_SUM" && ADDS_UP.test(detail ?? "");
  if (distance !== "spans" && (isAdded || CONDITIONS.has(use)))
    return { takes: "spans", takesAt: "likely" };
  return { takes: distance ?? "span" };
}

const ADDS_UP = /^(?:sum|stddev|var)/;

/** DuckDB was seen to count between a day and a moment; others refuse the two beside each other. */
const countsOf = (
  { column, to }: PlanEdge,
  expression = "",
  dialect: string | undefined,
): Pick<EdgeUse, "countsTime"> =>
  dialect === "duckdb" && column !== undefined && to !== undefined && countsTime(expression, column)
    ? { countsTime: true }
    : {};

/** The type of a column in all that the relation reads, if it is one. */
function typeByName(name: string, { relation, draft, here }: EdgePlace): string | undefined {
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
function literalsOf(
  { column, use }: PlanEdge,
  expression: string | undefined,
): Pick<EdgeUse, "literals"> {
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

import type { AssetId } from "#lib/model/asset-id.ts";
import type { PlanRelation, QueryPlan } from "#lib/model/query-plan.ts";
import type { RowCode } from "./snapshot.ts";
import { equatedColumns, findsOne, keysOfPlan, type RowKeys } from "./unique-keys.ts";

interface KnownKeys {
  readonly keysOf: (asset: AssetId) => RowKeys;
  /**
   * The query is a dbt model: those keep the grain of what they start from. Saying "possible" of each of their joins found
   * no further affected model in four executed projects and flagged 92 that were not.
   */
  readonly keepsGrain: boolean;
  readonly shortNameOf: (asset: AssetId) => string | undefined;
}

/**
 * Whether the optional side of a join multiplies rows, by the relation that is the side: `outer` where a key says that it
 * finds one partner at most, `outer_maybe` where only its looks say so, `outer_many` otherwise.
 */
export function optionalSides(plan: QueryPlan, known: KnownKeys): (side: number) => RowCode {
  let found: readonly RowKeys[] | undefined;
  return (number) => {
    const side = plan.relations[number];
    if (side === undefined) return "outer_many";
    found ??= keysOfPlan(plan, known.keysOf);
    if (known.keepsGrain || findsOne(side, found, known.keysOf)) return "outer";
    return looksUnique(plan, side, known) ? "outer_maybe" : "outer_many";
  };
}

function looksUnique(plan: QueryPlan, side: PlanRelation, { shortNameOf }: KnownKeys): boolean {
  const input = side.inputs.findIndex(({ rows }) => rows === "each");
  const columns = equatedColumns(side, input);
  // A join by several columns is a join by a whole key more often than not.
  if (columns.length > 1) return true;
  return columns.some((column) => {
    const origin = originOf(plan, { relation: side, input, column });
    const table = origin === undefined ? undefined : shortNameOf(origin.asset);
    return table !== undefined && origin !== undefined && isKeyName(origin.column, table);
  });
}

interface Place {
  readonly relation: PlanRelation;
  readonly input: number;
  readonly column: string;
}

/** The table that a column is handed on from as it is. */
function originOf(
  plan: QueryPlan,
  place: Place,
): { readonly asset: AssetId; readonly column: string } | undefined {
  let at: Place | undefined = place;
  for (let step = 0; at !== undefined && step <= plan.relations.length; step++) {
    const input: PlanRelation["inputs"][number] | undefined = at.relation.inputs[at.input];
    if (input === undefined) return undefined;
    if ("asset" in input) return { asset: input.asset, column: at.column };
    at = placeBelow(plan.relations[input.relation], at.column);
  }
  return undefined;
}

function placeBelow(relation: PlanRelation | undefined, column: string): Place | undefined {
  const to = relation?.columns.findIndex(({ name }) => name.toLowerCase() === column);
  const edge = relation?.edges.find(
    (each) => each.to === to && (each.use === "IDENTITY" || each.use === "STAR"),
  );
  if (relation === undefined || edge?.column === undefined) return undefined;
  return { relation, input: edge.input, column: edge.column.toLowerCase() };
}

const KEY_NAME = /^(.*?)_?(?:id|key|sk|pk|uuid)$/;

/** `id`, or `customer_id` in `dim_customers`. */
function isKeyName(column: string, table: string): boolean {
  const stem = KEY_NAME.exec(column)?.[1];
  if (stem === undefined) return false;
  if (stem === "") return true;
  const name = table.toLowerCase();
  const forms = [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, "ies")];
  return forms.some((form) => name === form || name.endsWith(`_${form}`));
}

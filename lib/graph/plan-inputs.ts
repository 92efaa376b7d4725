import type { PlanEdge, PlanInput, PlanRelation } from "#lib/model/query-plan.ts";
import type { RowUse } from "#lib/model/use.ts";
import type { AssetDraft } from "./asset-draft.ts";
import { inputNumber, type PlanPlace, readerOf } from "./plan-place.ts";
import { addReaderMarker } from "./reader-marker.ts";
import type { RowCode } from "./snapshot.ts";

/** Adds how the rows of a relation hang on the rows of what it reads. */
export function addInputs(draft: AssetDraft, relation: PlanRelation, here: PlanPlace): void {
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
export const sifts = ({ use, to, detail }: PlanEdge): boolean =>
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

/** With OR, the whole condition is the expression; the text of one by itself may be the column alone. */
const ONE_NAME = /^[\w.$"`[\]]+(?:\s+is\s+null)?$/i;

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

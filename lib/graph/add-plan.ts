import type { Provenance } from "#lib/model/edge.ts";
import type { PlanEdge, PlanRelation, QueryPlan } from "#lib/model/query-plan.ts";
import type { AssetDraft } from "./asset-draft.ts";
import { type EdgePlace, useOfPlanEdge } from "./plan-edge-use.ts";
import { addInputs, sifts } from "./plan-inputs.ts";
import { inputNumber, keyOf, type PlanPlace, type PlanToAdd } from "./plan-place.ts";
import { TRAIT } from "./snapshot.ts";

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
  const optional = optionalIn(plan);
  plan.relations.forEach((relation, index) => {
    const here: PlanPlace = {
      ...given,
      relation: relations[index] ?? result,
      relations,
      columns: columns[index] ?? [],
      side: optional.has(index) ? given.sideOf(index) : undefined,
      kept: keptColumns(relation),
      sifts: relation.edges.some(sifts),
      keys: groupKeys(relation),
    };
    addInputs(draft, relation, here);
    for (const edge of relation.edges) addPlanEdge(edge, { relation, draft, here });
    if (index !== last && !draft.hasPair(here.relation, result))
      draft.addPair(here.relation, result, "none");
  });
}

const optionalIn = ({ relations }: QueryPlan): ReadonlySet<number> =>
  new Set(
    relations.flatMap(({ inputs }) =>
      inputs.flatMap((input) =>
        "relation" in input && input.rows === "outer" ? [input.relation] : [],
      ),
    ),
  );

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

function addPlanEdge(edge: PlanEdge, place: EdgePlace): void {
  const { relation, draft, here } = place;
  const input = relation.inputs[edge.input];
  const from = input === undefined ? undefined : inputNumber(draft, input, here);
  if (input === undefined || from === undefined) return;
  const isAsset = "asset" in input;
  const use = draft.onlyNotes ? { use: edge.use } : useOfPlanEdge(edge, { input, ...place });
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

/** Lines of a plan count from the top of its SQL text. */
const placeOf = (provenance: Provenance, line: number | undefined): Provenance =>
  line === undefined ? provenance : { ...provenance, line: (provenance.line ?? 1) + line - 1 };

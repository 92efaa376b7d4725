import type { PlanEdge } from "#lib/model/query-plan.ts";
import type { RowUse, Use } from "#lib/model/use.ts";
import type { RelationBuilder, Target } from "./plan-builder.ts";
import { strongerUse } from "./use-strength.ts";

interface Origin {
  readonly target: Target;
  readonly rows: RowUse;
  readonly column: string | undefined;
  readonly use: Use;
  readonly detail: string | undefined;
}

/**
 * Folds the recursive part of a CTE into the CTE's own relation: relations between them that read the CTE would be
 * circles otherwise. What the part reads becomes inputs of the CTE, and the CTE is one of them. Answers the relations that are
 * no more by themselves.
 */
export function foldRecursion(
  cte: RelationBuilder,
  step: RelationBuilder,
): ReadonlySet<RelationBuilder> {
  const reading = findReaders(cte, step);
  const folder = new Folder(cte, reading);
  if (!reading.has(step)) {
    const input = cte.addInput({ relation: step }, "each");
    for (const [i, column] of step.columns.entries()) {
      if (i < cte.columns.length)
        cte.addEdge({ input, column: column.name, to: i, use: "IDENTITY" });
    }
    return reading;
  }
  for (const [i] of step.columns.entries()) {
    if (i >= cte.columns.length) continue;
    for (const origin of folder.columnOrigins(step, i)) addOrigin(cte, origin, i);
  }
  for (const relation of reading) {
    for (const origin of folder.rowOrigins(relation)) addOrigin(cte, origin, undefined);
  }
  return reading;
}

function addOrigin(
  cte: RelationBuilder,
  { target, rows, column, use, detail }: Origin,
  to: number | undefined,
): void {
  cte.addEdge({ input: cte.inputFor(target, rows), column, to, use, detail });
}

/** The relations below the step that read the CTE, in some number of steps. */
function findReaders(cte: RelationBuilder, step: RelationBuilder): Set<RelationBuilder> {
  const state = new Map<RelationBuilder, boolean>();
  const visit = (relation: RelationBuilder): boolean => {
    const known = state.get(relation);
    if (known !== undefined) return known;
    state.set(relation, false);
    let reads = false;
    for (const { target } of relation.inputs) {
      if (!("relation" in target)) continue;
      if (target.relation === cte || visit(target.relation)) reads = true;
    }
    state.set(relation, reads);
    return reads;
  };
  visit(step);
  return new Set([...state].filter(([, reads]) => reads).map(([relation]) => relation));
}

class Folder {
  readonly #cte: RelationBuilder;
  readonly #reading: ReadonlySet<RelationBuilder>;
  readonly #memo = new Map<RelationBuilder, Map<number, readonly Origin[]>>();

  constructor(cte: RelationBuilder, reading: ReadonlySet<RelationBuilder>) {
    this.#cte = cte;
    this.#reading = reading;
  }

  columnOrigins(relation: RelationBuilder, index: number): readonly Origin[] {
    const memo = this.#memo.get(relation) ?? new Map<number, readonly Origin[]>();
    this.#memo.set(relation, memo);
    const known = memo.get(index);
    if (known) return known;
    memo.set(index, []);
    const found = relation.edges
      .filter((edge) => edge.to === index)
      .flatMap((edge) => this.#follow(relation, edge));
    memo.set(index, found);
    return found;
  }

  rowOrigins(relation: RelationBuilder): readonly Origin[] {
    const edges = relation.edges
      .filter((edge) => edge.to === undefined)
      .flatMap((edge) => this.#follow(relation, edge));
    const rows = relation.inputs.flatMap(({ target, rows: use }): Origin[] =>
      this.#isInner(target) || ("relation" in target && target.relation === this.#cte)
        ? []
        : [{ target, rows: use, column: undefined, use: "EXISTS", detail: undefined }],
    );
    return [
      ...edges,
      ...rows.filter((origin) => origin.rows === "exists" || origin.rows === "each"),
    ];
  }

  #isInner(target: Target): boolean {
    return "relation" in target && this.#reading.has(target.relation);
  }

  #follow(relation: RelationBuilder, edge: PlanEdge): readonly Origin[] {
    const input = relation.inputs[edge.input];
    if (!input) return [];
    const { target, rows } = input;
    if (!this.#isInner(target) || !("relation" in target)) {
      return [{ target, rows, column: edge.column, use: edge.use, detail: edge.detail }];
    }
    const at = edge.column === undefined ? undefined : target.relation.indexOf(edge.column);
    if (at === undefined) return [];
    const isRole = edge.to === undefined;
    return this.columnOrigins(target.relation, at).map((origin) => ({
      ...origin,
      use: isRole ? edge.use : strongerUse(origin.use, edge.use),
      detail:
        isRole || origin.use !== strongerUse(origin.use, edge.use) ? edge.detail : origin.detail,
    }));
  }
}

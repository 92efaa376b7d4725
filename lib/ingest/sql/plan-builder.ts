import type { AssetId } from "#lib/model/asset-id.ts";
import type {
  KeptTexts,
  PlanColumn,
  PlanEdge,
  PlanInput,
  PlanRelation,
  QueryPlan,
} from "#lib/model/query-plan.ts";
import type { RowUse, Use } from "#lib/model/use.ts";

/** What a relation reads: an asset, or another relation of the same plan. */
export type Target = { readonly asset: AssetId } | { readonly relation: RelationBuilder };

export interface EdgeDraft {
  readonly input: number;
  readonly column?: string | undefined;
  readonly to?: number | undefined;
  readonly use: Use;
  readonly detail?: string | undefined;
  readonly expression?: string | undefined;
  readonly line?: number | undefined;
  readonly keeps?: KeptTexts | undefined;
  readonly takes?: PlanEdge["takes"] | undefined;
  readonly tried?: PlanEdge["tried"] | undefined;
}

interface InputDraft {
  readonly target: Target;
  readonly rows: RowUse;
}

interface ColumnDraft {
  readonly name: string;
  readonly type?: string | undefined;
  readonly nullable?: boolean | undefined;
  readonly constant?: string | undefined;
}

/** A relation while it is built: columns may be added as later relations ask for them. */
export class RelationBuilder {
  readonly columns: PlanColumn[] = [];
  readonly inputs: InputDraft[] = [];
  readonly edges: PlanEdge[] = [];
  /** For people. */
  label: string;
  readonly line: number | undefined;
  /** Answers for a column that is not there yet where the relation passes on a star of unknown columns. */
  ensure: ((name: string) => string | undefined) | undefined;
  readonly #byName = new Map<string, number>();
  /** The last number that was put to a name, so that a thousand equal names stay linear. */
  readonly #suffixes = new Map<string, number>();
  readonly #edgeKeys = new Set<string>();
  readonly #inputKeys = new Map<unknown, Map<RowUse, number>>();

  constructor(label: string, line?: number) {
    this.label = label;
    this.line = line;
  }

  /** Adds a column; where the name is taken, `name_1`, `name_2`, … Gives its index. */
  addColumn(draft: ColumnDraft): number {
    let name = draft.name;
    while (this.#byName.has(name)) {
      const next = (this.#suffixes.get(draft.name) ?? 0) + 1;
      this.#suffixes.set(draft.name, next);
      name = `${draft.name}_${next}`;
    }
    const index = this.columns.length;
    this.#byName.set(name, index);
    this.columns.push({
      name,
      ...(draft.type === undefined ? {} : { type: draft.type }),
      ...(draft.nullable === undefined ? {} : { nullable: draft.nullable }),
      ...(draft.constant === undefined ? {} : { constant: draft.constant }),
    });
    return index;
  }

  indexOf(name: string): number | undefined {
    return this.#byName.get(name);
  }

  /** A column that this relation reads from another relation of the plan; undefined: from an asset. */
  inputColumn(input: number, name: string | undefined): PlanColumn | undefined {
    const target = this.inputs[input]?.target;
    if (!target || !("relation" in target) || name === undefined) return undefined;
    const index = target.relation.indexOf(name);
    return index === undefined ? undefined : target.relation.columns[index];
  }

  /** The name of a column by its index, as edges call it. */
  nameAt(index: number): string {
    return this.columns[index]?.name ?? "";
  }

  setType(index: number, column: { readonly type?: string }): void {
    const old = this.columns[index];
    if (old) this.columns[index] = { ...old, ...column };
  }

  setNullable(index: number, nullable: boolean | undefined): void {
    const old = this.columns[index];
    if (!old) return;
    const { nullable: _old, ...rest } = old;
    this.columns[index] = nullable === undefined ? rest : { ...rest, nullable };
  }

  /** A further input, also where the same target is one already: the sides of a self-join are two. */
  addInput(target: Target, rows: RowUse): number {
    return this.inputs.push({ target, rows }) - 1;
  }

  /** The input for a target and a row use, added on first call. */
  inputFor(target: Target, rows: RowUse): number {
    const key = "asset" in target ? target.asset : target.relation;
    const perUse = this.#inputKeys.get(key) ?? new Map<RowUse, number>();
    this.#inputKeys.set(key, perUse);
    const known = perUse.get(rows);
    if (known !== undefined) return known;
    const added = this.addInput(target, rows);
    perUse.set(rows, added);
    return added;
  }

  replaceEdge(edge: PlanEdge, by: PlanEdge): void {
    const at = this.edges.indexOf(edge);
    if (at >= 0) this.edges[at] = by;
  }

  /** Every edge from the column: without it, a column of a query around this one is meant. */
  markCaught(input: number, column: string): void {
    for (const [at, edge] of this.edges.entries())
      if (edge.input === input && edge.column === column)
        this.edges[at] = { ...edge, caught: true };
  }

  /** One row of each key is read of an input from now on, where each row was. */
  readFirst(input: number): void {
    this.keepSome(input, "first");
  }

  /** As `readFirst`, with `limited` for so many of its rows. */
  keepSome(input: number, rows: "first" | "limited"): void {
    const draft = this.inputs[input];
    if (draft?.rows === "each") this.inputs[input] = { ...draft, rows };
  }

  /** Adds an edge unless the same input column has the same use and detail on the same column already. */
  addEdge(draft: EdgeDraft): void {
    const key = `${draft.input}|${draft.column ?? ""}|${draft.to ?? ""}|${draft.use}|${draft.detail ?? ""}`;
    if (this.#edgeKeys.has(key)) {
      if (draft.takes !== undefined) this.#markTaken(draft, draft.takes);
      return;
    }
    this.#edgeKeys.add(key);
    this.edges.push({
      input: draft.input,
      ...(draft.column === undefined ? {} : { column: draft.column }),
      ...(draft.to === undefined ? {} : { to: draft.to }),
      use: draft.use,
      ...(draft.detail === undefined ? {} : { detail: draft.detail }),
      ...(draft.expression === undefined ? {} : { expression: draft.expression }),
      ...(draft.line === undefined ? {} : { line: draft.line }),
      ...(draft.keeps === undefined ? {} : { keeps: draft.keeps }),
      ...(draft.takes === undefined ? {} : { takes: draft.takes }),
      ...(draft.tried === undefined ? {} : { tried: draft.tried }),
    });
  }

  #markTaken(draft: EdgeDraft, takes: NonNullable<PlanEdge["takes"]>): void {
    const at = this.edges.findIndex(
      ({ input, column, to, use, detail }) =>
        input === draft.input &&
        column === draft.column &&
        to === draft.to &&
        use === draft.use &&
        detail === draft.detail,
    );
    const edge = this.edges[at];
    if (edge !== undefined) this.edges[at] = { ...edge, takes: edge.takes ?? takes };
  }
}

/**
 * Numbers the relations so that each reads earlier ones only and the result is the last. `extra` are relations that
 * nothing reads (a CTE that is not used): an engine binds them all the same, so they stay in the plan.
 */
export function finishPlan(result: RelationBuilder, extra: readonly RelationBuilder[]): QueryPlan {
  const ordered = orderRelations(result, extra);
  const number = new Map(ordered.map((relation, index) => [relation, index]));
  return { relations: ordered.map((relation) => finishRelation(relation, number)) };
}

/** The relations as a plan numbers them. */
export function orderRelations(
  result: RelationBuilder,
  extra: readonly RelationBuilder[],
): readonly RelationBuilder[] {
  const order: RelationBuilder[] = [];
  const number = new Map<RelationBuilder, number>();
  for (const root of [...extra, result]) visitInputsFirst(root, number, order);
  // The result may have been reached through an unused relation; it has to be the last all the same.
  const others = order.filter((relation) => relation !== result);
  return [...others, result];
}

function visitInputsFirst(
  root: RelationBuilder,
  seen: Map<RelationBuilder, number>,
  order: RelationBuilder[],
): void {
  if (seen.has(root)) return;
  seen.set(root, -1);
  const stack: { readonly relation: RelationBuilder; next: number }[] = [
    { relation: root, next: 0 },
  ];
  while (stack.length > 0) {
    const top = stack.at(-1);
    if (!top) return;
    const input = top.relation.inputs[top.next++];
    if (input === undefined) {
      order.push(top.relation);
      stack.pop();
    } else if ("relation" in input.target && !seen.has(input.target.relation)) {
      seen.set(input.target.relation, -1);
      stack.push({ relation: input.target.relation, next: 0 });
    }
  }
}

function finishRelation(
  builder: RelationBuilder,
  number: ReadonlyMap<RelationBuilder, number>,
): PlanRelation {
  const inputs = builder.inputs.map(
    ({ target, rows }): PlanInput =>
      "asset" in target
        ? { asset: target.asset, rows }
        : { relation: number.get(target.relation) ?? 0, rows },
  );
  return {
    label: builder.label,
    columns: builder.columns,
    inputs,
    edges: builder.edges,
    ...(builder.line === undefined ? {} : { line: builder.line }),
  };
}

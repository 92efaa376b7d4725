import { analyseExpression } from "./analyze-expression.ts";
import { analyseAggregate, isAggregateCall, partsOf } from "./analyze-function.ts";
import type { Expr, FunctionCall } from "./ast.ts";
import { tagOf } from "./ast.ts";
import { childExpressions, isExpression } from "./child-expressions.ts";
import {
  BARE,
  type Cell,
  type ExpressionContext,
  type Flow,
  type GroupStage,
  type ValueType,
} from "./expression-context.ts";
import type { RelationBuilder } from "./plan-builder.ts";
import type { MergedColumn, Source, VisibleColumn } from "./scope.ts";

/** Whether an expression folds rows. Subqueries have their own rows. */
export function containsAggregate(expr: Expr): boolean {
  const pending: Expr[] = [expr];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { tag, payload } = tagOf(next);
    if (tag === "Function" && isAggregateCall(payload as FunctionCall)) return true;
    for (const child of childExpressions(payload)) if (isExpression(child)) pending.push(child);
  }
  return false;
}

/** Whether an expression looks at other rows through a window. */
export function containsWindow(expr: Expr): boolean {
  const { tag, payload } = tagOf(expr);
  if (tag === "Function" && (payload as FunctionCall).over) return true;
  return childExpressions(payload).some((child) => isExpression(child) && containsWindow(child));
}

/** An expression without its positions: two that look alike are one key. */
export function textKey(expr: Expr): string {
  return JSON.stringify(expr, (name, value: unknown) => {
    if (name === "span" || name.endsWith("_token")) return undefined;
    return value;
  });
}

interface GroupInput {
  /** Where the keys and aggregates are columns. */
  readonly relation: RelationBuilder;
  /** Reads FROM into that relation. */
  readonly inner: ExpressionContext;
  /** The group relation as an input of the projection. */
  readonly readGroup: (column: string) => Cell;
}

export interface GroupKey {
  readonly expr: Expr;
  readonly name: string;
  /** As `inner`, with the names that the key may use. */
  readonly context: ExpressionContext;
}

/** The relation of GROUP BY while the projection is walked: keys are there, aggregates are added as they are met. */
export class GroupBuilder implements GroupStage {
  readonly #input: GroupInput;
  readonly #byText = new Map<string, number>();
  readonly #keyTags = new Set<string>();
  readonly #byColumn = new Map<Source, Map<string, number>>();
  readonly #byMerged = new Map<MergedColumn, number>();

  constructor(input: GroupInput) {
    this.#input = input;
  }

  get relation(): RelationBuilder {
    return this.#input.relation;
  }

  addKey({ expr, name, context }: GroupKey): void {
    const { relation } = this.#input;
    const text = textKey(expr);
    if (this.#byText.has(text)) return;
    const flows: Flow[] = [];
    const type = analyseExpression(expr, {
      wrap: BARE,
      context,
      sink: (flow) => flows.push(flow),
    });
    const index = relation.addColumn({ name, ...type });
    for (const { cell, use, detail, line, takes, tried } of flows) {
      relation.addEdge({ ...cell, to: index, use, detail, line, takes, tried });
      // A key that is cast first groups by what the cast makes of the column; other keys may put values together.
      const how = use === "CAST" ? { detail } : use === "IDENTITY" ? {} : { detail: "computed" };
      if (cell.column !== undefined)
        relation.addEdge({ ...cell, to: index, use: "GROUP_BY", ...how, line });
    }
    this.#byText.set(text, index);
    this.#keyTags.add(tagOf(expr).tag);
  }

  /** A bare column as a key, so that `t.a` and `a` are one. */
  addColumnKey(source: Source, column: VisibleColumn): void {
    const { relation, inner } = this.#input;
    const known = this.#columnsOf(source);
    if (known.has(column.column)) return;
    const index = relation.addColumn({ ...column, name: column.name });
    const cell = inner.cellOf(source, column);
    if (cell) {
      relation.addEdge({ ...cell, to: index, use: "IDENTITY" });
      relation.addEdge({ ...cell, to: index, use: "GROUP_BY" });
    }
    known.set(column.column, index);
  }

  addMergedKey(merged: MergedColumn): void {
    this.#addMerged(merged, true);
  }

  #addMerged(merged: MergedColumn, isKey: boolean): number {
    const known = this.#byMerged.get(merged);
    if (known !== undefined) return known;
    const { relation, inner } = this.#input;
    const index = relation.addColumn({ name: merged.name, type: merged.parts[0]?.column.type });
    for (const cell of inner.mergedCells(merged)) {
      relation.addEdge({ ...cell, to: index, use: isKey ? "IDENTITY" : "AGG_IDEMPOTENT" });
      if (isKey) relation.addEdge({ ...cell, to: index, use: "GROUP_BY" });
    }
    this.#byMerged.set(merged, index);
    return index;
  }

  #columnsOf(source: Source): Map<string, number> {
    const known = this.#byColumn.get(source) ?? new Map<string, number>();
    this.#byColumn.set(source, known);
    return known;
  }

  readonly findKey = (expr: Expr): number | undefined => {
    if (this.#keyTags.size === 0 || !this.#keyTags.has(tagOf(expr).tag)) return undefined;
    return this.#byText.get(textKey(expr));
  };

  /** A column that is no key: MySQL and a key's functional dependency allow it; any one of the group's values. */
  readonly findKeyColumn = (source: Source, column: VisibleColumn): number => {
    const columns = this.#columnsOf(source);
    const known = columns.get(column.column);
    if (known !== undefined) return known;
    const { relation, inner } = this.#input;
    const index = relation.addColumn(column);
    const cell = inner.cellOf(source, column);
    if (cell) relation.addEdge({ ...cell, to: index, use: "AGG_IDEMPOTENT", detail: "any_value" });
    columns.set(column.column, index);
    return index;
  };

  readonly findMergedKey = (merged: MergedColumn): number => this.#addMerged(merged, false);

  readonly aggregate = (call: FunctionCall, expr: Expr): number => {
    const { relation, inner } = this.#input;
    const text = textKey(expr);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const flows: Flow[] = [];
    const visit = { wrap: BARE, context: inner, sink: (flow: Flow) => flows.push(flow) };
    const parts = partsOf(call);
    const input = { call, expr, visit, analyse: analyseExpression, readSubquery: () => ({}) };
    const type = analyseAggregate(input, parts);
    const index = relation.addColumn({
      name: inner.analysis.text.excerpt(expr) ?? parts.name,
      ...type,
    });
    for (const { cell, use, detail, line, takes, tried } of flows)
      relation.addEdge({ ...cell, to: index, use, detail, line, takes, tried });
    this.#byText.set(text, index);
    return index;
  };

  readonly cell = (index: number): Cell =>
    this.#input.readGroup(this.#input.relation.nameAt(index));

  readonly columnType = (index: number): ValueType => {
    const { type, nullable } = this.#input.relation.columns[index] ?? {};
    return { type, nullable };
  };
}

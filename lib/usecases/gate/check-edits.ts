import { findPlanRelation } from "#lib/graph/plan-relations.ts";
import { findAsset, type Snapshot } from "#lib/graph/snapshot.ts";
import type { Certainty } from "#lib/impact/change.ts";
import { recastOf } from "#lib/impact/change-effects.ts";
import { classifyType, isRespelled } from "#lib/impact/classify-type.ts";
import { effectsAt, type InnerEffect, type OuterEffect } from "#lib/impact/effects-at.ts";
import type { ValueEdit } from "#lib/ingest/sql/compare-expressions.ts";
import type { QueryEdit, RowsEdit } from "#lib/ingest/sql/query-edit.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";

/** The query that an edit is in, on the graph that the change is judged on. */
export interface EditedQuery {
  readonly snapshot: Snapshot;
  readonly asset: AssetId;
  readonly plan: QueryPlan;
  readonly dialect: string;
}

/** What an edit inside a query does at the columns and rows of its asset. */
export function effectsOfEdit(edit: QueryEdit, query: EditedQuery): readonly OuterEffect[] {
  const asset = findAsset(query.snapshot, query.asset);
  if (asset < 0) return [];
  const { toType } = edit.kind === "expression" ? edit : { toType: undefined };
  return effectsAt(query.snapshot, {
    asset,
    inner: innerEffects(edit, query, asset),
    ...(toType === undefined ? {} : { newType: toType }),
  });
}

type Effects = readonly (readonly [effect: string, certainty: Certainty])[];

const MAYBE = {
  "maybe fewer": [["ROWS_LOST", "possible"]],
  "maybe more": [["ROWS_EXTRA", "possible"]],
} as const;

/**
 * Rows that come are not the same ones once more: what takes the least of them, or counts each once, holds something else as
 * it does where rows go.
 */
const ROWS: Readonly<Record<RowsEdit, Effects>> = {
  fewer: [["ROWS_LOST", "certain"]],
  more: [
    ["ROWS_EXTRA", "certain"],
    ["ROWS_LOST", "possible"],
  ],
  ...MAYBE,
  other: [
    ["ROWS_LOST", "likely"],
    ["ROWS_EXTRA", "likely"],
  ],
};

/** Whether a join finds no partner or several hangs on the data. */
const JOINED_ROWS: Readonly<Record<RowsEdit, Effects>> = {
  fewer: [["ROWS_LOST", "likely"]],
  more: [
    ["ROWS_EXTRA", "likely"],
    ["ROWS_LOST", "possible"],
  ],
  ...MAYBE,
  other: [
    ["ROWS_LOST", "likely"],
    ["ROWS_EXTRA", "possible"],
  ],
};

const VALUES: Readonly<Record<Exclude<ValueEdit, "type">, string>> = {
  shifted: "UNIT",
  mapped: "SHIFTED",
  nulls: "NULLS",
  other: "VALUE",
};

function innerEffects(edit: QueryEdit, query: EditedQuery, asset: number): readonly InnerEffect[] {
  const relationOf = (place: number | undefined): number => relationAt(place, query, asset);
  const relation = relationOf(edit.relation);
  const rows = (effects: Effects): InnerEffect[] =>
    effects.map(([effect, certainty]) => ({ relation, effect, certainty }));
  switch (edit.kind) {
    case "expression":
      return valueEffects(edit, query.dialect).map(([effect, certainty]) => ({
        relation,
        column: edit.column,
        effect,
        certainty,
      }));
    case "filter":
      return [...rows(ROWS[edit.rows]), ...otherValues(edit.columns, relationOf)];
    case "join":
      return [...rows(JOINED_ROWS[edit.rows]), ...otherValues(edit.columns, relationOf)];
    case "grain":
      return [...rows([["GRAIN", "certain"]]), ...otherValues(edit.columns, relationOf)];
    case "unknown":
      return [...rows(ROWS.other), ...everyColumn(edit.relation, query, relation)];
  }
}

/** What was rewritten beyond recognition may hold anything. */
function everyColumn(
  place: number | undefined,
  { plan }: EditedQuery,
  relation: number,
): readonly InnerEffect[] {
  const columns = plan.relations[place ?? plan.relations.length - 1]?.columns ?? [];
  return columns.map(({ name }) => ({
    relation,
    column: name,
    effect: "VALUE",
    certainty: "likely",
  }));
}

const otherValues = (
  columns: { readonly relation?: number; readonly names: readonly string[] },
  relationOf: (place: number | undefined) => number,
): readonly InnerEffect[] =>
  columns.names.map((column) => ({
    relation: relationOf(columns.relation),
    column,
    effect: "VALUE",
    certainty: "certain",
  }));

function valueEffects(edit: QueryEdit & { readonly kind: "expression" }, dialect: string): Effects {
  if (edit.value === "type") return typeEffects(edit, dialect);
  const isTyped = edit.fromType !== undefined && edit.toType !== undefined;
  return [...(isTyped ? typeEffects(edit, dialect) : []), [VALUES[edit.value], "certain"]];
}

/** A cast keeps the values as long as the type can hold them. */
function typeEffects(
  {
    fromType,
    toType,
  }: { readonly fromType?: string | undefined; readonly toType?: string | undefined },
  dialect: string,
): Effects {
  const recast = recastOf({ fromType, toType, dialect });
  if (fromType === undefined || toType === undefined) return [[recast, "certain"]];
  switch (classifyType(fromType, toType)) {
    case "same":
      return [];
    case "type_widened":
      return [[isRespelled(fromType, toType) ? "TYPE_RESPELLED" : "TYPE_WIDE", "certain"]];
    case "type_narrowed_lossy":
      return [["TYPE_LOSSY", "certain"]];
    case "type_incompatible":
      return [[recast, "certain"]];
  }
}

/** Where the plan does not hold a relation by itself, its result stands for it. */
function relationAt(
  place: number | undefined,
  { snapshot, plan }: EditedQuery,
  asset: number,
): number {
  if (place === undefined) return asset;
  return findPlanRelation(snapshot, { asset, place, count: plan.relations.length }) ?? asset;
}

import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { readsThrough } from "#lib/graph/reads-of.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import { classifyType } from "#lib/impact/classify-type.ts";
import type { OuterEffect } from "#lib/impact/effects-at.ts";
import { placeLine } from "#lib/ingest/analyse-queries.ts";
import type { QueryEdit } from "#lib/ingest/sql/query-edit.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { ChangeEffect, ReviewedChange } from "#lib/review/reviewed-change.ts";
import { type ConfirmedRename, columnChanges } from "../gate/check-columns.ts";
import type { AssetComparison, ComparedQuery, Worlds } from "../gate/check-comparison.ts";
import { editsOf } from "../gate/check-comparison.ts";
import { effectsOfEdit } from "../gate/check-edits.ts";
import { lossChanges } from "../gate/check-losses.ts";
import { recipeChanges } from "../gate/check-recipe.ts";
import { goneTable, wholeChanges } from "../gate/check-whole.ts";
import { columnsOfStandIn } from "../gate/stand-in-view.ts";

export interface FoundChanges {
  readonly changes: readonly ReviewedChange[];
  /** Assets whose queries were edited, whether it means something or not. */
  readonly edited: readonly MergedAsset[];
  /** Assets that change themselves and read something that changes as well. */
  readonly changedAndReached: readonly AssetId[];
  /** Edited queries that were not understood, so that anything may have changed. */
  readonly notUnderstood: readonly MergedAsset[];
}

/**
 * What differs between two states, in the order of the graph. What only follows from a change further up (a star that gives a
 * column less) is no change of its own: the engine follows it.
 */
export function findReviewChanges(
  comparisons: readonly AssetComparison[],
  { worlds, renames }: { readonly worlds: Worlds; readonly renames: readonly ConfirmedRename[] },
): FoundChanges {
  const changes: ReviewedChange[] = [];
  const changed = new Set<AssetId>();
  const reached = new Set<AssetId>();
  const both: AssetId[] = [];
  for (const comparison of comparisons) {
    const { judged } = comparison;
    const isReached = [...readsThrough(judged)].some((id) => changed.has(id) || reached.has(id));
    if (isReached) reached.add(judged.id);
    const own = changesOf(comparison, { worlds, renames, isReached });
    if (own.length > 0) changed.add(judged.id);
    if (own.length > 0 && isReached) both.push(judged.id);
    changes.push(...own);
  }
  return {
    changes,
    changedAndReached: both,
    edited: comparisons.filter(({ queries }) => queries.length > 0).map(({ judged }) => judged),
    notUnderstood: comparisons
      .filter((one) => editsOf(one) === undefined)
      .map(({ judged }) => judged),
  };
}

interface ChangeContext {
  readonly worlds: Worlds;
  readonly renames: readonly ConfirmedRename[];
  /** Something further up has changed. */
  readonly isReached: boolean;
}

function changesOf(comparison: AssetComparison, context: ChangeContext): readonly ReviewedChange[] {
  const { base, head, pair } = comparison;
  if (base && !head) return pair.before?.placeholder ? [] : [goneTable(comparison, base)];
  if (!base || !head) return [];
  const foreign = columnsOfStandIn({
    pair,
    head,
    graph: context.worlds.head.graph,
    renames: context.renames,
  });
  if (foreign !== undefined) return standInChanges(comparison, foreign, context);
  const edited = comparison.queries.flatMap((query) => editChanges(query, comparison, context));
  const isExplained = context.isReached || edited.length > 0;
  const columns = columnChanges(comparison, {
    isReached: context.isReached,
    isExplained,
    renames: context.renames,
  });
  const gone = new Set(
    columns.flatMap(({ kind, column }) =>
      kind === "drop_column" || kind === "rename_column" ? [column?.toLowerCase()] : [],
    ),
  );
  const kept = mergeByColumn(edited).filter(({ column }) => !gone.has(column?.toLowerCase()));
  return [
    ...columns,
    ...withTypes(kept, columns),
    ...lossChanges(comparison),
    ...recipeChanges(comparison),
    ...wholeChanges(comparison, context.worlds),
  ];
}

const TOLD_OF_STAND_IN: ReadonlySet<string> = new Set(["dropped", "added", "retyped"]);

/** The rows are those of the table that had its name: keys and promises hold as they did. */
function standInChanges(
  comparison: AssetComparison,
  foreign: readonly string[],
  { isReached }: ChangeContext,
): readonly ReviewedChange[] {
  const { judged, pair } = comparison;
  const columns = comparison.columns.filter(({ what }) => TOLD_OF_STAND_IN.has(what));
  const told = columnChanges(
    { ...comparison, columns },
    { isReached, isExplained: false, renames: [] },
  );
  const { file, line } = pair.after?.provenance ?? {};
  return [
    ...told,
    ...lossChanges(comparison),
    ...foreign.map(
      (column): ReviewedChange => ({
        kind: "expression_changed",
        asset: { namespace: judged.namespace, name: judged.name },
        column,
        before: null,
        after: null,
        evidence: "the view that has its name now gives something else under this name",
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { line }),
        effects: [{ column, effect: "VALUE", certainty: "likely" }],
      }),
    ),
  ];
}

const KINDS: Readonly<Record<QueryEdit["kind"], ChangeKind>> = {
  expression: "expression_changed",
  filter: "filter_changed",
  join: "join_changed",
  grain: "grain_changed",
  unknown: "expression_changed",
};

const EVIDENCE: Readonly<Record<QueryEdit["kind"], string>> = {
  expression: "its expression is another one",
  filter: "other rows pass",
  join: "it is joined in another way",
  grain: "rows are grouped by other keys",
  unknown: "the query was rewritten, and how its result differs was not followed",
};

function editChanges(
  query: ComparedQuery,
  comparison: AssetComparison,
  { worlds }: ChangeContext,
): readonly ReviewedChange[] {
  const { judged } = comparison;
  const asset = { namespace: judged.namespace, name: judged.name };
  if (query.comparison === undefined || query.judged?.plan === undefined) {
    const isSame = query.comparison?.edits.length === 0;
    return isSame ? [] : [notUnderstood(query, asset)];
  }
  const { plan } = query.judged;
  const edited = {
    snapshot: worlds.snapshot,
    asset: judged.id,
    plan,
    dialect: query.after.dialect,
  };
  return query.comparison.edits.flatMap((one) => {
    const edit = withKnownTypes(one, comparison);
    const effects = effectsOfEdit(edit, edited);
    return describeEdit({ edit, effects, query, comparison });
  });
}

/** Where the query does not tell what type an expression has, the column of its name does, as the two states list it. */
function withKnownTypes(edit: QueryEdit, { base, head }: AssetComparison): QueryEdit {
  if (edit.kind !== "expression" || (edit.fromType !== undefined && edit.toType !== undefined))
    return edit;
  const fromType = edit.fromType ?? typeIn(base, edit.column);
  const toType = edit.toType ?? typeIn(head, edit.column);
  return fromType === undefined || toType === undefined ? edit : { ...edit, fromType, toType };
}

const notUnderstood = (query: ComparedQuery, asset: ReviewedChange["asset"]): ReviewedChange => ({
  kind: "expression_changed",
  asset,
  before: null,
  after: null,
  evidence: "the SQL was edited, and it is not understood: anything may be different",
  ...placeOf(query, undefined),
  effects: [{ effect: "UNKNOWN", certainty: "certain" }],
});

function placeOf(
  { after }: ComparedQuery,
  line: number | undefined,
): Pick<ReviewedChange, "file" | "line"> {
  const place = placeLine(after.provenance, line);
  return {
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.line === undefined ? {} : { line: place.line }),
  };
}

interface DescribedEdit {
  readonly edit: QueryEdit;
  readonly effects: readonly OuterEffect[];
  readonly query: ComparedQuery;
  readonly comparison: AssetComparison;
}

/** An edited expression is told column by column; what changes rows is one change with all that it does. */
function describeEdit({
  edit,
  effects,
  query,
  comparison,
}: DescribedEdit): readonly ReviewedChange[] {
  const { base, judged } = comparison;
  const known = new Set(base?.columns.map(({ name }) => name.toLowerCase()));
  const kept = effects.filter(
    ({ column }) => column === undefined || known.has(column.toLowerCase()),
  );
  if (kept.length === 0) return [];
  const common = {
    kind: KINDS[edit.kind],
    asset: { namespace: judged.namespace, name: judged.name },
    before: edit.before ?? null,
    after: edit.after ?? null,
    evidence: EVIDENCE[edit.kind],
    ...placeOf(query, edit.line),
  };
  if (edit.kind !== "expression") return [{ ...common, effects: withoutTypes(kept) }];
  const columns = new Map<string | undefined, ChangeEffect[]>();
  for (const effect of kept) {
    const list = columns.get(effect.column);
    if (list) list.push(effect);
    else columns.set(effect.column, [effect]);
  }
  return [...columns].flatMap(([column, own]): readonly ReviewedChange[] => {
    if (column === undefined) return [{ ...common, effects: own }];
    const typed = own.some(({ effect }) => isType(effect))
      ? typeChange(column, comparison)
      : undefined;
    const values = typed ? withoutTypes(own) : withLostValues(own);
    return [
      ...(typed ? [{ ...common, ...typed }] : []),
      ...(values.length > 0 ? [{ ...common, column, effects: values }] : []),
    ];
  });
}

const isType = (effect: string): boolean => effect.startsWith("TYPE_");

/** A cast that cannot hold all values has changed them, whatever type the column has in the end. */
const withLostValues = (effects: readonly ChangeEffect[]): readonly ChangeEffect[] => [
  ...withoutTypes(effects),
  ...effects
    .filter(({ effect }) => effect === "TYPE_LOSSY")
    .map(
      ({ certainty, ...effect }): ChangeEffect => ({
        ...effect,
        effect: "VALUE",
        certainty: certainty === "certain" ? "likely" : certainty,
      }),
    ),
];

/** Another type counts where the two states say so. */
const withoutTypes = (effects: readonly ChangeEffect[]): readonly ChangeEffect[] =>
  effects.filter(({ effect }) => !isType(effect));

function typeChange(
  column: string,
  { base, head }: AssetComparison,
): Pick<ReviewedChange, "kind" | "column" | "fromType" | "toType" | "evidence"> | undefined {
  const fromType = typeIn(base, column);
  const toType = typeIn(head, column);
  if (fromType === undefined || toType === undefined) return undefined;
  if (classifyType(fromType, toType) === "same") return undefined;
  return { kind: "type_changed", column, fromType, toType, evidence: "it is cast to another type" };
}

const typeIn = (asset: MergedAsset | undefined, column: string): string | undefined =>
  asset?.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase())?.type;

/** Several edits of one column are one change of it. */
function mergeByColumn(changes: readonly ReviewedChange[]): readonly ReviewedChange[] {
  const merged = new Map<string, ReviewedChange>();
  for (const change of changes) {
    const isOne = change.kind === "expression_changed" && change.column !== undefined;
    const key =
      isOne || change.kind === "type_changed"
        ? `${change.kind} ${change.column}`
        : `${merged.size}`;
    const known = merged.get(key);
    const effects = [...(known?.effects ?? []), ...(change.effects ?? [])];
    merged.set(key, known ? { ...known, ...(effects.length > 0 ? { effects } : {}) } : change);
  }
  return [...merged.values()];
}

/** A type that the list of columns tells as well is told once. */
function withTypes(
  edited: readonly ReviewedChange[],
  columns: readonly ReviewedChange[],
): readonly ReviewedChange[] {
  const told = new Set(
    columns.flatMap(({ kind, column }) => (kind === "type_changed" ? [column?.toLowerCase()] : [])),
  );
  return edited.filter(
    ({ kind, column }) => kind !== "type_changed" || !told.has(column?.toLowerCase()),
  );
}

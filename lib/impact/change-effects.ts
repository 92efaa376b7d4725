import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { EFFECTS } from "./assessment.ts";
import type { Certainty, ChangeInput, ChangeKind } from "./change.ts";
import { isRespelled, typeFamily } from "./classify-type.ts";
import { isLane, type Lane } from "./effects.ts";
import type { Slot } from "./rules/rule.ts";

export interface InitialEffect {
  readonly lane: Lane;
  readonly slot: Slot;
  readonly certainty: Certainty;
}

export type Effects = readonly InitialEffect[];

/** Why a change does less than its kind would: what was seen of the data. */
export interface SeenEffects {
  readonly effects: Effects;
  readonly note?: string;
}

const at = (slot: Slot, lane: Lane, certainty: Certainty = "certain"): InitialEffect => ({
  slot,
  lane,
  certainty,
});

/** What each kind of change does at the changed asset itself. An empty list: nothing that a reader could notice. */
const BY_KIND: Record<ChangeKind, Effects> = {
  drop_column: [at("col", "GONE")],
  rename_column: [at("col", "RENAMED")],
  type_changed: [at("col", "TYPE_INCOMPAT")],
  type_widened: [at("col", "TYPE_WIDE")],
  type_narrowed_lossy: [at("col", "TYPE_LOSSY")],
  type_incompatible: [at("col", "TYPE_INCOMPAT")],
  nullable_to_required: [],
  required_to_nullable: [at("col", "NULLS", "possible")],
  became_mostly_null: [at("col", "NULLS")],
  add_nullable_column: [at("col", "NEW")],
  add_required_column: [at("col", "NEW")],
  add_column_name_collision: [at("col", "NEW_COLLIDES")],
  enum_value_added: [at("col", "ENUM_ADDED")],
  enum_value_removed_or_renamed: [at("col", "ENUM_REMOVED")],
  unit_or_meaning_changed: [at("col", "UNIT")],
  uniqueness_lost: [at("col", "KEY_LOST"), at("rows", "ROWS_EXTRA")],
  granularity_changed: [at("rows", "GRAIN"), at("col", "UNIT")],
  column_order_changed: [at("col", "POS")],
  partition_or_sort_changed: [],
  late_freshness: [at("run", "STALE")],
  row_count_drop: [at("rows", "ROWS_LOST")],
  default_changed: [at("col", "VALUE", "possible")],
  table_dropped_or_renamed: [at("run", "TABLE_GONE")],
  description_only: [],
  expression_changed: [at("col", "VALUE")],
  filter_changed: [at("rows", "ROWS_LOST"), at("rows", "ROWS_EXTRA", "likely")],
  grain_changed: [at("rows", "GRAIN")],
  join_changed: [at("rows", "ROWS_LOST", "likely"), at("rows", "ROWS_EXTRA", "likely")],
  materialization_changed: [],
};

/** Lanes that cannot change anything where there is nothing to change. */
const NEEDS_VALUES: ReadonlySet<Lane> = new Set([
  "NULLS",
  "VALUE",
  "UNIT",
  "SHIFTED",
  "TYPE_LOSSY",
  "ENUM_REMOVED",
  "ROWS_LOST",
  "ROWS_EXTRA",
  "GRAIN",
]);

export interface EffectsInput {
  readonly change: ChangeInput;
  /** What `type_changed` was taken for. */
  readonly kind: ChangeKind;
  readonly asset: MergedAsset;
  readonly column: string | undefined;
}

/** The effects of a change where it happens: those that it names itself, else its kind's, seen against what was observed. */
export function effectsOf({ change, kind, asset, column }: EffectsInput): SeenEffects {
  const sure = change.certainty;
  if (change.effects !== undefined) return givenEffects(change.effects, sure);
  const none = shareOfNothing(change, kind);
  if (none !== undefined) return { effects: [], note: none };
  const observed = asset.columns.find(
    (each) => each.name.toLowerCase() === column?.toLowerCase(),
  )?.profile;
  const { dialect } = asset.attributes;
  const base = refined(change, kind, dialect);
  const empty = asset.attributes.rows === 0 || observed?.rows === 0;
  const onlyNulls = observed?.nullShare === 1;
  const isMoot = ({ lane, slot }: InitialEffect): boolean =>
    NEEDS_VALUES.has(lane) && (empty || (onlyNulls && slot !== "rows"));
  const effects = base.filter((effect) => !isMoot(effect));
  const seenNulls = kind === "required_to_nullable" && (observed?.nullShare ?? 0) > 0;
  const moot = effects.length === base.length ? undefined : mootBecause({ asset, column, empty });
  const unmeasured = TYPE_KINDS.has(kind) ? notMeasured(dialect) : undefined;
  const note = moot ?? unmeasured;
  const known = effects.map((effect) => withCertainty(effect, seenNulls ? "certain" : sure));
  return {
    effects: unmeasured === undefined ? known : known.map(atMostLikely),
    ...(note === undefined ? {} : { note }),
  };
}

/** Which number of a change says how much of the table it touches. */
const SHARES: Partial<Record<ChangeKind, "nullShare" | "share">> = {
  became_mostly_null: "nullShare",
  row_count_drop: "share",
  uniqueness_lost: "share",
};

function shareOfNothing(change: ChangeInput, kind: ChangeKind): string | undefined {
  const key = SHARES[kind];
  return key !== undefined && change[key] === 0 ? `${key} is 0: that changes nothing` : undefined;
}

const TYPE_KINDS: ReadonlySet<ChangeKind> = new Set([
  "type_changed",
  "type_widened",
  "type_narrowed_lossy",
  "type_incompatible",
]);

/** Engines on which no type was ever changed to see what queries do. */
const NEVER_MEASURED: Readonly<Record<string, string>> = makeTable({
  snowflake: "Snowflake",
  bigquery: "BigQuery",
  databricks: "Databricks",
  redshift: "Redshift",
  tsql: "SQL Server",
  mysql: "MySQL",
  trino: "Trino",
});

function notMeasured(dialect: string | undefined): string | undefined {
  const engine = NEVER_MEASURED[dialect ?? ""];
  if (engine === undefined) return undefined;
  return `not measured on ${engine}: what it does with another type is taken from PostgreSQL, DuckDB and Spark`;
}

const atMostLikely = (effect: InitialEffect): InitialEffect =>
  effect.certainty === "certain" ? { ...effect, certainty: "likely" } : effect;

const withCertainty = (effect: InitialEffect, sure: Certainty | undefined): InitialEffect =>
  sure === undefined ? effect : { ...effect, certainty: sure };

function mootBecause({
  asset,
  column,
  empty,
}: Pick<EffectsInput, "asset" | "column"> & { readonly empty: boolean }): string {
  if (empty) return `${asset.name} had no rows when it was last observed`;
  return `${asset.name}.${column} held only nulls when it was last observed`;
}

/** Engines that take a truth value and a number for each other without being asked. */
const SOFT_BOOLEANS: ReadonlySet<string> = new Set([
  "duckdb",
  "sqlite",
  "mysql",
  "snowflake",
  "generic",
]);

/** Engines that compare a text with a value of another type for equality, and refuse to compute with it. DuckDB was run. */
const EQUATES_TEXT: ReadonlySet<string> = new Set(["duckdb"]);

/** Engines that make numbers and dates of a text wherever they are needed, and a text of them. Spark was run, in both modes. */
const CONVERTS_TEXT: ReadonlySet<string> = new Set(["spark", "databricks"]);

interface TypePair {
  readonly fromType: string | undefined;
  readonly toType: string | undefined;
  readonly dialect: string | undefined;
}

/** Whether equality still holds between the old type and the new one. */
function equates({ fromType, toType, dialect }: TypePair): boolean {
  if (!EQUATES_TEXT.has(dialect ?? "generic") || toType === undefined) return false;
  const to = typeFamily(toType);
  return (
    to === "text" || (to === "binary" && fromType !== undefined && typeFamily(fromType) === "text")
  );
}

/** Another type with the same values, which an explicit cast brings back, and what the engine does with it by itself. */
export function recastOf({ fromType, toType, dialect }: TypePair): Lane & `TYPE_${string}` {
  const isBoolean = (type: string | undefined): boolean => /^bool/i.test(type ?? "");
  const isInteger = (type: string | undefined): boolean =>
    /^(?:u?(?:tiny|small|big|huge)?int|integer|long|short)/i.test(type ?? "");
  const soft =
    (isBoolean(fromType) && isInteger(toType)) || (isInteger(fromType) && isBoolean(toType));
  if (soft && SOFT_BOOLEANS.has(dialect ?? "generic")) return "TYPE_SOFT";
  const isText = typeFamily(fromType ?? "") === "text" || typeFamily(toType ?? "") === "text";
  if (isText && CONVERTS_TEXT.has(dialect ?? "generic")) return "TYPE_SOFT";
  // JSON is a text there, and does for one.
  const families = new Set([typeFamily(fromType ?? ""), typeFamily(toType ?? "")]);
  if (dialect === "duckdb" && families.has("json") && isText) return "TYPE_SOFT";
  return equates({ fromType, toType, dialect }) ? "TYPE_EQUATED" : "TYPE_RECAST";
}

/** `true` as a text casts back to a truth value only, and not to the number that the truth value cast to. */
const spellsTruth = ({ fromType, toType }: ChangeInput): boolean =>
  typeFamily(fromType ?? "") === "boolean" && typeFamily(toType ?? "") === "text";

const NUMBERS: ReadonlySet<string> = new Set(["integer", "decimal", "float"]);

/** As texts `9` comes after `10`, and `1.25` is no whole number: order and casts hold for some values only. */
function sortsOtherwise({ fromType, toType }: ChangeInput): boolean {
  const from = typeFamily(fromType ?? "");
  const to = typeFamily(toType ?? "");
  return (from === "text" && NUMBERS.has(to)) || (NUMBERS.has(from) && to === "text");
}

function refined(change: ChangeInput, kind: ChangeKind, dialect: string | undefined): Effects {
  if (
    change.kind === "type_changed" &&
    kind === "type_incompatible" &&
    change.toType !== undefined
  ) {
    const { fromType, toType } = change;
    const lane = at("col", recastOf({ fromType, toType, dialect }));
    const isOther = spellsTruth(change) || sortsOtherwise(change);
    return isOther ? [lane, at("col", "TYPE_INCOMPAT", "possible")] : [lane];
  }
  if (kind === "type_widened" && change.fromType !== undefined && change.toType !== undefined)
    return widened({ fromType: change.fromType, toType: change.toType }, dialect);
  if (kind !== "unit_or_meaning_changed") return BY_KIND[kind];
  if (change.injective === false) return [at("col", "VALUE")];
  return [at("col", change.orderPreserving === false ? "SHIFTED" : "UNIT")];
}

/** A wider type whose values are spelled otherwise. PostgreSQL writes a whole number that floats as it is, and divides it with a rest. */
function widened(
  types: { readonly fromType: string; readonly toType: string },
  dialect: string | undefined,
): Effects {
  const wasExact = typeFamily(types.fromType) === "decimal";
  // Spark divides and averages decimals to a fixed number of digits, and floating numbers to all of theirs.
  if (wasExact && typeFamily(types.toType) === "float" && CONVERTS_TEXT.has(dialect ?? "generic"))
    return [at("col", "TYPE_RESPELLED"), at("col", "TYPE_LOSSY", "possible")];
  if (!isRespelled(types.fromType, types.toType)) return BY_KIND.type_widened;
  const floats = typeFamily(types.toType) === "float" && typeFamily(types.fromType) === "integer";
  return dialect === "postgres" && floats
    ? [at("col", "TYPE_WIDE"), at("col", "TYPE_RESPELLED", "possible")]
    : [at("col", "TYPE_RESPELLED")];
}

const SLOT_OF: Partial<Record<Lane, Slot>> = {
  ROWS_LOST: "rows",
  ROWS_EXTRA: "rows",
  GRAIN: "rows",
  ERROR: "run",
  STALE: "run",
  TABLE_GONE: "run",
};

/** What the change itself says that it does; a note names what nobody knows. */
function givenEffects(
  given: NonNullable<ChangeInput["effects"]>,
  sure: Certainty | undefined,
): SeenEffects {
  const effects = given.map((effect) => withCertainty(explicit(effect), sure));
  const names = given.map((effect) => (typeof effect === "string" ? effect : effect[0]));
  const strange = names.filter((name) => !isLane(name));
  if (strange.length === 0) return { effects };
  const listed = strange.map((name) => JSON.stringify(name)).join(", ");
  return {
    effects,
    note: `${listed}: no known effect, so it counts as UNKNOWN (known are ${EFFECTS.join(", ")})`,
  };
}

/** `"NULLS"`, or `["GRAIN", "rows"]`. A name that is not known counts as unknown, never as nothing. */
function explicit(effect: string | readonly [string, string]): InitialEffect {
  const [name, slot] = typeof effect === "string" ? [effect, undefined] : effect;
  const lane: Lane = isLane(name) ? name : "UNKNOWN";
  return at(
    slot === "rows" || slot === "run" || slot === "col" ? slot : (SLOT_OF[lane] ?? "col"),
    lane,
  );
}

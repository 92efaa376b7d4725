import type { ChangeInput, ChangeKind } from "#lib/impact/change.ts";

/** What a person fills in for a kind of change, beside the column. */
export interface ChangeField {
  readonly key:
    | "to"
    | "fromType"
    | "toType"
    | "type"
    | "nullShare"
    | "share"
    | "value"
    | "columns"
    | "orderPreserving"
    | "injective";
  readonly label: string;
  readonly input: "text" | "share" | "flag" | "list";
  readonly hint?: string;
  /** What the engine takes when nothing is said. */
  readonly byDefault?: boolean;
}

/** A kind of change in words for people. `target` says what it happens to. */
export interface ChangeWords {
  readonly label: string;
  readonly group: "The column itself" | "Its values" | "The table and its rows" | "How it is made";
  readonly target: "column" | "new column" | "table";
  readonly fields: readonly ChangeField[];
  /** The predicate of "checkout.orders.amount …". */
  readonly phrase: (change: ChangeInput) => string;
}

const text = (key: ChangeField["key"], label: string, hint?: string): ChangeField =>
  hint === undefined ? { key, label, input: "text" } : { key, label, input: "text", hint };

const TYPES: readonly ChangeField[] = [
  text("fromType", "Type now", "INTEGER"),
  text("toType", "Type after", "VARCHAR(24)"),
];

const says = (phrase: string) => () => phrase;

/** ` INTEGER → BIGINT`, ` to BIGINT`, ` from INTEGER`: as far as both types are known. */
function arrow({ fromType, toType }: ChangeInput): string {
  if (fromType === undefined) return toType === undefined ? "" : ` to ${toType}`;
  return toType === undefined ? ` from ${fromType}` : ` ${fromType} → ${toType}`;
}

const percent = (share: number | undefined): string =>
  share === undefined ? "" : ` (${Math.round(share * 1000) / 10}%)`;

const withValue = (phrase: string) => (change: ChangeInput) =>
  change.value === undefined ? phrase : `${phrase} ${change.value}`;

type Group = ChangeWords["group"];
const COLUMN: Group = "The column itself";
const VALUES: Group = "Its values";
const TABLE: Group = "The table and its rows";
const MADE: Group = "How it is made";

/** In the order of the picker. A new kind of change is a compile error here until it has words. */
export const CHANGE_WORDS: Readonly<Record<ChangeKind, ChangeWords>> = {
  drop_column: {
    label: "is dropped",
    group: COLUMN,
    target: "column",
    fields: [],
    phrase: says("is dropped"),
  },
  rename_column: {
    label: "is renamed",
    group: COLUMN,
    target: "column",
    fields: [text("to", "New name")],
    phrase: (change) => (change.to === undefined ? "is renamed" : `is renamed to ${change.to}`),
  },
  type_changed: {
    label: "changes its type",
    group: COLUMN,
    target: "column",
    fields: TYPES,
    phrase: (change) => `type changes${arrow(change)}`,
  },
  type_widened: {
    label: "gets a wider type",
    group: COLUMN,
    target: "column",
    fields: TYPES,
    phrase: (change) => `type widens${arrow(change)}`,
  },
  type_narrowed_lossy: {
    label: "gets a narrower type and loses precision",
    group: COLUMN,
    target: "column",
    fields: TYPES,
    phrase: (change) => `type narrows${arrow(change)}`,
  },
  type_incompatible: {
    label: "gets a type its values do not fit",
    group: COLUMN,
    target: "column",
    fields: TYPES,
    phrase: (change) => `type no longer fits${arrow(change)}`,
  },
  nullable_to_required: {
    label: "becomes required",
    group: COLUMN,
    target: "column",
    fields: [],
    phrase: says("becomes required"),
  },
  required_to_nullable: {
    label: "may be empty from now on",
    group: COLUMN,
    target: "column",
    fields: [],
    phrase: says("may be empty"),
  },
  add_nullable_column: {
    label: "is added, optional",
    group: COLUMN,
    target: "new column",
    fields: [text("type", "Type", "VARCHAR")],
    phrase: says("is added, optional"),
  },
  add_required_column: {
    label: "is added, required",
    group: COLUMN,
    target: "new column",
    fields: [text("type", "Type", "VARCHAR")],
    phrase: says("is added, required"),
  },
  add_column_name_collision: {
    label: "is added with a name that others use",
    group: COLUMN,
    target: "new column",
    fields: [text("type", "Type", "VARCHAR")],
    phrase: says("is added, and its name clashes"),
  },
  description_only: {
    label: "gets another description",
    group: COLUMN,
    target: "column",
    fields: [],
    phrase: says("gets another description"),
  },
  unit_or_meaning_changed: {
    label: "changes its unit or meaning",
    group: VALUES,
    target: "column",
    fields: [
      text("to", "What it means after", "euros instead of cents"),
      { key: "orderPreserving", label: "Bigger stays bigger", input: "flag", byDefault: true },
      { key: "injective", label: "Different stays different", input: "flag", byDefault: true },
    ],
    phrase: (change) =>
      change.to === undefined ? "changes its unit or meaning" : `means ${change.to} from now on`,
  },
  became_mostly_null: {
    label: "turns up mostly empty",
    group: VALUES,
    target: "column",
    fields: [{ key: "nullShare", label: "Share of nulls, in %", input: "share", hint: "100" }],
    phrase: (change) => `turns up mostly empty${percent(change.nullShare)}`,
  },
  enum_value_added: {
    label: "takes a new value",
    group: VALUES,
    target: "column",
    fields: [text("value", "The new value")],
    phrase: withValue("takes a new value"),
  },
  enum_value_removed_or_renamed: {
    label: "loses or renames a value",
    group: VALUES,
    target: "column",
    fields: [text("value", "The value"), text("to", "Its new name, if it has one")],
    phrase: (change) =>
      change.to === undefined
        ? withValue("loses the value")(change)
        : `renames the value ${change.value ?? "?"} to ${change.to}`,
  },
  uniqueness_lost: {
    label: "is no longer unique",
    group: VALUES,
    target: "column",
    fields: [],
    phrase: says("is no longer unique"),
  },
  default_changed: {
    label: "gets another default",
    group: VALUES,
    target: "column",
    fields: [text("value", "The new default")],
    phrase: withValue("gets the default"),
  },
  row_count_drop: {
    label: "loses rows",
    group: TABLE,
    target: "table",
    fields: [{ key: "share", label: "Share of rows lost, in %", input: "share", hint: "15" }],
    phrase: (change) => `loses rows${percent(change.share)}`,
  },
  late_freshness: {
    label: "arrives late",
    group: TABLE,
    target: "table",
    fields: [],
    phrase: says("arrives late"),
  },
  granularity_changed: {
    label: "holds finer or coarser rows",
    group: TABLE,
    target: "table",
    fields: [],
    phrase: says("holds finer or coarser rows"),
  },
  column_order_changed: {
    label: "has its columns in another order",
    group: TABLE,
    target: "table",
    fields: [{ key: "columns", label: "The new order, with commas", input: "list" }],
    phrase: says("has its columns in another order"),
  },
  partition_or_sort_changed: {
    label: "is partitioned or sorted otherwise",
    group: TABLE,
    target: "table",
    fields: [],
    phrase: says("is partitioned or sorted otherwise"),
  },
  table_dropped_or_renamed: {
    label: "is dropped or renamed",
    group: TABLE,
    target: "table",
    fields: [text("to", "New name, if it has one")],
    phrase: (change) => (change.to === undefined ? "is dropped" : `is renamed to ${change.to}`),
  },
  expression_changed: {
    label: "is calculated otherwise",
    group: MADE,
    target: "column",
    fields: [],
    phrase: says("is calculated otherwise"),
  },
  filter_changed: {
    label: "keeps other rows",
    group: MADE,
    target: "table",
    fields: [],
    phrase: says("keeps other rows"),
  },
  grain_changed: {
    label: "is grouped otherwise",
    group: MADE,
    target: "table",
    fields: [],
    phrase: says("is grouped otherwise"),
  },
  join_changed: {
    label: "is joined otherwise",
    group: MADE,
    target: "table",
    fields: [],
    phrase: says("is joined otherwise"),
  },
  materialization_changed: {
    label: "is stored otherwise",
    group: MADE,
    target: "table",
    fields: [text("to", "Stored as", "view")],
    phrase: says("is stored otherwise"),
  },
};

/** `is renamed to amount_eur`: what happens, without the name of what it happens to. */
export function describeChange(change: ChangeInput): string {
  return CHANGE_WORDS[change.kind].phrase(change);
}

/** `checkout.orders.amount`: what it happens to, as people wrote it. */
export function nameChangeTarget(change: ChangeInput): string {
  const asset = typeof change.asset === "string" ? change.asset : change.asset.name;
  return typeof change.column === "string" ? `${asset}.${change.column}` : asset;
}

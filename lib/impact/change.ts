/** What a team does to its data. The kinds are the product's promise (docs/interfaces): users script against them. */
export const CHANGE_KINDS = [
  "drop_column",
  "rename_column",
  "type_changed",
  "type_widened",
  "type_narrowed_lossy",
  "type_incompatible",
  "nullable_to_required",
  "required_to_nullable",
  "became_mostly_null",
  "add_nullable_column",
  "add_required_column",
  "add_column_name_collision",
  "enum_value_added",
  "enum_value_removed_or_renamed",
  "unit_or_meaning_changed",
  "uniqueness_lost",
  "granularity_changed",
  "column_order_changed",
  "partition_or_sort_changed",
  "late_freshness",
  "row_count_drop",
  "default_changed",
  "table_dropped_or_renamed",
  "description_only",
  "expression_changed",
  "filter_changed",
  "grain_changed",
  "join_changed",
  "materialization_changed",
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A change as users write it: the asset by its full name, or by the shortest unambiguous tail of it. */
export interface ChangeInput {
  readonly kind: ChangeKind;
  readonly asset: string | { readonly namespace: string; readonly name: string };
  readonly column?: string | null;
  readonly fromType?: string;
  readonly toType?: string;
  /** 0 to 1. */
  readonly nullShare?: number;
  /** Rows lost or doubled, 0 to 1. */
  readonly share?: number;
  /** The new name of a column, or of an enum's value. */
  readonly to?: string;
  readonly value?: string;
  /** Type of an added column. */
  readonly type?: string;
  /** The new order of all columns. */
  readonly columns?: readonly string[];
  /** True unless said: bigger stays bigger. */
  readonly orderPreserving?: boolean;
  /** True unless said: different stays different. */
  readonly injective?: boolean;
  /** Override the kind's effects: names, or pairs of effect and slot. */
  readonly effects?: readonly (string | readonly [string, string])[];
  readonly certainty?: Certainty;
  /** Keys that are not known are kept and echoed. */
  readonly [key: string]: unknown;
}

export type Certainty = "certain" | "likely" | "possible";

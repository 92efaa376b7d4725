import type { ChangeKind } from "#lib/impact/change.ts";

/** Changes that put nothing into the data are no cause; those that only add rarely are. From 0 to 1. */
const WEIGHT_OF_KIND: Partial<Record<ChangeKind, number>> = {
  description_only: 0,
  partition_or_sort_changed: 0.1,
  add_nullable_column: 0.2,
  type_widened: 0.3,
  materialization_changed: 0.3,
  default_changed: 0.4,
  drop_column: 1,
  rename_column: 1,
  table_dropped_or_renamed: 1,
};
const USUAL_WEIGHT = 0.7;
const HARMLESS_WHERE_MADE = 0.3;

/** How often a change of this kind is a cause, from 0 to 1; nothing: it is not known what was changed. */
export const weighKind = (kind: ChangeKind | undefined): number =>
  (kind === undefined ? undefined : WEIGHT_OF_KIND[kind]) ?? USUAL_WEIGHT;

/** Whoever looks at the changed asset itself sees nothing wrong: at most a reader does. */
export const isHarmlessWhereMade = (kind: ChangeKind): boolean =>
  weighKind(kind) <= HARMLESS_WHERE_MADE;

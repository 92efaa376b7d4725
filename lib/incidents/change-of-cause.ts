import type { ChangeInput } from "#lib/impact/change.ts";
import type { LoggedChange } from "./suspect.ts";

/** The logged change; else what a cause of which nothing more is known does at the worst: other values. */
export function changeOfCause({
  asset,
  column,
  change,
}: {
  readonly asset: ChangeInput["asset"];
  readonly column?: string | undefined;
  readonly change?: LoggedChange | undefined;
}): ChangeInput {
  if (change?.change !== undefined) return change.change;
  return column === undefined
    ? { kind: "row_count_drop", asset }
    : { kind: "unit_or_meaning_changed", asset, column };
}

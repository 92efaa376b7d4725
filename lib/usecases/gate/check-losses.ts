import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Certainty } from "#lib/impact/change.ts";
import type { DataLoss } from "#lib/model/fact.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import type { AssetComparison } from "./check-comparison.ts";

/** Rows and values that statements of the new state take out of a table that stays. */
export function lossChanges({ pair, judged }: AssetComparison): readonly ReviewedChange[] {
  const known = new Set((pair.before?.losses ?? []).map(keyOf));
  const own = (pair.after?.losses ?? []).filter((loss) => !known.has(keyOf(loss)));
  const columns = new Set(judged.columns.map(({ name }) => name.toLowerCase()));
  return own
    .filter(({ column }) => column === undefined || columns.has(column.toLowerCase()))
    .map((loss) => describeLoss(loss, judged));
}

const keyOf = ({ kind, column, sql }: DataLoss): string => JSON.stringify([kind, column, sql]);

const EVIDENCE: Readonly<Record<DataLoss["kind"], string>> = {
  "all rows": "a statement empties it",
  "some rows": "a statement takes rows out of it",
  "more rows": "a statement puts rows into it",
  "new table": "it is dropped and created again, without its rows",
  "cannot be read": "it is left without data, and whoever reads it fails until it is refreshed",
  nulls: "it is dropped and added again: every row holds null",
  default: "it is dropped and added again: no row keeps its value",
  "other column": "another column has got its name",
  "other values": "a statement writes other values into rows that are there",
  "other default": "rows to come get another value where none is given",
  "renamed value": "its type calls the value otherwise",
  "new value": "its type has one more value",
};

function describeLoss(loss: DataLoss, { namespace, name }: MergedAsset): ReviewedChange {
  const { kind, column, provenance } = loss;
  const { file, line } = provenance;
  return {
    asset: { namespace, name },
    ...(column === undefined ? {} : { column }),
    before: null,
    after: null,
    evidence: `${EVIDENCE[kind]}${loss.isRefilled && REFILLED.has(kind) ? "; what is written later may bring it back" : ""}`,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...changeOf(loss),
  };
}

/** What is gone and may be written again. */
const REFILLED: ReadonlySet<DataLoss["kind"]> = new Set([
  "all rows",
  "some rows",
  "new table",
  "nulls",
  "default",
  "other column",
]);

function changeOf(
  loss: DataLoss,
): Pick<ReviewedChange, "kind"> &
  Partial<Pick<ReviewedChange, "certainty" | "effects" | "value" | "to" | "before" | "after">> {
  const { kind, column, value, to } = loss;
  const certainty = certaintyOf(loss);
  switch (kind) {
    case "all rows":
    case "some rows":
    case "new table":
      return { kind: "row_count_drop", certainty };
    case "more rows":
      return { kind: "filter_changed", effects: [{ effect: "ROWS_EXTRA", certainty }] };
    case "cannot be read":
      return { kind: "table_dropped_or_renamed" };
    case "nulls":
      return { kind: "became_mostly_null", certainty };
    case "default":
    case "other column":
    case "other values":
      return {
        kind: "expression_changed",
        effects: [{ ...(column === undefined ? {} : { column }), effect: "VALUE", certainty }],
      };
    case "other default":
      return { kind: "default_changed" };
    case "renamed value":
    case "new value": {
      const change = kind === "new value" ? "enum_value_added" : "enum_value_removed_or_renamed";
      const after = kind === "new value" ? value : to;
      return {
        kind: change,
        ...(value === undefined ? {} : { value }),
        ...(to === undefined ? {} : { to }),
        before: kind === "new value" ? null : (value ?? null),
        after: after ?? null,
        // No row holds it yet.
        ...(kind === "new value" ? { certainty: "possible" as const } : {}),
      };
    }
  }
}

/** Which rows a condition meets hangs on the data; so does what a later statement puts back. */
function certaintyOf({ kind, isRefilled }: DataLoss): Certainty {
  if (kind === "more rows") return "possible";
  const isSure = kind !== "some rows" && kind !== "other column" && kind !== "other values";
  if (isRefilled && REFILLED.has(kind)) return isSure ? "likely" : "possible";
  return isSure ? "certain" : "likely";
}

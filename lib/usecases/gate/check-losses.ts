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
  "new table": "it is dropped and created again, without its rows",
  nulls: "it is dropped and added again: every row holds null",
  default: "it is dropped and added again: no row keeps its value",
  "other column": "another column has got its name",
};

function describeLoss(loss: DataLoss, { namespace, name }: MergedAsset): ReviewedChange {
  const { kind, column, provenance } = loss;
  const { file, line } = provenance;
  const common = {
    asset: { namespace, name },
    ...(column === undefined ? {} : { column }),
    before: null,
    after: null,
    evidence: `${EVIDENCE[kind]}${loss.isRefilled ? "; what is written later may bring it back" : ""}`,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
  const certainty = certaintyOf(loss);
  if (kind === "nulls") return { ...common, kind: "became_mostly_null", certainty };
  if (column === undefined) return { ...common, kind: "row_count_drop", certainty };
  const effects = [{ column, effect: "VALUE", certainty }];
  return { ...common, kind: "expression_changed", effects };
}

/** Which rows a condition meets hangs on the data; so does what a later statement puts back. */
function certaintyOf({ kind, isRefilled }: DataLoss): Certainty {
  const isSure = kind !== "some rows" && kind !== "other column";
  if (isRefilled) return isSure ? "likely" : "possible";
  return isSure ? "certain" : "likely";
}

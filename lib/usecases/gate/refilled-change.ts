import type { RefilledColumn } from "#lib/model/refilled-columns.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";

/** A column that is another field under the same name: what that means for the rows that are there. */
export function refilledChange({
  column: { name: column },
  by,
  of,
}: RefilledColumn): Pick<
  ReviewedChange,
  "kind" | "before" | "after" | "evidence" | "certainty" | "effects"
> {
  const values = { before: null, after: null };
  if (by === "nulls")
    return {
      ...values,
      kind: "became_mostly_null",
      certainty: "certain",
      evidence: "its field id is another one: every row that is there holds null",
    };
  const what = {
    "a default": "no row keeps its value",
    "another column": `it has the values of ${of}`,
    "a part": `${of} inside it holds null in every row that is there`,
  }[by];
  return {
    ...values,
    kind: "expression_changed",
    evidence: `${by === "a part" ? "a" : "its"} field id is another one: ${what}`,
    effects: [{ column, effect: "VALUE", certainty: by === "a part" ? "likely" : "certain" }],
  };
}

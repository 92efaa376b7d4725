/** `not_run`: the engine does not take the query as it was either. */
export type Outcome = "fails" | "same" | "other" | "not_run";

export type Rows = readonly (readonly unknown[])[];

/** Types and the words for a value differ where the type does: what counts is whether each value means the same. */
const plain = (value: unknown): unknown => {
  if (value === null) return null;
  const text = value instanceof Date ? value.toISOString() : String(value);
  const date = /^(\d{4}-\d\d-\d\d)(?:[T ]00:00:00(?:\.0+Z?)?)?$/.exec(text);
  if (date !== null) return date[1];
  const number = Number(text);
  return text !== "" && Number.isFinite(number) ? number : text;
};

const words = (rows: Rows): string => JSON.stringify(rows.map((row) => row.map(plain)));

/** What a query did: its rows before the change and after it; null: the engine gave an error. */
export function outcomeOf(before: Rows | null, after: Rows | null): Outcome {
  if (before === null) return "not_run";
  if (after === null) return "fails";
  return words(before) === words(after) ? "same" : "other";
}

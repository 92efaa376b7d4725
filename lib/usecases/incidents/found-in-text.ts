import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Showing } from "#lib/incidents/observation.ts";
import type { NamesOfError } from "#lib/incidents/read-error-text.ts";

/** An asset, and the column of it, that an error text speaks of, with what the text says of it. */
export interface FoundInText {
  readonly asset: MergedAsset;
  readonly column?: string;
  readonly shows?: Showing;
}

/** Folded, without what stands before the last dot. */
export const lastParts = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.map((name) => (name.split(".").at(-1) ?? name).toLowerCase()));

/** The first of the columns that it has, with what the text says of that. */
export function withColumn(
  asset: MergedAsset,
  columns: readonly string[],
  names: NamesOfError,
): readonly FoundInText[] {
  const wanted = lastParts(columns);
  const own = asset.columns.find(({ name }) => wanted.has(name.toLowerCase()));
  return own === undefined ? [] : [ofColumn(asset, own.name, names)];
}

/** A column with what the text says of it: not found, or not fit. */
export function ofColumn(
  asset: MergedAsset,
  column: string,
  { gone, unfit }: NamesOfError,
): FoundInText {
  const name = column.toLowerCase();
  if (lastParts(gone).has(name)) return { asset, column, shows: "gone" };
  return lastParts(unfit).has(name) ? { asset, column, shows: "unfit" } : { asset, column };
}

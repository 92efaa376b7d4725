import type { AssetColumnView } from "./page-answers.ts";

/** So many columns are shown at once. */
export const COLUMNS_SHOWN = 25;

const reachOf = ({ consumers }: AssetColumnView): number =>
  Object.values(consumers).reduce((sum, count) => sum + count, 0);

/**
 * Columns whose name or description has the text, in any case. Of more than fit on a page those come first that somebody reads, the
 * most first; fewer stay in the order of the table.
 */
export function findColumns(
  columns: readonly AssetColumnView[],
  text: string,
): readonly AssetColumnView[] {
  const sought = text.trim().toLowerCase();
  const found = columns.filter(({ name, description = "" }) =>
    `${name}\n${description}`.toLowerCase().includes(sought),
  );
  return columns.length <= COLUMNS_SHOWN
    ? found
    : found.toSorted((one, other) => reachOf(other) - reachOf(one));
}

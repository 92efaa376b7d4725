import type { Contribution } from "./asset-draft.ts";
import type { ColumnNames } from "./column-names.ts";
import { NO_ASSET } from "./renumber-assets.ts";

const NO_LINKS = new Int32Array(0);

/** Where the columns that one asset wants stand in the tables of the assets that it reads. */
export function linkOne({
  contribution: { wanted, wantedCount },
  known,
  reads,
  dirty,
  tables,
  owned,
}: {
  readonly contribution: Contribution;
  /** The links of before, where the contribution was taken over. */
  readonly known: Int32Array | undefined;
  readonly reads: Int32Array;
  readonly dirty: Uint8Array;
  /** A table that takes in a column more is copied first: the contribution keeps its own. */
  readonly tables: ColumnNames[];
  /** 1 for tables that were copied. */
  readonly owned: Uint8Array;
}): Int32Array {
  let links = known;
  for (let slot = 0; slot < reads.length; slot++) {
    const read = reads[slot] ?? NO_ASSET;
    const columns = wanted[slot];
    if (columns === undefined || dirty[read] !== 1) continue;
    if (links === undefined || links === known)
      links = known === undefined ? new Int32Array(wantedCount) : known.slice();
    for (let at = 0; at < columns.names.length; at++) {
      const column = { name: columns.names[at] ?? "", expected: columns.expected[at] === 1 };
      links[columns.start + at] = placeIn({ tables, owned, read }, column);
    }
  }
  return links ?? NO_LINKS;
}

function placeIn(
  {
    tables,
    owned,
    read,
  }: { readonly tables: ColumnNames[]; readonly owned: Uint8Array; readonly read: number },
  { name, expected }: { readonly name: string; readonly expected: boolean },
): number {
  const table = tables[read];
  if (table === undefined) return 0;
  const found = table.find(name);
  if (found >= 0 && (expected || !table.isExpected(found))) return found;
  if (owned[read] === 1) return table.require(name, expected);
  owned[read] = 1;
  const copy = table.copy();
  tables[read] = copy;
  return copy.require(name, expected);
}

import type { AssetAttributes } from "#lib/model/asset.ts";
import type { ReviewedChange } from "./reviewed-change.ts";

/** A test or a contract that still names what a change takes away. */
export interface Orphan {
  readonly kind: "test" | "contract";
  /** As its tool calls it. */
  readonly id: string;
  readonly asset: { readonly namespace: string; readonly name: string };
  readonly column: string;
}

/** An asset as it will be: what is said of it, and not its columns. */
export interface NamedAttributes {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: AssetAttributes;
}

/** What will look for columns that are gone, in the order of the changes. */
export function findOrphans(
  changes: readonly ReviewedChange[],
  assetOf: (asset: ReviewedChange["asset"]) => NamedAttributes | undefined,
): readonly Orphan[] {
  return changes.flatMap(({ kind, asset, column }) => {
    if (column === undefined || (kind !== "drop_column" && kind !== "rename_column")) return [];
    const found = assetOf(asset);
    return found === undefined ? [] : orphansOf(found, column);
  });
}

function orphansOf({ namespace, name, attributes }: NamedAttributes, column: string): Orphan[] {
  const isColumn = (other: unknown): boolean =>
    typeof other === "string" && other.toLowerCase() === column.toLowerCase();
  const { contract, extra } = attributes;
  const asset = { namespace, name };
  const tests = Array.isArray(extra?.["tests"]) ? (extra["tests"] as readonly unknown[]) : [];
  const orphans: Orphan[] = tests.flatMap((test) => {
    const { id, column: tested } = (test ?? {}) as {
      readonly id?: unknown;
      readonly column?: unknown;
    };
    return isColumn(tested) ? [{ kind: "test" as const, id: String(id), asset, column }] : [];
  });
  if (contract?.columns?.some(isColumn))
    orphans.push({ kind: "contract", id: contract.id, asset, column });
  return orphans;
}

import type { Column } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { refilledColumns } from "#lib/model/refilled-columns.ts";
import { FIELD_ID, toldRenames } from "#lib/model/told-renames.ts";

/** A change as the impact engine takes it (`ChangeInput`), so far as a schema shows it. */
export type SchemaChange = {
  readonly kind:
    | "drop_column"
    | "rename_column"
    | "type_changed"
    | "nullable_to_required"
    | "required_to_nullable"
    | "add_nullable_column"
    | "add_required_column"
    | "column_order_changed"
    | "enum_value_added"
    | "enum_value_removed_or_renamed"
    | "uniqueness_lost"
    | "became_mostly_null"
    | "expression_changed"
    | "description_only"
    | "table_dropped_or_renamed";
  readonly asset: AssetName;
  readonly column?: string;
  readonly fromType?: string;
  readonly toType?: string;
  readonly to?: string;
  /** Of an enum. */
  readonly value?: string;
  readonly type?: string;
  readonly columns?: readonly string[];
};

export interface SchemaPair {
  readonly asset: AssetName;
  readonly before: readonly Column[];
  readonly after: readonly Column[];
}

/**
 * What happened between two schemas of one dataset, in the order of the columns. Formats with field ids or aliases tell a
 * rename; events never do: one that vanished and one that came at the very same place with the same type count as a rename, all others
 * as dropped and added. A type that one side does not state is no change.
 */
export function detectSchemaChange({ asset, before, after }: SchemaPair): readonly SchemaChange[] {
  const old = new Map(before.map((column) => [column.name, column]));
  const now = new Map(after.map((column) => [column.name, column]));
  const renames = findRenames({ before, after, old, now });
  const arrived = new Set(renames.values());
  const gone = before.flatMap((column): readonly SchemaChange[] => {
    const { name } = column;
    const to = renames.get(name);
    if (to !== undefined) return [{ kind: "rename_column", asset, column: name, to }];
    const current = now.get(name);
    return current === undefined
      ? [{ kind: "drop_column", asset, column: name }]
      : changedColumn(asset, column, current);
  });
  const added = after
    .filter((column) => !old.has(column.name) && !arrived.has(column.name))
    .map(
      (column): SchemaChange => ({
        kind: column.nullable === false ? "add_required_column" : "add_nullable_column",
        asset,
        column: column.name,
        ...(column.type === undefined ? {} : { type: column.type }),
      }),
    );
  const refilled = refilledColumns(before, after).map(
    ({ column, by }): SchemaChange => ({
      kind: by === "nulls" ? "became_mostly_null" : "expression_changed",
      asset,
      column: column.name,
    }),
  );
  return [...gone, ...added, ...refilled, ...reordered({ asset, before, after }, renames)];
}

interface Sides {
  readonly before: readonly Column[];
  readonly after: readonly Column[];
  readonly old: ReadonlyMap<string, Column>;
  readonly now: ReadonlyMap<string, Column>;
}

function findRenames({ before, after, old, now }: Sides): ReadonlyMap<string, string> {
  const told = toldRenames(before, after);
  if (told.size > 0 || hasIds(before)) return told;
  const renames = new Map<string, string>();
  if (before.length !== after.length) return renames;
  for (const [index, column] of before.entries()) {
    const other = after[index];
    if (other === undefined || now.has(column.name) || old.has(other.name)) continue;
    if (column.type !== undefined && sameType(column.type, other.type))
      renames.set(column.name, other.name);
  }
  return renames;
}

/** Where fields have ids, what has another id is another field, at whatever place. */
const hasIds = (columns: readonly Column[]): boolean =>
  columns.some(({ extra }) => extra?.[FIELD_ID] !== undefined);

function changedColumn(asset: AssetName, before: Column, after: Column): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  const { name: column } = before;
  if (before.type !== undefined && after.type !== undefined && !sameType(before.type, after.type)) {
    changes.push({
      kind: "type_changed",
      asset,
      column,
      fromType: before.type,
      toType: after.type,
    });
  }
  if (before.nullable !== false && after.nullable === false && before.nullable !== undefined)
    changes.push({ kind: "nullable_to_required", asset, column });
  if (before.nullable === false && after.nullable === true)
    changes.push({ kind: "required_to_nullable", asset, column });
  if (before.unique === true && after.unique !== true)
    changes.push({ kind: "uniqueness_lost", asset, column });
  changes.push(...changedValues({ asset, column }, before.allowedValues, after.allowedValues));
  const isReworded =
    before.description !== undefined &&
    after.description !== undefined &&
    before.description !== after.description;
  if (isReworded && changes.length === 0) changes.push({ kind: "description_only", asset, column });
  return changes;
}

/** Values that a column may have; that it may have any from now on says nothing of those it has. */
function changedValues(
  about: { readonly asset: AssetName; readonly column: string },
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): readonly SchemaChange[] {
  if (before === undefined || after === undefined) return [];
  const gone = before.filter((value) => !after.includes(value));
  const come = after.filter((value) => !before.includes(value));
  const [from] = gone;
  const [to] = come;
  const isRenamed =
    gone.length === 1 &&
    come.length === 1 &&
    before.indexOf(from ?? "") === after.indexOf(to ?? "");
  if (isRenamed && from !== undefined && to !== undefined)
    return [{ kind: "enum_value_removed_or_renamed", ...about, value: from, to }];
  return [
    ...gone.map((value) => ({ kind: "enum_value_removed_or_renamed" as const, ...about, value })),
    ...come.map((value) => ({ kind: "enum_value_added" as const, ...about, value })),
  ];
}

const sameType = (a: string, b: string | undefined): boolean =>
  a.toLowerCase().replaceAll(" ", "") === b?.toLowerCase().replaceAll(" ", "");

/** Only the columns that are on both sides can change their order. */
function reordered(
  { asset, before, after }: SchemaPair,
  renames: ReadonlyMap<string, string>,
): readonly SchemaChange[] {
  const kept = new Set(after.map((column) => column.name));
  const old = before
    .map((column) => renames.get(column.name) ?? column.name)
    .filter((name) => kept.has(name));
  const known = new Set(old);
  const now = after.map((column) => column.name).filter((name) => known.has(name));
  const isSame = old.every((name, index) => name === now[index]);
  return isSame
    ? []
    : [{ kind: "column_order_changed", asset, columns: after.map((column) => column.name) }];
}

/** A dataset that an event says was dropped, or renamed away. */
export function detectLifecycleChange(
  fact: Pick<AssetFact, "name" | "attributes">,
): SchemaChange | undefined {
  const lifecycle = fact.attributes.extra?.["lifecycle"];
  if (typeof lifecycle !== "object" || lifecycle === null || !("state" in lifecycle))
    return undefined;
  return lifecycle.state === "DROP" || lifecycle.state === "RENAMED_AWAY"
    ? { kind: "table_dropped_or_renamed", asset: fact.name }
    : undefined;
}

import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { ChangeInput, ChangeKind } from "#lib/impact/change.ts";
import { dialectOf } from "#lib/ingest/openlineage/dataset-name.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { ColumnDifference, TableDifference } from "#lib/review/review-action.ts";

/** Columns on either side of one that changes: enough to know where one is. */
const BESIDE = 2;
const MOST_COLUMNS = 40;
const MOST_TABLES = 20;

/** The changed tables as they stand on this graph, each beside what is to become of it. */
export function describeTables(
  graph: MergedGraph,
  changes: readonly ChangeInput[],
): readonly TableDifference[] {
  const byAsset = new Map<AssetId, number[]>();
  changes.forEach(({ asset }, at) => {
    if (typeof asset === "string") return;
    const id = assetId(asset.namespace, asset.name);
    const own = byAsset.get(id);
    if (own) own.push(at);
    else byAsset.set(id, [at]);
  });
  return [...byAsset].slice(0, MOST_TABLES).flatMap(([id, numbers]) => {
    const asset = graph.assets.get(id);
    return asset === undefined ? [] : [describeTable(asset, { changes, numbers })];
  });
}

interface Marked {
  readonly changes: readonly ChangeInput[];
  /** Of the changes of this table. */
  readonly numbers: readonly number[];
}

function describeTable(asset: MergedAsset, marked: Marked): TableDifference {
  const rows = markColumns(asset, marked);
  const touched = rows.flatMap(({ mark }, at) => (mark === "stays" ? [] : [at]));
  const shown = rows
    .filter((_, at) => touched.some((one) => Math.abs(one - at) <= BESIDE))
    .slice(0, MOST_COLUMNS);
  const dialect =
    asset.queries[0]?.dialect ?? asset.attributes.dialect ?? dialectOf(asset.namespace);
  return {
    name: asset.name,
    ...(dialect === undefined ? {} : { dialect }),
    isBuilt: asset.queries.length > 0,
    columns: shown,
    more: rows.length - shown.length,
  };
}

function markColumns(
  { columns }: MergedAsset,
  { changes, numbers }: Marked,
): readonly ColumnDifference[] {
  const rows: ColumnDifference[] = [];
  const known = new Set(columns.map(({ name }) => name.toLowerCase()));
  const isGone = numbers.some((at) => changes[at]?.kind === "table_dropped_or_renamed");
  for (const { name, type, nullable, description } of columns) {
    const at = numbers.find((number) => nameOf(changes[number]) === name.toLowerCase());
    const change = at === undefined ? undefined : changes[at];
    const row = {
      name,
      ...(type === undefined ? {} : { type }),
      ...(nullable === undefined ? {} : { nullable }),
      ...(description === undefined ? {} : { description }),
      ...(at === undefined ? {} : { change: at }),
    };
    rows.push({
      ...row,
      mark: isGone ? "goes" : change === undefined ? "stays" : markOf(change.kind),
    });
    if (
      change?.kind === "rename_column" &&
      change.to !== undefined &&
      !known.has(change.to.toLowerCase())
    )
      rows.push({ ...row, name: change.to, mark: "comes" });
    else if (change?.toType !== undefined) {
      rows[rows.length - 1] = { ...row, mark: "goes" };
      rows.push({ ...row, type: change.toType, mark: "comes" });
    }
  }
  return [...rows, ...newColumns({ changes, numbers }, known)];
}

const nameOf = (change: ChangeInput | undefined): string | undefined =>
  typeof change?.column === "string" ? change.column.toLowerCase() : undefined;

const markOf = (kind: ChangeKind): ColumnDifference["mark"] =>
  kind === "drop_column" || kind === "rename_column" ? "goes" : "changes";

const ADDS: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  "add_nullable_column",
  "add_required_column",
  "add_column_name_collision",
]);

/** A rename is told with the column that it gives: that one is in the list already. */
function newColumns(
  { changes, numbers }: Marked,
  known: ReadonlySet<string>,
): readonly ColumnDifference[] {
  const renamed = new Set(numbers.map((at) => changes[at]?.to?.toLowerCase()));
  return numbers.flatMap((at): ColumnDifference[] => {
    const change = changes[at];
    const name = nameOf(change);
    if (change === undefined || name === undefined || !ADDS.has(change.kind)) return [];
    if (known.has(name) || renamed.has(name)) return [];
    const type = typeof change["type"] === "string" ? { type: change["type"] } : {};
    const nullable = change.kind !== "add_required_column";
    return [{ name: String(change.column), ...type, nullable, mark: "comes", change: at }];
  });
}

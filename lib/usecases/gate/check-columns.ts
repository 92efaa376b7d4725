import type { ColumnDifference } from "#lib/impact/diff-columns.ts";
import { placeLine } from "#lib/ingest/analyse-queries.ts";
import type { OutlineOutput } from "#lib/ingest/sql/outline.ts";
import { toldRenames } from "#lib/model/told-renames.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import type { AssetComparison } from "./check-comparison.ts";
import { editsOf } from "./check-comparison.ts";
import { outputsByName } from "./outputs-by-name.ts";
import { refilledChange } from "./refilled-change.ts";

/** A rename that a person has confirmed: the table by its name or the end of it. */
export interface ConfirmedRename {
  readonly asset: string;
  readonly from: string;
  readonly to: string;
}

interface Explained {
  /** Something that it reads has changed. */
  readonly isReached: boolean;
  /** The order may differ because of that, or of an edit that is told by itself. */
  readonly isExplained: boolean;
  readonly renames: readonly ConfirmedRename[];
}

/** Columns that came, went or are declared otherwise, as far as that is this asset's own doing. */
export function columnChanges(
  comparison: AssetComparison,
  explained: Explained,
): readonly ReviewedChange[] {
  const own = comparison.columns.filter((one) => isOwn(one, comparison, explained));
  const renames = findRenames(own, { comparison, confirmed: explained.renames });
  const told = new Set(
    [...renames.values()].flatMap(({ from, to, sure }) => (sure ? [from, to] : [])),
  );
  return own.flatMap((difference) => {
    const name = "column" in difference ? difference.column.name : "";
    const rename = renames.get(name);
    if (difference.what === "dropped" && rename?.sure) return [renamed(rename, comparison)];
    if ((difference.what === "dropped" || difference.what === "added") && told.has(name)) return [];
    const change = describe(difference, comparison);
    return change
      ? [
          rename && difference.what === "dropped"
            ? { ...change, maybeRenamedTo: rename.to }
            : change,
        ]
      : [];
  });
}

/**
 * A column that a query still gives on the old columns of what it reads went because of those. One that the edited query
 * does not give any more is its own doing.
 */
function isOwn(
  difference: ColumnDifference,
  comparison: AssetComparison,
  { isReached, isExplained }: Explained,
): boolean {
  const isEdited = comparison.queries.length > 0 && editsOf(comparison) !== undefined;
  if (difference.what === "retyped") return !isReached;
  if (difference.what === "reordered") return !isExplained && !keepsOrder(comparison);
  if (difference.what !== "dropped" && difference.what !== "added") return true;
  if (!isReached) return true;
  if (!isEdited) return comparison.queries.length > 0 && comparison.judged.queries.length === 0;
  const outputs = comparison.queries.flatMap(({ comparison: one }) =>
    difference.what === "dropped" ? (one?.after ?? []) : (one?.before ?? []),
  );
  const name = difference.column.name.toLowerCase();
  return !outputs.some((output) => output.name.toLowerCase() === name);
}

/** The edited query gives the same columns in the same order: what two catalogs say of it is not its doing. */
const keepsOrder = ({ queries }: AssetComparison): boolean =>
  queries.length > 0 &&
  queries.every(({ comparison }) => {
    const [before, after] = [comparison?.before ?? [], comparison?.after ?? []];
    return (
      before.length > 0 &&
      before.length === after.length &&
      before.every(({ name }, at) => after[at]?.name.toLowerCase() === name.toLowerCase())
    );
  });

interface Rename {
  readonly from: string;
  readonly to: string;
  /** The same expression under another name; otherwise a guess that a person has to confirm. */
  readonly sure: boolean;
  readonly evidence: string;
  readonly output?: OutlineOutput;
}

/** Columns that went and came as one, by what they mean; else by type and place. */
function findRenames(
  differences: readonly ColumnDifference[],
  {
    comparison,
    confirmed,
  }: {
    readonly comparison: AssetComparison;
    readonly confirmed: readonly ConfirmedRename[];
  },
): ReadonlyMap<string, Rename> {
  const dropped = differences.filter((one) => one.what === "dropped");
  const added = differences.filter((one) => one.what === "added");
  const found = new Map<string, Rename>();
  const before = outputsByName(comparison, "before");
  const after = outputsByName(comparison, "after");
  const taken = new Set<string>();
  const told = toldRenames(
    dropped.map(({ column }) => column),
    added.map(({ column }) => column),
  );
  for (const { column, place } of dropped) {
    const toldTo = told.get(column.name);
    if (toldTo !== undefined && !taken.has(toldTo)) {
      taken.add(toldTo);
      found.set(column.name, {
        from: column.name,
        to: toldTo,
        sure: true,
        evidence: "its field id or its former names say so",
      });
      continue;
    }
    const said = confirmed.find((one) => isRenameOf(one, comparison, column.name));
    const target = added.find((one) => same(one.column.name, said?.to));
    if (target) {
      taken.add(target.column.name);
      found.set(column.name, {
        from: column.name,
        to: target.column.name,
        sure: true,
        evidence: "a person has confirmed it",
      });
      continue;
    }
    const meaning = before.get(column.name.toLowerCase())?.text;
    const alike = added.filter(
      (one) =>
        !taken.has(one.column.name) &&
        meaning !== undefined &&
        after.get(one.column.name.toLowerCase())?.text === meaning,
    );
    const [only] = alike;
    if (only && alike.length === 1) {
      const output = after.get(only.column.name.toLowerCase());
      const isSamePlace = only.place === place ? ", at the same place" : "";
      taken.add(only.column.name);
      found.set(column.name, {
        from: column.name,
        to: only.column.name,
        sure: true,
        evidence: `both are computed as ${output?.excerpt ?? "the same"}${isSamePlace}`,
        ...(output ? { output } : {}),
      });
      continue;
    }
    const near = added.find(
      (one) =>
        !taken.has(one.column.name) && one.place === place && one.column.type === column.type,
    );
    if (near && meaning === undefined) {
      taken.add(near.column.name);
      const evidence = `${near.column.name} has its place${column.type === undefined ? "" : " and its type"}`;
      found.set(column.name, { from: column.name, to: near.column.name, sure: false, evidence });
    }
  }
  return found;
}

const same = (one: string, other: string | undefined): boolean =>
  one.toLowerCase() === other?.toLowerCase();

function isRenameOf(
  { asset, from }: ConfirmedRename,
  { judged }: AssetComparison,
  column: string,
): boolean {
  const name = judged.name.toLowerCase();
  const wanted = asset.toLowerCase();
  return same(from, column) && (name === wanted || name.endsWith(`.${wanted}`));
}

const renamed = (
  { from, to, evidence, output }: Rename,
  comparison: AssetComparison,
): ReviewedChange => ({
  kind: "rename_column",
  asset: { namespace: comparison.judged.namespace, name: comparison.judged.name },
  column: from,
  to,
  before: from,
  after: to,
  evidence,
  ...placeOf(comparison, output?.line),
});

function describe(difference: ColumnDifference, comparison: AssetComparison): ReviewedChange {
  if (difference.what !== "reordered") return describeColumn(difference, comparison);
  const { namespace, name } = comparison.judged;
  return {
    kind: "column_order_changed",
    asset: { namespace, name },
    columns: difference.columns,
    before: difference.before.join(", "),
    after: difference.columns.join(", "),
    evidence: "the columns stand in another order",
    ...placeOf(comparison, undefined),
  };
}

function describeColumn(
  difference: Exclude<ColumnDifference, { readonly what: "reordered" }>,
  comparison: AssetComparison,
): ReviewedChange {
  const { judged } = comparison;
  const asset = { namespace: judged.namespace, name: judged.name };
  const { column } = difference;
  const output = outputsByName(comparison, "after").get(column.name.toLowerCase());
  const common = { asset, column: column.name, ...placeOf(comparison, output?.line) };
  // A rule that is gone or another one changes no data: a test says nothing of it before it has run, a key keeps new rows out.
  const byRule = { certainty: "possible" as const };
  switch (difference.what) {
    case "dropped":
      return {
        ...common,
        kind: "drop_column",
        before: column.type ?? column.name,
        after: null,
        evidence: goneEvidence(comparison),
      };
    case "added":
      return {
        ...common,
        kind: column.nullable === false ? "add_required_column" : "add_nullable_column",
        before: null,
        after: column.type ?? column.name,
        evidence: "the old state does not have it",
      };
    case "retyped":
      return {
        ...common,
        kind: "type_changed",
        fromType: difference.from,
        toType: difference.to,
        before: difference.from,
        after: difference.to,
        evidence: "the two states give it different types",
      };
    case "required":
      return {
        ...common,
        kind: "nullable_to_required",
        before: "nullable",
        after: "not null",
        evidence: "it is declared not null now",
      };
    case "nullable":
      return {
        ...common,
        kind: "required_to_nullable",
        before: "not null",
        after: "nullable",
        evidence: "it is no longer declared not null",
      };
    case "no longer unique":
      return {
        ...common,
        ...byRule,
        kind: "uniqueness_lost",
        before: "unique",
        after: null,
        evidence: "it is no longer declared unique",
      };
    case "value added":
      return {
        ...common,
        ...byRule,
        kind: "enum_value_added",
        value: difference.value,
        before: null,
        after: difference.value,
        evidence: "the list of values has one more",
      };
    case "value removed":
      return {
        ...common,
        ...byRule,
        kind: "enum_value_removed_or_renamed",
        value: difference.value,
        before: difference.value,
        after: null,
        evidence: "the list of values lacks it",
      };
    case "refilled":
      return { ...common, ...refilledChange(difference) };
  }
}

const goneEvidence = ({ queries }: AssetComparison): string =>
  queries.length > 0
    ? "the edited query does not give it any more"
    : "the new state does not have it any more";

function placeOf(
  { queries, pair }: AssetComparison,
  line: number | undefined,
): Pick<ReviewedChange, "file" | "line"> {
  const [query] = queries;
  const [first] = query?.comparison?.after ?? [];
  const place = query
    ? placeLine(query.after.provenance, line ?? first?.line)
    : (pair.after?.provenance ?? pair.before?.provenance ?? {});
  return {
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.line === undefined ? {} : { line: place.line }),
  };
}

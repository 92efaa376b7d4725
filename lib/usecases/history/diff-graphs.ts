import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssessedChange } from "#lib/impact/assessment.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import { type ColumnDifference, diffColumns } from "#lib/impact/diff-columns.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { assetNameOf } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";
import { toldRenames } from "#lib/model/told-renames.ts";
import type { AssetBetween, AssetDifference, BetweenState } from "#lib/view/changes-between.ts";
import { sayRefilled } from "./say-refilled.ts";

/**
 * What differs between a graph and a later one, asset by asset: what came, went stale or came back, and of the others their
 * columns, what they read, and whose they are. Assets that nobody owns up are left out: they are only names.
 */
export function diffGraphs(before: MergedGraph, after: MergedGraph): readonly AssetBetween[] {
  const found: AssetBetween[] = [];
  for (const asset of after.assets.values()) {
    const known = before.assets.get(asset.id);
    if (known === asset || isMere(asset)) continue;
    const between = compare(known === undefined || isMere(known) ? undefined : known, asset);
    if (between !== undefined) found.push(between);
  }
  for (const asset of before.assets.values()) {
    const now = after.assets.get(asset.id);
    if (!isMere(asset) && (now === undefined || isMere(now)))
      found.push(describe(asset, "gone", []));
  }
  return found.sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
      compareText(a.name, b.name) ||
      compareText(a.asset, b.asset),
  );
}

const ORDER: readonly BetweenState[] = ["gone", "stale", "changed", "back", "new"];

const isMere = ({ placeholder, sources }: MergedAsset): boolean =>
  placeholder || sources.length === 0;

function compare(before: MergedAsset | undefined, after: MergedAsset): AssetBetween | undefined {
  const isStale = after.staleSince !== undefined;
  // What fell silent before the first of the two moments is no news of the time between.
  if (before === undefined) return isStale ? undefined : describe(after, "new", []);
  const wasStale = before.staleSince !== undefined;
  if (isStale) return wasStale ? undefined : describe(after, "stale", []);
  const differences = differencesOf(before, after);
  if (wasStale) return describe(after, "back", differences);
  return differences.length === 0 ? undefined : describe(after, "changed", differences);
}

function describe(
  asset: MergedAsset,
  state: BetweenState,
  differences: readonly AssetDifference[],
): AssetBetween {
  const { domain, owner } = asset.attributes;
  const since = state === "stale" ? asset.staleSince : undefined;
  return {
    asset: asset.id,
    shortName: asset.shortName,
    name: asset.name,
    kind: asset.kind,
    ...(domain === undefined ? {} : { domain }),
    ...(owner === undefined ? {} : { owner }),
    state,
    ...(since === undefined ? {} : { staleSince: since }),
    differences,
  };
}

const differencesOf = (before: MergedAsset, after: MergedAsset): readonly AssetDifference[] => [
  ...columnsBetween(before, after),
  ...readsBetween(before, after),
  ...attributesBetween(before, after),
];

function columnsBetween(before: MergedAsset, after: MergedAsset): readonly AssetDifference[] {
  const renames = toldRenames(before.columns, after.columns);
  const arrived = new Set(renames.values());
  // Both graphs are all that is known at their time: what is listed no more is gone from there.
  const found = diffColumns(
    { columns: before.columns, complete: true },
    { columns: after.columns, complete: after.columnsComplete || after.columns.length > 0 },
  );
  const change = (kind: ChangeKind, details: object): AssessedChange => ({
    kind,
    classifiedAs: kind,
    asset: { namespace: after.namespace, name: after.name },
    ...details,
  });
  return found.flatMap((one): readonly AssetDifference[] => {
    if (one.what === "reordered") return [];
    const { name: column } = one.column;
    const to = one.what === "dropped" ? renames.get(column) : undefined;
    if (to !== undefined)
      return [
        { column, what: `is called ${to} now`, change: change("rename_column", { column, to }) },
      ];
    if (one.what === "added" && arrived.has(column)) return [];
    const said = SAID[one.what](one as never);
    return [{ column, what: said.what, change: change(said.kind, { column, ...said.details }) }];
  });
}

type OfColumn = Exclude<ColumnDifference, { readonly what: "reordered" }>;
interface Said {
  readonly what: string;
  readonly kind: ChangeKind;
  readonly details?: object;
}

const SAID: {
  readonly [What in OfColumn["what"]]: (
    one: Extract<ColumnDifference, { readonly what: What }>,
  ) => Said;
} = {
  dropped: () => ({ what: "was removed", kind: "drop_column" }),
  added: ({ column }) => ({
    what: "was added",
    kind: column.nullable === false ? "add_required_column" : "add_nullable_column",
    details: column.type === undefined ? {} : { type: column.type },
  }),
  retyped: ({ from, to }) => ({
    what: `changed its type from ${from} to ${to}`,
    kind: "type_changed",
    details: { fromType: from, toType: to },
  }),
  required: () => ({ what: "must not be null now", kind: "nullable_to_required" }),
  nullable: () => ({ what: "may be null now", kind: "required_to_nullable" }),
  "no longer unique": () => ({ what: "is no longer unique", kind: "uniqueness_lost" }),
  refilled: ({ by }) => ({
    what: sayRefilled(by),
    kind: by === "nulls" ? "became_mostly_null" : "expression_changed",
  }),
  "value added": ({ value }) => ({
    what: `may be ${value} now`,
    kind: "enum_value_added",
    details: { value },
  }),
  "value removed": ({ value }) => ({
    what: `is never ${value} any more`,
    kind: "enum_value_removed_or_renamed",
    details: { value },
  }),
};

/** What flows in, each source end once, whatever it is used for. */
function readsBetween(before: MergedAsset, after: MergedAsset): readonly AssetDifference[] {
  const [old, now] = [endsOf(before.edges), endsOf(after.edges)];
  const came = [...now]
    .filter(([key]) => !old.has(key))
    .map(([, name]) => ({ what: `reads ${name} now` }));
  const went = [...old]
    .filter(([key]) => !now.has(key))
    .map(([, name]) => ({ what: `no longer reads ${name}` }));
  return [...went, ...came];
}

function endsOf(edges: readonly Edge[]): ReadonlyMap<string, string> {
  return new Map(
    edges.map(({ from }) => [
      `${from.asset}\n${from.column ?? ""}`,
      [assetNameOf(from.asset).name, from.column].filter((part) => part !== undefined).join("."),
    ]),
  );
}

const ATTRIBUTES = [
  ["owner", "is owned by"],
  ["domain", "belongs to"],
  ["tier", "has tier"],
] as const;

function attributesBetween(before: MergedAsset, after: MergedAsset): readonly AssetDifference[] {
  const of = ({ attributes }: MergedAsset, key: (typeof ATTRIBUTES)[number][0]) =>
    key === "tier" && attributes.tierGuessed === true ? undefined : attributes[key];
  return ATTRIBUTES.flatMap(([key, words]) => {
    const [old, now] = [of(before, key), of(after, key)];
    return old === now
      ? []
      : [{ what: `${words} ${now ?? "none"} now (before: ${old ?? "none"})` }];
  });
}

import fc from "fast-check";
import { assetId, assetNameOf } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import { COLUMN_USES } from "#lib/model/use.ts";

const NAMESPACE = "duckdb://shop";

/** A claim with a column for each name; an edge is written `stg.id -> id` or, for rows and runs, `stg -> *`. */
export function claimOf(
  name: string,
  {
    columns = [],
    edges = [],
    ...rest
  }: { columns?: readonly string[]; edges?: readonly string[] } & Partial<
    Omit<AssetClaim, "columns" | "edges" | "asset">
  > = {},
): AssetClaim {
  const namespace = rest.namespace ?? NAMESPACE;
  const asset = assetId(namespace, name);
  return {
    asset,
    namespace,
    name,
    kind: "table",
    attributes: {},
    columns: columns.map((column) => ({ name: column, type: "INTEGER" })),
    columnsComplete: true,
    queries: [],
    aliases: [],
    provenance: { file: `models/${name}.sql` },
    ...rest,
    edges: edges.map((text) => edgeOf(text, asset)),
  };
}

function edgeOf(text: string, to: AssetClaim["asset"]): Edge {
  const [from = "", column = ""] = text.split(" -> ");
  const [table = "", source] = from.split(".");
  const upstream = assetId(NAMESPACE, table);
  return {
    from: source === undefined ? { asset: upstream } : { asset: upstream, column: source },
    to: column === "*" ? { asset: to } : { asset: to, column },
    use: column === "*" ? "FILTER" : "IDENTITY",
    provenance: { file: `models/${assetNameOf(to).name}.sql`, line: 3 },
  };
}

export function batchOf(
  claims: readonly AssetClaim[],
  {
    source = "dbt:shop",
    ...rest
  }: Partial<Omit<LineageBatch, "source" | "claims">> & { source?: string } = {},
): LineageBatch {
  return {
    source: { id: source, kind: "dbt", label: source },
    at: "2026-03-31T02:00:00Z",
    complete: true,
    problems: [],
    ...rest,
    claims,
  };
}

/** Names that break what joins or splits text, or what a database cannot index. */
export const UGLY_NAMES: readonly string[] = [
  "a/b",
  "a#b",
  "a%2Fb",
  "::",
  "é",
  "e\u0301",
  "",
  " ",
  "'\"`; DROP TABLE claims; --",
  "n\0l",
  "n\0k",
  "\ud800",
  "\udbff",
  "💥",
  "{$x}",
  `${"x".repeat(10_000)}1`,
  `${"x".repeat(10_000)}2`,
];

const name = fc.constantFrom("orders", "Orders", "orders.é", "a/b", "x\0y");
const column = fc.constantFrom("id", "ID", "amount", "a.b", "");
const provenance = fc.record(
  { file: fc.constantFrom("a.sql", "b.sql"), line: fc.nat(5), event: fc.constantFrom("run-1", "") },
  { requiredKeys: [] },
);
const end = fc.record(
  { asset: name.map((text) => assetId(NAMESPACE, text)), column },
  { requiredKeys: ["asset"] },
);
const said = fc.record(
  { namespace: fc.constant("s"), name, path: fc.array(name, { maxLength: 2 }) },
  { requiredKeys: ["namespace", "name"] },
);

const edge: fc.Arbitrary<Edge> = fc.record(
  {
    from: end,
    to: end,
    use: fc.constantFrom(...COLUMN_USES),
    cap: fc.constantFrom("likely", "possible"),
    expression: fc.string(),
    via: name.map((text) => assetId("jobs", text)),
    query: fc.constantFrom("tile 1", ""),
    said,
    provenance,
  },
  { requiredKeys: ["from", "to", "use", "provenance"] },
);

/** Any claim: every optional field there or not, edges of all kinds. */
export const anyClaim: fc.Arbitrary<AssetClaim> = fc
  .record({
    name,
    edges: fc.array(edge, { maxLength: 6 }),
    columns: fc.uniqueArray(column, { maxLength: 3 }),
  })
  .map(({ name: asset, edges, columns }) => ({ ...claimOf(asset, { columns }), edges }));

/** Batches of two sources in any order of time, complete or not, with claims that come, change, go and come back, or are only seen again. */
export const anyBatches: fc.Arbitrary<readonly LineageBatch[]> = fc.array(
  fc
    .record({
      claims: fc.array(
        fc
          .record({ asset: fc.constantFrom("a", "b", "c"), variant: fc.nat(2) })
          .map(({ asset, variant }) =>
            claimOf(asset, { columns: ["id", `v${variant}`], edges: ["a.id -> id"] }),
          ),
        { maxLength: 4 },
      ),
      source: fc.constantFrom("dbt:shop", "openlineage:spark"),
      complete: fc.boolean(),
      day: fc.integer({ min: 1, max: 9 }),
      label: fc.constantFrom("one", "one", "one", "two"),
      isAgain: fc.constantFrom(false, false, true),
    })
    .map(({ claims, source, complete, day, label, isAgain }) => ({
      source: { id: source, kind: "dbt" as const, label },
      at: `2026-03-0${day}T00:00:00Z`,
      problems: [],
      ...(isAgain
        ? { claims: [], complete: false, seenAgain: true as const }
        : { claims, complete }),
    })),
  { maxLength: 8 },
);

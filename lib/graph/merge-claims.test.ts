import fc from "fast-check";
import { expect, test } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, StoredClaim } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { SourceKind } from "#lib/model/source-kind.ts";
import { applyClaims } from "./apply-claims.ts";
import { changedSince, placeOf } from "./graph-changes.ts";
import { mergeClaims } from "./merge-claims.ts";

const orders = assetId("pg", "orders");
const raw = assetId("pg", "raw");

function stored(
  kind: SourceKind,
  claim: Partial<AssetClaim>,
  extra: Partial<StoredClaim> = {},
): StoredClaim {
  return {
    source: { id: kind, kind, label: kind },
    version: 1,
    firstSeen: "2026-01-01T00:00:00Z",
    lastSeen: "2026-01-02T00:00:00Z",
    claim: {
      asset: orders,
      namespace: "pg",
      name: "orders",
      kind: "table",
      attributes: {},
      columnsComplete: false,
      edges: [],
      queries: [],
      aliases: [],
      provenance: {},
      ...claim,
    },
    ...extra,
  };
}

const merged = (...claims: StoredClaim[]) => mergeClaims(claims, 1).assets.get(orders);

test("what a team sets by hand wins over every source, and a guess loses to everybody", () => {
  const asset = merged(
    stored("openlineage", {
      attributes: { owner: "seen-by-spark", tier: 4, tierGuessed: true, domain: "lake" },
    }),
    stored("dbt", { attributes: { owner: "checkout", tier: 2 } }),
    stored("manual", { attributes: { owner: "payments" }, placeholder: true }),
  );
  expect(asset?.attributes).toMatchObject({
    owner: "payments",
    tier: 2,
    tierGuessed: false,
    domain: "lake",
  });
  expect(asset?.placeholder).toBe(false);
});

test("what a contract promises of columns and nobody else bears out is told of it", () => {
  const contract = { id: "orders", status: "active" as const, columns: ["ID", "iban", "note"] };
  const promised = stored("contract", {
    attributes: { contract },
    columns: [
      { name: "ID", nullable: false, unique: true },
      { name: "iban", nullable: false },
      { name: "note" },
    ],
  });
  const table = (columns: AssetClaim["columns"], columnsComplete: boolean) =>
    stored("sql", { columns: columns ?? [], columnsComplete });
  expect(merged(promised)?.attributes.contract).toEqual({
    ...contract,
    unproven: ["ID", "iban", "note"],
  });
  const all = [{ name: "id", nullable: false }, { name: "note" }];
  expect(merged(promised, table(all, true))?.attributes.contract).toEqual({
    ...contract,
    absent: ["iban"],
    unproven: ["ID"],
  });
  const key = [{ name: "id", nullable: false, unique: true }];
  expect(merged(promised, table(key, false))?.attributes.contract).toEqual({
    ...contract,
    unproven: ["iban", "note"],
  });
});

test("a table that only its readers name is a placeholder until its owner speaks, and then has the owner's kind", () => {
  const reader = stored("consumers", { placeholder: true, kind: "table" });
  expect(merged(reader)?.placeholder).toBe(true);
  expect(merged(reader, stored("dbt", { kind: "view" }))).toMatchObject({
    placeholder: false,
    kind: "view",
  });
});

test("a catalog's list of columns is closed to what mere readers say, and open to what other owners know of them", () => {
  const asset = merged(
    stored("dbt", {
      columns: [{ name: "ID", type: "INT" }, { name: "amount" }],
      columnsComplete: true,
    }),
    stored("openlineage", {
      columns: [{ name: "id", nullable: false }, { name: "ghost" }],
      placeholder: true,
    }),
  );
  expect(asset?.columns).toEqual([
    { name: "ID", type: "INT", nullable: false },
    { name: "amount" },
  ]);
  expect(asset?.columnsComplete).toBe(true);
});

test("columns that differ in case only stay two where their own source has both", () => {
  const asset = merged(stored("sql", { columns: [{ name: "a" }, { name: "A" }] }));
  expect(asset?.columns.map((column) => column.name)).toEqual(["a", "A"]);
});

const edge = (use: Edge["use"], column?: string): Edge => ({
  from: { asset: raw, ...(column === undefined ? {} : { column }) },
  to: { asset: orders, ...(column === undefined ? {} : { column }) },
  use,
  provenance: {},
});

test("one source's bare 'reads the table' gives way to another's columns, but not to its own", () => {
  const seen = stored("openlineage", { edges: [edge("UNKNOWN")] });
  expect(merged(seen, stored("dbt", { edges: [edge("IDENTITY", "id")] }))?.edges).toEqual([
    edge("IDENTITY", "id"),
  ]);
  const half = stored("dbt", { edges: [edge("UNKNOWN"), edge("IDENTITY", "id")] });
  expect(merged(half)?.edges).toHaveLength(2);
  expect(merged(half, seen)?.edges).toHaveLength(2);
});

test("a column that one source leaves open gives way to a source that tells it, and not to what the same one says of it", () => {
  const open: Edge = {
    from: { asset: raw },
    to: { asset: orders, column: "note" },
    use: "UNKNOWN",
    cap: "possible",
    provenance: {},
  };
  const partly = stored("openlineage", { edges: [edge("IDENTITY", "id"), open] });
  expect(merged(partly, stored("access", { edges: [edge("UNKNOWN")] }))?.edges).toEqual([
    edge("IDENTITY", "id"),
    open,
  ]);
  expect(merged(partly, stored("access", { edges: [edge("ARITH", "note")] }))?.edges).toEqual([
    edge("IDENTITY", "id"),
    edge("ARITH", "note"),
  ]);
  const lost = { ...open, to: { asset: orders, column: "id" } };
  const halfRead = stored("openlineage", { edges: [edge("IDENTITY", "id"), lost] });
  const other = stored("access", { edges: [edge("UNKNOWN")] });
  expect(merged(halfRead, other)?.edges).toContainEqual(lost);
});

test("a source that fell silent still counts where nobody else speaks", () => {
  const stale = stored(
    "dbt",
    { attributes: { owner: "old" }, columns: [{ name: "a" }] },
    { staleSince: "2026-01-03T00:00:00Z" },
  );
  expect(merged(stale)).toMatchObject({ attributes: { owner: "old" }, columns: [{ name: "a" }] });
  const living = stored("openlineage", { attributes: { owner: "new" }, columns: [{ name: "b" }] });
  expect(merged(stale, living)).toMatchObject({
    attributes: { owner: "new" },
    columns: [{ name: "b" }],
  });
});

test("the order in which claims arrive does not matter", () => {
  const claims = [
    stored("dbt", {
      attributes: { tags: ["a"] },
      columns: [{ name: "x" }],
      edges: [edge("CAST", "x")],
    }),
    stored("graph", { attributes: { tags: ["b"], tier: 1 }, aliases: ["o"] }),
    stored("openlineage", {
      columns: [{ name: "X", type: "INT" }, { name: "y" }],
      edges: [edge("UNKNOWN")],
    }),
    stored("manual", { attributes: { domain: "d" }, placeholder: true }),
  ];
  const once = merged(...claims);
  fc.assert(
    fc.property(fc.shuffledSubarray(claims, { minLength: claims.length }), (shuffled) => {
      expect(merged(...shuffled)).toEqual(once);
    }),
  );
});

test("what an edge reads is an asset, if only a placeholder", () => {
  const graph = mergeClaims([stored("dbt", { edges: [edge("IDENTITY", "id")] })], 1);
  expect(graph.assets.get(raw)).toMatchObject({
    placeholder: true,
    namespace: "pg",
    name: "raw",
    columnsComplete: false,
  });
});

test("a consumer has the tiles of all sources, a table is made by one query", () => {
  const query = (name: string) => ({ name, sql: "select 1", dialect: "duckdb", provenance: {} });
  const tiles = merged(
    stored("superset", { kind: "dashboard", queries: [query("a")] }),
    stored("consumers", { kind: "dashboard", queries: [query("a"), query("b")] }),
  );
  expect(tiles?.queries.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(
    merged(stored("dbt", { queries: [query("m")] }), stored("sql", { queries: [query("n")] }))
      ?.queries,
  ).toHaveLength(1);
});

test("applying a feed gives the same graph as merging everything again", () => {
  const kinds: readonly SourceKind[] = ["dbt", "manual", "openlineage"];
  const arbitrary = fc.record({
    kind: fc.constantFrom(...kinds),
    name: fc.constantFrom("a", "b", "c"),
    said: fc.constantFrom("a", "b", "z"),
    owner: fc.constantFrom("x", "y"),
    reads: fc.constantFrom("a", "b", "d", "e"),
    stale: fc.boolean(),
  });
  type Said = typeof arbitrary extends fc.Arbitrary<infer T> ? T : never;
  const make = ({ kind, name, said, owner, reads, stale }: Said) =>
    stored(
      kind,
      {
        asset: assetId("pg", name),
        name,
        attributes: { owner },
        edges: [
          {
            ...edge("CAST", "x"),
            from: { asset: assetId("pg", reads), column: "x" },
            to: { asset: assetId("pg", name) },
          },
        ],
        origin: { said: { namespace: "pg", name: said } },
      },
      stale ? { staleSince: "2026-01-03T00:00:00Z" } : {},
    );
  let same = 0;
  fc.assert(
    fc.property(fc.array(fc.array(arbitrary, { maxLength: 3 }), { maxLength: 5 }), (batches) => {
      const last = new Map<string, StoredClaim>();
      let graph = mergeClaims([], 0);
      batches.forEach((batch, version) => {
        const changed = [
          ...new Map(batch.map((each) => [`${each.kind}:${each.name}`, make(each)])).values(),
        ];
        for (const each of changed) last.set(`${each.source.id}:${each.claim.asset}`, each);
        const place = placeOf(graph);
        const next = applyClaims(graph, { version, changed }) ?? graph;
        const noted = changedSince(place, next);
        for (const [id, asset] of graph.assets) {
          if (next.assets.get(id) === asset) same++;
          else expect(noted).toContain(id);
        }
        for (const id of next.assets.keys()) if (!graph.assets.has(id)) expect(noted).toContain(id);
        graph = next;
        const whole = mergeClaims(last.values(), graph.version);
        expect(new Map([...graph.assets].sort())).toEqual(new Map([...whole.assets].sort()));
      });
    }),
    { numRuns: 400 },
  );
  // Else the property would say nothing of what is taken over.
  expect(same).toBeGreaterThan(100);
});

test("a table answers to the names that its readers and the names file have for it", () => {
  const asset = merged(
    stored("dbt", { origin: { said: { namespace: "pg", name: "orders" }, called: "shop.orders" } }),
    stored("consumers", {
      placeholder: true,
      origin: { said: { namespace: "sql", name: "ORDERS" } },
    }),
  );
  expect(asset?.aliases).toEqual(["pg/shop.orders", "sql/ORDERS"]);
});

test("of two observations of a column the later counts, whoever made it", () => {
  const seen = (nullShare: number, observedAt?: string) => ({
    columns: [{ name: "band", profile: { nullShare, ...(observedAt ? { observedAt } : {}) } }],
  });
  const counted = stored("profile", { ...seen(1, "2025-12-30T00:00:00Z"), placeholder: true });
  const told = stored("openlineage", seen(0.1));
  const shareOf = (...claims: StoredClaim[]) => merged(...claims)?.columns[0]?.profile?.nullShare;
  expect(shareOf(counted, told)).toBe(0.1);
  const later = stored("profile", { ...seen(1, "2026-01-03T00:00:00Z"), placeholder: true });
  expect(shareOf(later, told)).toBe(1);
});

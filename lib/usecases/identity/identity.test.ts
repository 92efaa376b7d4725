import { beforeEach, describe, expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { createEventIngest } from "../events/ingest-events.ts";
import { checkStored } from "../gate/check-stored.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { withConfirmed } from "./confirmed-names.ts";
import { decideIdentity, type IdentityAction } from "./decide-identity.ts";
import { showIdentity } from "./show-identity.ts";

const NOW = "2026-03-03T09:00:00Z";
const ACTOR = { kind: "token", name: "dana", teams: [], scopes: ["sign"] } as unknown as Actor;
let store: LineageStore;

beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});

async function ingest(
  files: Readonly<Record<string, unknown>>,
  names?: NamesConfig,
): Promise<void> {
  const parser = await loadSqlParser();
  const read = Object.entries(files).map(([path, value]) => ({
    path,
    text: typeof value === "string" ? value : JSON.stringify(value),
    root: path.split("/")[0] ?? path,
  }));
  const { sources } = readSources({ files: read, parser, at: NOW });
  const done = await ingestSources({
    sources,
    store,
    parser,
    now: NOW,
    ...(names ? { names } : {}),
  });
  if (!done.ok) throw new Error(done.error.message);
}

async function graphNow(): Promise<MergedGraph> {
  const claims = await store.claims();
  if (!claims.ok) throw new Error(claims.error.message);
  return mergeClaims(claims.value, 1);
}

async function decide(action: IdentityAction, a: string, b: string) {
  return decideIdentity({ store, action, a, b, actor: ACTOR, now: NOW });
}

async function page() {
  const shown = await showIdentity(store, await graphNow());
  if (!shown.ok) throw new Error(shown.error.message);
  return shown.value;
}

const names = async (): Promise<readonly string[]> => [...(await graphNow()).assets.keys()].sort();

const COLUMNS = ["id", "amount", "placed_at"].map((name, at) => ({
  id: at + 1,
  name,
  type: "long",
  required: false,
}));
const ICEBERG = {
  "format-version": 2,
  location: "s3://lake/wh/checkout.db/orders",
  "current-schema-id": 0,
  schemas: [{ "schema-id": 0, type: "struct", fields: COLUMNS }],
};
const FILES = {
  "tables.sql":
    "create table mesh.checkout.orders (id bigint, amount bigint, placed_at bigint); create table mesh.crm.customers (id int, email text);",
  "orders.metadata.json": ICEBERG,
  "board.csv": "name,kind,sql\nrevenue,dashboard,select sum(amount) from mesh.checkout.orders\n",
};
const TABLE = "sql/mesh.checkout.orders";
const LAKE = "s3:%2F%2Flake/wh%2Fcheckout.db%2Forders";

describe("two names of one table", () => {
  it("are suggested with reasons, and joined by nobody but a person", async () => {
    await ingest(FILES);
    const { suggestions } = await page();
    expect(suggestions.map(({ a, b }) => [a.name, b.name].sort())).toEqual([
      ["mesh.checkout.orders", "wh/checkout.db/orders"],
    ]);
    expect(suggestions[0]?.reasons).toEqual([
      "both end in checkout.orders",
      "3 of 3 columns have the same names",
    ]);
    expect(suggestions[0]?.confidence).toBeGreaterThan(0.7);
    expect(await names()).toContain(LAKE);
  });

  it.each(["mart.orders", "orders"])(
    "are suggested where DDL says no database and a tool over it does: create table %s",
    async (table) => {
      await ingest({
        "tables.sql": `create table ${table} (id bigint, amount numeric(10, 2), day date);`,
        "bi/databases/shop.yaml":
          "database_name: Shop\nsqlalchemy_uri: postgresql://bi@db:5432/shop\nuuid: d-1\n",
        "bi/datasets/orders.yaml":
          "table_name: orders\nschema: mart\nuuid: t-1\ndatabase_uuid: d-1\ncolumns:\n- {column_name: id, type: BIGINT}\n- {column_name: amount, type: NUMERIC}\n- {column_name: day, type: DATE}\n",
      });
      const { suggestions } = await page();
      expect(suggestions.map(({ a, b }) => [a.name, b.name].sort())).toEqual([
        [table, "shop.mart.orders"].sort(),
      ]);
      expect(suggestions[0]?.reasons).toContain("3 of 3 columns have the same names");
      expect(suggestions[0]?.confidence).toBeGreaterThan(0.5);
    },
  );

  it("are one in a check, too, when a person has said so: readers of the one hear of changes to the other", async () => {
    const side = (label: string, columns: typeof COLUMNS) => ({
      label,
      files: [
        {
          path: "orders.metadata.json",
          root: "orders.metadata.json",
          text: JSON.stringify({
            ...ICEBERG,
            schemas: [{ "schema-id": 0, type: "struct", fields: columns }],
          }),
        },
      ],
    });
    const findings = async (): Promise<readonly string[]> => {
      const answer = await checkStored({
        base: side("base", COLUMNS),
        head: side(
          "head",
          COLUMNS.filter(({ name }) => name !== "amount"),
        ),
        now: NOW,
        store,
        policy: DEFAULT_GATE,
        waivers: [],
      });
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value.findings.map(({ asset, verdict }) => `${asset.shortName} ${verdict}`);
    };
    await ingest(FILES);
    expect(await findings()).toEqual([]);
    await decide("confirm", TABLE, LAKE);
    expect(await findings()).toContain("revenue breaks_loudly");
    await decide("undo", TABLE, LAKE);
    expect(await findings()).toEqual([]);
  });

  it("are suggested where both say that they were a third, and nobody joins them", async () => {
    const record = (name: string) => ({
      type: "record",
      name,
      aliases: ["Order"],
      fields: [{ name: "id", type: "long" }],
    });
    await ingest({ "s/Sale.avsc": record("Sale"), "s/Purchase.avsc": record("Purchase") });
    expect(await names()).toEqual(["kafka/Purchase", "kafka/Sale"]);
    const { suggestions } = await page();
    expect(suggestions.map(({ a, b, reasons }) => [a.name, b.name, ...reasons])).toEqual([
      ["Purchase", "Sale", "both say that they are kafka/Order too"],
    ]);
  });

  it("are one when a person says so, whatever is ingested afterwards, and two again after an undo", async () => {
    await ingest(FILES);
    const before = await names();
    const done = await decide("confirm", TABLE, LAKE);
    expect(done).toMatchObject({ ok: true, value: { decision: { decision: "same", by: "dana" } } });
    const joined = (await graphNow()).assets.get(TABLE as never);
    expect(joined?.sources.map(({ label }) => label)).toEqual([
      "Iceberg table wh/checkout.db/orders",
      "SQL files tables.sql",
    ]);
    expect(await names()).not.toContain(LAKE);
    await ingest(FILES);
    expect(await names()).not.toContain(LAKE);
    expect((await page()).suggestions).toEqual([]);
    const undone = await decide("undo", "mesh.checkout.orders", "wh/checkout.db/orders");
    expect(undone.ok).toBe(true);
    expect(await names()).toEqual(before);
    expect((await page()).suggestions).toHaveLength(1);
  });

  it("are one for events, too, whose names are resolved a few at a time", async () => {
    await ingest(FILES);
    await decide("confirm", TABLE, LAKE);
    const parser = await loadSqlParser();
    const resolved = await withConfirmed(store, DEFAULT_NAMES);
    if (!resolved.ok) throw new Error(resolved.error.message);
    const event = {
      eventTime: NOW,
      eventType: "COMPLETE",
      producer: "https://example.org/spark",
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
      run: { runId: "0190a1b2-0000-7000-8000-000000000001" },
      job: { namespace: "spark", name: "copy" },
      inputs: [{ namespace: "s3://lake", name: "wh/checkout.db/orders" }],
      outputs: [{ namespace: "s3://lake", name: "wh/copy" }],
    };
    const { sources } = readSources({
      files: [{ path: "e.json", text: JSON.stringify(event), root: "e.json" }],
      parser,
      at: NOW,
    });
    const events = createEventIngest();
    const written = await events.ingest({
      store,
      sources,
      parser,
      now: NOW,
      names: resolved.value,
    });
    expect(written).toMatchObject({ ok: true, value: { incremental: true } });
    expect(await names()).not.toContain(LAKE);
    const copy = [...(await graphNow()).assets.values()].find(
      ({ name }) => name === "wh/copy" || name === "copy",
    );
    expect(copy?.edges.map(({ from }) => from.asset)).toContain(TABLE);
  });

  it("are told apart by nobody who only says whose they are", async () => {
    await ingest(FILES);
    const graph = await graphNow();
    const asset = (id: string) => ({
      asset: id as never,
      namespace: "x",
      name: "y",
      kind: "table" as const,
      attributes: { tier: 4 as const },
      columnsComplete: false,
      edges: [],
      queries: [],
      aliases: [],
      provenance: {},
      placeholder: true,
    });
    await store.apply({
      source: { id: "manual", kind: "manual", label: "Set by hand" },
      at: NOW,
      claims: [TABLE, LAKE].map((id) => ({
        ...asset(id),
        ...graph.assets.get(id as never),
        attributes: { tier: 4 as const },
        queries: [],
        edges: [],
        provenance: {},
        placeholder: true,
      })) as never,
      complete: false,
      problems: [],
    });
    expect((await page()).suggestions).toHaveLength(1);
    const before = await names();
    expect((await decide("confirm", TABLE, LAKE)).ok).toBe(true);
    expect(await names()).not.toContain(LAKE);
    // Its claims of the two were folded into one, which must not keep them together.
    expect((await decide("undo", "mesh.checkout.orders", "wh/checkout.db/orders")).ok).toBe(true);
    expect(await names()).toEqual(before);
  });

  it("that a person keeps apart are not suggested again", async () => {
    await ingest(FILES);
    expect((await decide("reject", TABLE, LAKE)).ok).toBe(true);
    expect((await page()).suggestions).toEqual([]);
    expect(await names()).toContain(LAKE);
    expect(await decide("reject", TABLE, LAKE)).toMatchObject({
      ok: false,
      error: { code: "conflict" },
    });
    await decide("undo", TABLE, LAKE);
    expect((await page()).suggestions).toHaveLength(1);
  });
});

describe("two real tables", () => {
  it("that one source names both are never one, nor suggested", async () => {
    await ingest({
      "a.sql":
        "create table dev.shop.orders (id int, amount int); create table prod.shop.orders (id int, amount int);",
    });
    expect((await page()).suggestions).toEqual([]);
    expect(await decide("confirm", "dev.shop.orders", "prod.shop.orders")).toMatchObject({
      ok: false,
      error: {
        code: "conflict",
        message: "SQL files a.sql names both dev.shop.orders and prod.shop.orders, so they are two",
      },
    });
  });

  it("of which one is made of the other are not suggested", async () => {
    await ingest({
      "a.sql": "create table raw.shop.orders (id int, amount int);",
      "b.sql": "create table mart.shop.orders as select id, amount from raw.shop.orders;",
    });
    expect((await page()).suggestions).toEqual([]);
  });

  it("of which one is made of the other through others are not suggested", async () => {
    await ingest({
      "a.sql": "create table raw.shop.orders (id int, amount int);",
      "b.sql": "create table stage.clean as select id, amount from raw.shop.orders;",
      "c.sql": "create table mart.shop.orders as select id, amount from stage.clean;",
    });
    expect((await page()).suggestions).toEqual([]);
  });

  it("of two servers stay apart, and a name that could be either is counted", async () => {
    const graph = (namespace: string) => ({
      assets: [{ id: "shop.public.orders", namespace, kind: "table", columns: [{ name: "id" }] }],
      edges: [],
    });
    await ingest({
      "a.json": graph("postgres://a:5432"),
      "b.json": graph("postgres://b:5432"),
      "c.json": graph("postgres"),
    });
    expect((await names()).filter((name) => name.endsWith("orders"))).toHaveLength(3);
    expect((await page()).ambiguous.count).toBeGreaterThan(0);
  });
});

it("the mark of an environment is no part of a name where the configuration says so", async () => {
  await ingest(
    {
      "a.sql": "create table prod_mesh.checkout.orders (id int);",
      "b.csv": "name,kind,sql\nr,dashboard,select id from mesh.checkout.orders\n",
    },
    { ...DEFAULT_NAMES, prefixes: ["prod_"] },
  );
  const graph = await graphNow();
  const report = [...graph.assets.values()].find(({ name }) => name === "r");
  expect(report?.edges.map(({ from }) => from.asset)).toContain("sql/prod_mesh.checkout.orders");
});

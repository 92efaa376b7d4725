import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import type { SourceKind } from "#lib/model/source-kind.ts";
import { joinRelationName, splitRelationName } from "../relation-name.ts";
import type { SourceFacts } from "./name-entry.ts";
import { type Asker, buildNameIndex } from "./name-index.ts";
import { DEFAULT_NAMES, namesConfigSchema } from "./names-config.ts";

interface TableOptions {
  readonly namespace?: string;
  readonly placeholder?: boolean;
  readonly dialect?: string;
}

function table(
  path: string,
  { namespace = "snowflake", placeholder = false, dialect }: TableOptions = {},
): AssetFact {
  return {
    name: { namespace, name: path },
    path: splitRelationName(path),
    kind: "table",
    attributes: dialect ? { dialect } : {},
    edges: [],
    queries: [],
    provenance: {},
    ...(placeholder ? { placeholder: true } : {}),
  };
}

const source = (
  id: string,
  facts: readonly AssetFact[],
  kind: SourceKind = "dbt",
): SourceFacts => ({
  source: { id, kind, label: id },
  facts,
});

const asker = (
  kind: SourceKind = "consumers",
  namespace = "sql",
  defaultPath?: readonly string[],
): Asker => ({
  source: { id: "asker", kind, label: "asker" },
  namespace,
  ...(defaultPath ? { defaultPath } : {}),
});

describe("names over borders", () => {
  it("BigQuery's events_* is the newest table of that name, and a table only where the dialect says so", () => {
    const shard = (name: string): AssetFact => table(`proj.web.${name}`, { namespace: "bigquery" });
    const newest = shard("events_20260302");
    const facts = [shard("events_20260228"), newest, shard("eventlog"), shard("events_intraday.x")];
    const index = buildNameIndex([source("dbt:web", facts)], DEFAULT_NAMES);
    const found = { kind: "found", id: index.idOf(newest) };
    const asks = { ...asker("dbt", "bigquery"), dialect: "bigquery" };
    expect(index.findRead(["proj", "web", "events_2026*"], asks)).toEqual(found);
    expect(index.findRead(["proj.web.events_2026*"], asks)).toEqual(found);
    expect(index.findRead(["web", "events_2026*"], { ...asks, defaultPath: ["proj"] })).toEqual(
      found,
    );
    expect(index.findRead(["proj", "web", "orders_*"], asks).kind).toBe("none");
    expect(index.findRead(["proj", "web", "events_2026*"], asker()).kind).toBe("none");
  });

  it("a file that SQL reads by its address is the dataset that OpenLineage names in two parts", () => {
    const lake = { ...table("orders", { namespace: "s3://lake" }), path: [] };
    const index = buildNameIndex(
      [source("openlineage:spark", [lake], "openlineage")],
      DEFAULT_NAMES,
    );
    const found = { kind: "found", id: index.idOf(lake) };
    expect(index.findRead(["s3://lake/orders"], asker())).toEqual(found);
    expect(index.findRead(["s3://lake/orders/*.parquet"], asker())).toEqual(found);
    expect(index.findRead(["s3://lake/orders/year=*/part-?.parquet"], asker())).toEqual(found);
    expect(index.findRead(["s3://lake/orders_old/*.parquet"], asker())).toEqual({ kind: "none" });
  });

  it("three parts in one pair of quotes are the table of three parts, in a file that names no dialect", () => {
    const model = table("shop-prod.checkout.orders", { namespace: "bigquery" });
    const odd = table('"a.b"', { namespace: "sql" });
    const index = buildNameIndex([source("dbt:a", [model, odd])], DEFAULT_NAMES);
    expect(index.findRead(["shop-prod.checkout.orders"], asker())).toEqual({
      kind: "found",
      id: index.idOf(model),
    });
    expect(index.findRead(["a.b"], asker())).toEqual({ kind: "found", id: index.idOf(odd) });
    expect(index.findRead(["shop.prod.orders"], asker())).toEqual({ kind: "none" });
  });

  it("a source of one project that is a model of another is that model, whatever its letter case", () => {
    const model = table("mesh.checkout.orders");
    const used = table("MESH.Checkout.ORDERS", { placeholder: true });
    const index = buildNameIndex(
      [source("dbt:b", [used]), source("dbt:a", [model])],
      DEFAULT_NAMES,
    );
    expect(index.idOf(used)).toBe("snowflake/mesh.checkout.orders");
    expect(index.idOf(model)).toBe(index.idOf(used));
  });

  it("a database alias and a schema alias name the real one", () => {
    const names = namesConfigSchema.parse({
      databases: { prod_mesh: "mesh" },
      schemas: { "mesh.checkout_prod": "mesh.checkout" },
    });
    const model = table("mesh.checkout.orders");
    const used = table("PROD_MESH.checkout_prod.orders", { placeholder: true });
    const index = buildNameIndex([source("dbt:a", [model]), source("dbt:b", [used])], names);
    expect(index.idOf(used)).toBe(index.idOf(model));
  });

  it("two that both say that they were a third stay two, and who reads the third reads neither for certain", () => {
    const calls = { namespace: "kafka", name: "Order" };
    const [a, b] = ["A", "B"].map((name) => ({
      ...table(name, { namespace: "kafka" }),
      aliases: [calls],
    }));
    const reader = table("Order", { namespace: "kafka", placeholder: true });
    if (!a || !b) throw new Error("two tables");
    const given = [source("schemas:a", [a]), source("schemas:b", [b]), source("sql", [reader])];
    const index = buildNameIndex(given, DEFAULT_NAMES);
    expect(new Set([a, b, reader].map((fact) => index.idOf(fact))).size).toBe(3);
    expect(index.problems).toMatchObject([{ code: "ambiguous-name" }]);
    expect(index.problems[0]?.message).toContain("A, B all say that they are Order too");
    const alone = buildNameIndex(
      [given[0], given[2]].flatMap((one) => one ?? []),
      DEFAULT_NAMES,
    );
    expect(alone.idOf(a)).toBe(alone.idOf(reader));
    const decided = namesConfigSchema.parse({ same: [[a.name, reader.name]] });
    const said = buildNameIndex(given, decided);
    expect(said.idOf(a)).toBe(said.idOf(reader));
    expect(said.idOf(b)).not.toBe(said.idOf(a));
  });

  it("a table that its own job copies from a place of the same symlink is another one, and one that moved is the same", () => {
    const calls = { namespace: "glue", name: "db.t" };
    const place = (name: string, at: string, reads?: string): AssetFact => ({
      ...table(name, { namespace: "s3://b" }),
      aliases: [calls],
      attributes: { lastRun: { state: "ok", at } },
      edges: reads
        ? [{ from: { name: { namespace: "s3://b", name: reads } }, use: "FILTER", provenance: {} }]
        : [],
    });
    const old = place("old", "2026-01-01T00:00:00Z");
    const moved = place("new", "2026-01-02T00:00:00Z");
    const copied = place("new", "2026-01-02T00:00:00Z", "old");
    const ids = (facts: readonly AssetFact[]) => {
      const index = buildNameIndex([source("ol", facts, "openlineage")], DEFAULT_NAMES);
      return new Set(facts.map((fact) => index.idOf(fact))).size;
    };
    expect(ids([old, moved])).toBe(1);
    expect(ids([old, copied])).toBe(2);
  });

  it("two tables that one source tells apart by case stay two, and a third spelling is ambiguous", () => {
    const upper = table('db.s."Orders"');
    const lower = table("db.s.orders");
    const other = table("db.s.ORDERS", { placeholder: true });
    const index = buildNameIndex(
      [source("dbt:a", [upper, lower]), source("dbt:b", [other])],
      DEFAULT_NAMES,
    );
    expect(new Set([upper, lower, other].map((fact) => index.idOf(fact))).size).toBe(3);
    expect(index.problems).toMatchObject([{ code: "ambiguous-name" }]);
  });

  it("the same path on two servers is two tables, and an engine without a server could be either", () => {
    const one = table("shop.public.orders", { namespace: "postgres://a.example:5432" });
    const two = table("shop.public.orders", { namespace: "postgres://b.example:5432" });
    const dbt = table("shop.public.orders", { namespace: "postgres" });
    const index = buildNameIndex(
      [source("ol:a", [one, two], "openlineage"), source("dbt:a", [dbt])],
      DEFAULT_NAMES,
    );
    expect(new Set([one, two, dbt].map((fact) => index.idOf(fact))).size).toBe(3);
    expect(index.problems.map((problem) => problem.code)).toEqual(["ambiguous-name"]);
  });

  it("dbt's table and the one server of its engine that OpenLineage names are one", () => {
    const event = table("shop.main.orders", {
      namespace: "duckdb://shop.duckdb",
      placeholder: true,
    });
    const model = table("shop.main.orders", { namespace: "duckdb" });
    const index = buildNameIndex(
      [source("ol:a", [event], "openlineage"), source("dbt:a", [model])],
      DEFAULT_NAMES,
    );
    expect(index.idOf(event)).toBe("duckdb/shop.main.orders");
  });

  it("a namespace that is configured to be a database gives names with two parts their first", () => {
    const names = namesConfigSchema.parse({ namespaces: { "duckdb://warehouse.example": "mesh" } });
    const event = table("checkout.orders", { namespace: "duckdb://warehouse.example" });
    const model = table("mesh.checkout.orders");
    const index = buildNameIndex(
      [source("ol:a", [event], "openlineage"), source("dbt:a", [model])],
      names,
    );
    expect(index.idOf(event)).toBe(index.idOf(model));
  });

  it("BigQuery tells tables apart by case, and a company can say that it does not", () => {
    const upper = table("p.d.Orders", { namespace: "bigquery", dialect: "bigquery" });
    const lower = table("p.d.orders", {
      namespace: "bigquery",
      dialect: "bigquery",
      placeholder: true,
    });
    const sources = [source("dbt:a", [upper]), source("dbt:b", [lower])];
    const exact = buildNameIndex(sources, DEFAULT_NAMES);
    expect(exact.idOf(upper)).not.toBe(exact.idOf(lower));
    const folded = buildNameIndex(sources, namesConfigSchema.parse({ case: "fold" }));
    expect(folded.idOf(upper)).toBe(folded.idOf(lower));
  });

  it("two owners are never joined because one path is the tail of the other", () => {
    const long = table("mesh.checkout.orders");
    const short = table("checkout.orders");
    const index = buildNameIndex(
      [source("dbt:a", [long]), source("dbt:b", [short])],
      DEFAULT_NAMES,
    );
    expect(index.idOf(long)).not.toBe(index.idOf(short));
  });

  it("a reader's shorter name is the only table that ends so", () => {
    const long = table("mesh.checkout.orders");
    const short = table("checkout.orders", { placeholder: true });
    const index = buildNameIndex(
      [source("dbt:a", [long]), source("dbt:b", [short])],
      DEFAULT_NAMES,
    );
    expect(index.idOf(short)).toBe(index.idOf(long));
  });
});

describe("a table name in a consumer's SQL", () => {
  const index = buildNameIndex(
    [
      source("dbt:a", [
        table("mesh.checkout.orders"),
        table("mesh.checkout.items"),
        table("mesh.billing.items"),
      ]),
      source("dbt:b", [{ ...table("mesh.checkout.paid"), localNames: ["__dbt__cte__paid"] }]),
    ],
    DEFAULT_NAMES,
  );

  it("may leave out the database", () => {
    expect(index.findRead(["Checkout", "orders"], asker())).toEqual({
      kind: "found",
      id: "snowflake/mesh.checkout.orders",
    });
  });

  it("may be the table's name alone where that is the only one", () => {
    expect(index.findRead(["orders"], asker())).toMatchObject({ kind: "found" });
    expect(index.findRead(["items"], asker())).toEqual({
      kind: "ambiguous",
      candidates: ["snowflake/mesh.billing.items", "snowflake/mesh.checkout.items"],
    });
  });

  it("is completed by the default schema before anything is guessed", () => {
    expect(index.findRead(["items"], asker("dbt", "snowflake", ["mesh", "billing"]))).toEqual({
      kind: "found",
      id: "snowflake/mesh.billing.items",
    });
  });

  it("in a warehouse's own SQL is not guessed from one word", () => {
    expect(index.findRead(["orders"], asker("dbt", "snowflake"))).toEqual({ kind: "none" });
  });

  it("is an inlined ephemeral model only for the project that inlined it", () => {
    const own: Asker = { source: { id: "dbt:b", kind: "dbt", label: "" }, namespace: "snowflake" };
    expect(index.findRead(["__DBT__CTE__PAID"], own)).toMatchObject({ kind: "found" });
    expect(index.findRead(["__dbt__cte__paid"], asker("dbt", "snowflake"))).toEqual({
      kind: "none",
    });
  });
});

const uglyPart = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom("a.b", 'say "x"', "é", "E\u0301", "a/b", "::", "#", "%2F", " ", "`"),
);

describe("ugly names", () => {
  it("come back from a joined name as the parts they were", () => {
    fc.assert(
      fc.property(
        fc.array(
          uglyPart.filter((part) => part.trim() === part && !/^[[`]/.test(part)),
          { minLength: 1, maxLength: 4 },
        ),
        (path) => {
          expect(splitRelationName(joinRelationName(path))).toEqual(path);
        },
      ),
      { seed: 7 },
    );
  });

  it("reads warehouses' quotes", () => {
    expect(splitRelationName('"me.sh"."check""out".[or]]ders]')).toEqual([
      "me.sh",
      'check"out',
      "or]ders",
    ]);
    expect(splitRelationName("`proj-1.set.table`")).toEqual(["proj-1", "set", "table"]);
  });
});

describe("the index", () => {
  it("is the same for every order of sources and facts", () => {
    const paths = [
      "m.c.orders",
      "M.C.ORDERS",
      "c.orders",
      "m.c.items",
      'm.c."Items"',
      "x.c.orders",
    ];
    const namespaces = ["snowflake", "snowflake://acme", "snowflake://other", "graph", "duckdb"];
    const fact = fc.record({
      path: fc.constantFrom(...paths),
      namespace: fc.constantFrom(...namespaces),
      placeholder: fc.boolean(),
    });
    const sources = fc.array(fc.array(fact, { maxLength: 5 }), { maxLength: 4 });
    fc.assert(
      fc.property(sources, fc.infiniteStream(fc.nat()), (lists, random) => {
        const made = lists.map((list, at) =>
          source(
            `s${at}`,
            list.map((one) => table(one.path, one)),
          ),
        );
        const shuffled = shuffle(
          made.map((one) => ({ ...one, facts: shuffle(one.facts, random) })),
          random,
        );
        const a = buildNameIndex(made, DEFAULT_NAMES);
        const b = buildNameIndex(shuffled, DEFAULT_NAMES);
        for (const one of made)
          for (const each of one.facts) expect(b.idOf(each)).toBe(a.idOf(each));
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it("joins 20,000 tables of two projects in linear time", () => {
    const owned = Array.from({ length: 20_000 }, (_none, at) => table(`m.s.t${at}`));
    const used = owned.map((fact) => table(fact.name.name.toUpperCase(), { placeholder: true }));
    const index = buildNameIndex([source("dbt:a", owned), source("dbt:b", used)], DEFAULT_NAMES);
    expect(used.every((fact, at) => index.idOf(fact) === `snowflake/m.s.t${at}`)).toBe(true);
  });
});

function shuffle<T>(list: readonly T[], random: Iterator<number>): T[] {
  const left = [...list];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(Number(random.next().value) % left.length, 1));
  return out;
}

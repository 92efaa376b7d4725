import { describe, expect, it } from "vitest";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import type { CheckState } from "./check-state.ts";
import { compareStates } from "./compare-states.ts";

const config = (more: Readonly<Record<string, unknown>>) => ({
  more: { config: { materialized: "table", ...more } },
});
const SEED: TestNode = {
  id: "seed.shop.raw_orders",
  relation: '"dev"."main"."raw_orders"',
  columns: { id: "INTEGER", amount: "INTEGER", status: "VARCHAR" },
  more: { checksum: { name: "sha256", checksum: "a" }, config: { materialized: "seed" } },
};
const model = (name: string, sql: string, more: Partial<TestNode> = {}): TestNode => ({
  id: `model.shop.${name}`,
  relation: `"dev"."main"."${name}"`,
  sql,
  raw: `raw ${sql}`,
  ...more,
});
const ORDERS = model(
  "orders",
  "with o as (select * from dev.main.raw_orders), final as (select id, amount, status from o) select * from final",
);
const TOTALS = model("totals", "select sum(amount) as total from dev.main.orders");
const NAMES = model("names", "select id from dev.main.orders");

interface Project {
  readonly seed?: TestNode;
  readonly models?: readonly TestNode[];
  readonly catalog?: boolean;
  /** The catalog of another state, left where it was. */
  readonly stale?: readonly SourceFile[];
}

const filesOf = ({
  seed = SEED,
  models = [ORDERS, TOTALS, NAMES],
  catalog = true,
  stale,
}: Project) => {
  const files = dbtProject({ name: "shop", nodes: [seed, ...models], catalog });
  return [...files, ...(stale ?? []).filter(({ path }) => path.endsWith("catalog.json"))];
};

async function changesBetween(before: Project, after: Project): Promise<readonly string[]> {
  const parser = await loadSqlParser();
  const stateOf = (project: Project): CheckState => {
    const files = filesOf(project).map((file) => ({ ...file, root: "." }));
    const read = readSources({ files, parser, at: "2026-01-01T00:00:00Z" });
    return { label: "a project", kind: "files", sources: read.sources, problems: read.problems };
  };
  const { changes } = await compareStates({ base: stateOf(before), head: stateOf(after), parser });
  return changes.map(
    ({ kind, asset, column }) =>
      `${kind} ${asset.name.split(".").at(-1)}${column ? `.${column}` : ""}`,
  );
}

const LESS = model(
  "orders",
  "with o as (select * from dev.main.raw_orders), final as (select id, amount from o) select * from final",
);

describe("a column that an edited model gives no more", () => {
  const documented = { columns: { id: "INTEGER", amount: "INTEGER", status: "VARCHAR" } };
  const base: Project = { models: [{ ...ORDERS, ...documented }, TOTALS, NAMES] };

  it.each([
    ["without a catalog", { catalog: false }],
    ["with the catalog of what was built before", { catalog: false, stale: filesOf(base) }],
  ])("is gone %s", async (_how, more) => {
    const head = { models: [LESS, TOTALS, NAMES], ...more };
    expect(await changesBetween(base, head)).toEqual(["drop_column orders.status"]);
  });

  it("is gone where neither side has a catalog and the seed's columns are not known", async () => {
    const change = await changesBetween(
      { catalog: false },
      { catalog: false, models: [LESS, TOTALS, NAMES] },
    );
    expect(change).toEqual(["drop_column orders.status"]);
  });

  it("is not said to be gone where a star may still give it", async () => {
    const star = model("orders", "select *, 1 as one from dev.main.raw_orders");
    const before = model("orders", "select * from dev.main.raw_orders", documented);
    const seed = { ...SEED, columns: {} };
    const changes = await changesBetween(
      { seed, models: [before] },
      { seed, models: [star], catalog: false },
    );
    expect(changes.filter((change) => change.startsWith("drop"))).toEqual([]);
  });
});

describe("how a model is built", () => {
  const withOrders = (more: Partial<TestNode>): Project => ({
    models: [{ ...ORDERS, ...more }, TOTALS, NAMES],
  });

  it.each([
    ["under another name", { relation: '"dev"."main"."orders_v2"' }],
    ["in another schema by itself", { relation: '"dev"."core"."orders"' }],
    ["into the queries of others", config({ materialized: "ephemeral" })],
  ])("is built %s: nobody finds it any more", async (_where, more) => {
    expect(await changesBetween({}, withOrders(more))).toContain("table_dropped_or_renamed orders");
  });

  it("a project that is built into a scratch schema is the same project", async () => {
    const moved = [SEED, ORDERS, TOTALS, NAMES].map((node) => ({
      ...node,
      relation: node.relation?.replace('"main"', '"pr_17"') ?? null,
      ...(node.sql === undefined ? {} : { sql: node.sql.replaceAll("dev.main", "dev.pr_17") }),
    }));
    const [seed = SEED, ...models] = moved;
    expect(await changesBetween({}, { seed, models })).toEqual([]);
  });

  it("a hook that does something is told, and one that gives rights is not", async () => {
    const hook = (sql: string) => withOrders(config({ "post-hook": [{ sql, transaction: true }] }));
    expect(await changesBetween({}, hook("delete from {{ this }} where status = 'x'"))).toEqual([
      "expression_changed orders",
    ]);
    expect(await changesBetween({}, hook("grant select on {{ this }} to reporter"))).toEqual([]);
  });

  it("a seed with other rows, and one with other types", async () => {
    const rows = { ...SEED, more: { ...SEED.more, checksum: { name: "sha256", checksum: "b" } } };
    expect(await changesBetween({}, { seed: rows })).toEqual(["filter_changed raw_orders"]);
    const typed = {
      ...SEED,
      more: { ...SEED.more, config: { materialized: "seed", column_types: { id: "varchar" } } },
    };
    expect(await changesBetween({}, { seed: typed })).toEqual(["type_changed raw_orders.id"]);
  });

  it("what was not compiled is as it was where its text is, and not understood where it is not", async () => {
    const parsed = (node: TestNode): TestNode => ({
      ...node,
      more: { ...node.more, compiled_code: null },
    });
    const all = [ORDERS, TOTALS, NAMES].map(parsed);
    expect(await changesBetween({}, { models: all })).toEqual([]);
    const edited = [parsed({ ...ORDERS, raw: "another text" }), ...all.slice(1)];
    expect(await changesBetween({}, { models: edited })).toEqual(["expression_changed orders"]);
  });
});

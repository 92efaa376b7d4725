import { describe, expect, it } from "vitest";
import { assessChanges } from "#lib/impact/assess-change.ts";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { toChangeInputs } from "#lib/review/reviewed-change.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import type { CheckState } from "./check-state.ts";
import { type ComparedStates, compareStates } from "./compare-states.ts";

const ORDERS = {
  id: "source.shop.raw.orders",
  relation: '"dev"."raw"."orders"',
  columns: { id: "INTEGER", customer_id: "INTEGER", amount: "INTEGER", status: "VARCHAR" },
};

interface TestModel {
  readonly name: string;
  readonly sql: string;
  readonly columns: Readonly<Record<string, string>>;
}

const nodeOf = ({ name, sql, columns }: TestModel): TestNode => ({
  id: `model.shop.${name}`,
  relation: `"dev"."main"."${name}"`,
  sql,
  columns,
});

function stateOf(models: readonly TestModel[], parser: SqlParser): CheckState {
  const files = dbtProject({ name: "shop", nodes: models.map(nodeOf), sources: [ORDERS] });
  const read = readSources({
    files: files.map((file) => ({ ...file, root: "." })),
    parser,
    at: "2026-01-01T00:00:00Z",
  });
  return { label: "a project", kind: "files", sources: read.sources, problems: read.problems };
}

/** One model of a project is edited; the columns that all others of the project are said to get other values in. */
async function edit(
  base: readonly TestModel[],
  edited: TestModel,
): Promise<{
  readonly found: ComparedStates;
  readonly touched: readonly string[];
  readonly verdicts: ReadonlyMap<string, string>;
}> {
  const parser = await loadSqlParser();
  const head = base.map((model) => (model.name === edited.name ? edited : model));
  const found = await compareStates({
    base: stateOf(base, parser),
    head: stateOf(head, parser),
    parser,
  });
  if (found.changes.length === 0) return { found, touched: [], verdicts: new Map() };
  const answer = assessChanges({
    snapshot: found.worlds.snapshot,
    graph: found.worlds.judged.graph,
    changes: found.changes.flatMap(toChangeInputs),
    options: { materialize: "table" },
  });
  if ("error" in answer) throw new Error(JSON.stringify(answer));
  const touched = answer.verdicts.flatMap(({ asset, run, rows, columns }) => [
    ...(run === "ok" ? [] : [`${asset.shortName} ${run}`]),
    ...(rows.length > 0 ? [`${asset.shortName} rows`] : []),
    ...columns
      .filter(({ certainty }) => certainty !== "possible")
      .map(({ column }) => `${asset.shortName}.${column}`),
  ]);
  const verdicts = new Map(answer.verdicts.map(({ asset, verdict }) => [asset.shortName, verdict]));
  return { found, touched, verdicts };
}

const STAGED: TestModel = {
  name: "stg_orders",
  sql: "with renamed as (select id as order_id, customer_id, amount, status from dev.raw.orders) select * from renamed",
  columns: { order_id: "INTEGER", customer_id: "INTEGER", amount: "INTEGER", status: "VARCHAR" },
};

const TOTALS: TestModel = {
  name: "totals",
  sql: "select customer_id, sum(amount) as amount from dev.main.stg_orders group by customer_id",
  columns: { customer_id: "INTEGER", amount: "HUGEINT" },
};

describe("an edit of a model reaches who reads it", () => {
  it("a column that is filled with NULL now is another one to its readers", async () => {
    const { found, touched } = await edit([STAGED, TOTALS], {
      ...STAGED,
      sql: "with renamed as (select id as order_id, customer_id, cast(null as integer) as amount, status from dev.raw.orders) select * from renamed",
    });
    expect(found.changes.map(({ kind, column }) => `${kind} ${column}`)).toEqual([
      "expression_changed amount",
    ]);
    expect(touched).toContain("totals.amount");
  });

  it("a calculation that is cast stops nothing where the two catalogs say what types it had", async () => {
    const net = (expression: string, type: string): TestModel => ({
      name: "net",
      sql: `with net as (select order_id, ${expression} as net from dev.main.stg_orders) select order_id, net, net * 2 as twice from net`,
      columns: { order_id: "INTEGER", net: type, twice: type },
    });
    const { touched } = await edit(
      [STAGED, net("amount - coalesce(customer_id, 0)", "INTEGER")],
      net("cast(amount - coalesce(customer_id, 0) as double)", "DOUBLE"),
    );
    expect(touched.filter((one) => one.includes("fails"))).toEqual([]);
  });

  it("another type is told where the edit itself was not followed", async () => {
    const both = (first: string, types: readonly [string, string]): TestModel => ({
      name: "both",
      sql: `with old as (select ${first} from dev.raw.orders), young as (select status, amount from dev.raw.orders) select * from old union all select * from young`,
      columns: { status: types[0], amount: types[1] },
    });
    const doubled: TestModel = {
      name: "doubled",
      sql: "select amount * 2 as twice from dev.main.both",
      columns: { twice: "INTEGER" },
    };
    const { found, touched } = await edit(
      [both("status, amount", ["VARCHAR", "INTEGER"]), doubled],
      both("amount as status, status as amount", ["VARCHAR", "VARCHAR"]),
    );
    expect(found.changes.map(({ kind, column }) => `${kind} ${column}`)).toContain(
      "type_changed amount",
    );
    expect(touched).toContain("doubled fails");
  });

  it("rows that a condition let go before are told to who counts each customer once", async () => {
    const counted = (condition: string): TestModel => ({
      name: "counted",
      sql: `with paid as (select customer_id, status from dev.main.stg_orders ${condition}) select status, count(distinct customer_id) as customers from paid group by status`,
      columns: { status: "VARCHAR", customers: "BIGINT" },
    });
    const first: TestModel = {
      name: "first_order",
      sql: "select customer_id, min(order_id) as order_id from dev.main.stg_orders group by customer_id",
      columns: { customer_id: "INTEGER", order_id: "INTEGER" },
    };
    const inside = await edit([STAGED, counted("where amount > 0")], counted(""));
    expect(inside.found.changes.map(({ kind }) => kind)).toEqual(["filter_changed"]);
    const staged = (condition: string): TestModel => ({
      ...STAGED,
      sql: `select id as order_id, customer_id, amount, status from dev.raw.orders ${condition}`,
    });
    const { verdicts } = await edit([staged("where amount > 0"), first], staged(""));
    expect(verdicts.get("first_order")).not.toBe("unaffected");
  });

  it("a cast that loses values is told where the type of the column stays", async () => {
    const both = (first: string): TestModel => ({
      name: "both",
      sql: `with old as (select ${first} as total from dev.raw.orders), young as (select amount / 3 as total from dev.raw.orders) select * from old union all select * from young`,
      columns: { total: "DOUBLE" },
    });
    const summed: TestModel = {
      name: "summed",
      sql: "select sum(total) as total from dev.main.both",
      columns: { total: "DOUBLE" },
    };
    const { found, touched } = await edit(
      [both("amount / 2"), summed],
      both("cast(amount / 2 as integer)"),
    );
    expect(found.changes.map(({ kind, column }) => `${kind} ${column}`)).toEqual([
      "expression_changed total",
    ]);
    expect(touched).toContain("summed.total");
  });

  it("a condition that a join loses lets more rows through, to sums as well", async () => {
    const joined = (condition: string): TestModel => ({
      name: "joined",
      sql: `select o.order_id, o.amount, t.amount as total from dev.main.stg_orders o left join dev.main.totals t on t.customer_id = o.customer_id${condition}`,
      columns: { order_id: "INTEGER", amount: "INTEGER", total: "HUGEINT" },
    });
    const summed: TestModel = {
      name: "summed",
      sql: "select sum(amount) as amount from dev.main.joined",
      columns: { amount: "HUGEINT" },
    };
    const { touched } = await edit(
      [STAGED, TOTALS, joined(" and t.amount = o.amount"), summed],
      joined(""),
    );
    expect(touched).toContain("summed.amount");
  });
});

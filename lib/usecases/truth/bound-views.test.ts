import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { AssetAttributes } from "#lib/model/asset.ts";
import {
  findPostgresPrograms,
  startPostgres,
  type TestPostgres,
} from "../profile/postgres-for-tests.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

/*
 * PostgreSQL makes a view of the columns that it finds, and keeps to them when they are renamed. The database is asked, and
 * what is said of its views is held against that.
 */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: { id: "INTEGER", customer_id: "INTEGER", amount: "INTEGER" },
  customers: { customer_id: "INTEGER", name: "TEXT" },
};

const VIEWS: Readonly<Record<string, string>> = {
  plain: "select id, amount * 2 as twice from orders",
  whole: "select * from orders",
  summed: "select customer_id, sum(amount) as amount from orders group by customer_id",
  joined: "select name, amount from orders join customers using (customer_id)",
  asked:
    "select id from orders o where exists (select 1 from customers c where c.customer_id = o.customer_id)",
  met: "select name, amount from orders natural join customers",
  above: "select twice from plain",
};

const CHANGED = ["amount", "customer_id", "id"] as const;

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

/** A graph of the tables and the views; those that dbt makes have its id. */
function judge(column: string, attributes: AssetAttributes) {
  const columns = new Map(
    Object.entries(TABLES).map(([name, types]) => [
      name,
      Object.entries(types).map(([each, type]) => ({ name: each, type })),
    ]),
  );
  const views = Object.entries(VIEWS).map(([name, sql]) => {
    const { plan } = analyzeQuery({
      sql,
      dialect: "postgres",
      parser,
      lookup: (path) => {
        const known = columns.get(path.at(-1) ?? "");
        return known && { asset: idOf(path.at(-1) ?? ""), columns: known, complete: true };
      },
    });
    if (plan === undefined) throw new Error(`no plan of ${sql}`);
    const given = plan.relations.at(-1)?.columns ?? [];
    columns.set(
      name,
      given.map((each) => ({ name: each.name, type: each.type ?? "INTEGER" })),
    );
    const query = { name, sql, dialect: "postgres", reads: [], basis: "", provenance: {}, plan };
    return [name, { kind: "view" as const, attributes, columns: given, queries: [query] }] as const;
  });
  const graph = graphOf("", {
    ...Object.fromEntries(
      Object.keys(TABLES).map((name) => [name, { columns: columns.get(name) ?? [] }]),
    ),
    ...Object.fromEntries(views),
  });
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: "rename_column", asset: "orders", column, to: "another" }],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  return (name: string): string =>
    found.verdicts.find(({ asset }) => asset.name === name)?.verdict ?? "unaffected";
}

const programs = findPostgresPrograms();
describe.skipIf(programs === undefined)(
  "a column under another name, below PostgreSQL's own views",
  () => {
    let server: TestPostgres;
    let run: (sql: string) => Promise<readonly unknown[]>;
    let close: () => Promise<void>;

    beforeAll(async () => {
      server = await startPostgres(programs ?? "");
      const { Client } = (await import("pg")).default;
      const client = new Client({ connectionString: server.url });
      await client.connect();
      run = async (text) => (await client.query(text)).rows;
      close = () => client.end();
      for (const [name, types] of Object.entries(TABLES))
        await run(
          `create table ${name} (${Object.entries(types)
            .map((column) => column.join(" "))
            .join(", ")})`,
        );
      await run("insert into orders values (1, 1, 10), (2, 1, 20), (3, 2, 5)");
      await run("insert into customers values (1, 'Ann'), (2, 'Bob')");
      for (const [name, text] of Object.entries(VIEWS)) await run(`create view ${name} as ${text}`);
    }, 60_000);
    afterAll(async () => {
      await close();
      server.stop();
    });

    it.each(CHANGED)("%s: the views answer as before, and are said to", async (column) => {
      const answers = async () => {
        const all = await Promise.all(
          Object.keys(VIEWS).map((name) => run(`select * from ${name}`)),
        );
        return all.map((rows) => JSON.stringify([...rows]));
      };
      const before = await answers();
      await run(`alter table orders rename column ${column} to another`);
      const after = await answers();
      await run(`alter table orders rename column another to ${column}`);
      expect(after).toEqual(before);
      const verdictOf = judge(column, { followsRenames: true });
      expect(Object.keys(VIEWS).filter((name) => verdictOf(name) !== "unaffected")).toEqual([]);
    });

    it("a view that dbt makes again from its text fails", async () => {
      await run("alter table orders rename column amount to another");
      await expect(run(`create or replace view plain as ${VIEWS["plain"]}`)).rejects.toThrow();
      await run("alter table orders rename column another to amount");
      expect(
        judge("amount", { followsRenames: true, dbtUniqueId: "model.shop.any" })("plain"),
      ).toBe("breaks_loudly");
    });
  },
);

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { AssetAttributes, Column } from "#lib/model/asset.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

/*
 * Builds of a few steps that DuckDB runs before and after a change, as a build tool would: a table whose step fails keeps
 * its rows, a view stands for its query. What the board then shows is held against its verdict.
 */
interface Step {
  readonly name: string;
  readonly sql: string;
  readonly as: "table" | "view" | "ephemeral" | "incremental" | "snapshot";
  readonly onSchemaChange?: "ignore" | "fail";
  readonly contractEnforced?: true;
  /** Rows of an incremental table that have the same here are replaced; without it all are. */
  readonly uniqueKey?: string;
  /** Columns that its enforced contract lets hold no null. */
  readonly required?: readonly string[];
}

interface Case {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly board: string;
  readonly change: ChangeInput;
  readonly sql: string;
}

const table = (name: string, sql: string): Step => ({ name, sql, as: "table" });
const view = (name: string, sql: string): Step => ({ name, sql, as: "view" });

const drop = (column: string) => ({
  change: { kind: "drop_column", asset: "raw", column } as const,
  sql: `alter table raw drop column ${column}`,
});
const retype = (column: string) => ({
  change: {
    kind: "type_incompatible",
    asset: "raw",
    column,
    fromType: "INTEGER",
    toType: "VARCHAR",
  } as const,
  sql: `alter table raw alter column ${column} type varchar using 'v:' || ${column}`,
});
const widen = (column: string, toType: string) => ({
  change: {
    kind: "type_changed",
    asset: "raw",
    column,
    fromType: "INTEGER",
    toType,
  } as const,
  sql: `alter table raw alter column ${column} type ${toType}`,
});
const double = (column: string) => ({
  change: { kind: "unit_or_meaning_changed", asset: "raw", column } as const,
  sql: `update raw set ${column} = ${column} * 2`,
});

const nullSome = (column: string) => ({
  change: { kind: "became_mostly_null", asset: "raw", column } as const,
  sql: `update raw set ${column} = null where id % 3 = 0`,
});

const add = (column: string) => ({
  change: { kind: "add_nullable_column", asset: "raw", column, type: "VARCHAR" } as const,
  sql: `alter table raw add column ${column} varchar`,
});

const CASES: readonly Case[] = [
  {
    title: "a table that cannot be built keeps its rows, and its readers are late",
    steps: [table("a", "select id, amount from raw")],
    board: "select sum(amount) from a",
    ...drop("amount"),
  },
  {
    title: "what stands below a failed table is late too, however far",
    steps: [
      table("a", "select id, amount from raw"),
      table("b", "select id, amount * 2 as twice from a"),
    ],
    board: "select sum(twice) from b",
    ...drop("amount"),
  },
  {
    title: "a view over a failed table is still read, and shows old rows",
    steps: [table("a", "select id, amount from raw"), view("b", "select id, amount from a")],
    board: "select sum(amount) from b",
    ...drop("amount"),
  },
  {
    title: "a view whose column is gone cannot be read any more, hops from the change",
    steps: [view("a", "select id, amount from raw"), view("b", "select id, amount from a")],
    board: "select sum(amount) from b",
    ...drop("amount"),
  },
  {
    title: "a view that still builds fails in its reader when its cast does",
    steps: [view("a", "select id, cast(amount as integer) as amount from raw")],
    board: "select sum(amount) from a",
    ...retype("amount"),
  },
  {
    title: "a cast in a view that only a table reads stops the table, and the board is late",
    steps: [
      view("a", "select id, cast(amount as integer) as amount from raw"),
      table("b", "select id, amount from a"),
    ],
    board: "select sum(amount) from b",
    ...retype("amount"),
  },
  {
    title: "a step that is never stored fails with the table that it is part of",
    steps: [
      { name: "a", sql: "select id, amount from raw", as: "ephemeral" },
      table("b", "select id, amount from a"),
    ],
    board: "select sum(amount) from b",
    ...drop("amount"),
  },
  {
    title: "a view that mixes a failed table with a fresh one shows other rows",
    steps: [
      table("a", "select id, other from raw"),
      view("b", "select a.id, a.other, raw.amount from a join raw on raw.id = a.id"),
    ],
    board: "select sum(amount) from b",
    change: { kind: "drop_column", asset: "raw", column: "other" },
    sql: "alter table raw drop column other; update raw set amount = amount",
  },
  {
    title:
      "an enforced contract stops a table whose column gets another type, and the board is late",
    steps: [{ ...table("a", "select id, amount from raw"), contractEnforced: true }],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "an enforced contract stops a table whose whole numbers become larger ones",
    steps: [
      view("v", "select id, amount from raw"),
      { ...table("a", "select id, amount from v"), contractEnforced: true },
    ],
    board: "select sum(id) from a",
    ...widen("amount", "BIGINT"),
  },
  {
    title: "an incremental model that fails when its columns change fails over larger numbers",
    steps: [{ name: "a", sql: "select * from raw", as: "incremental", onSchemaChange: "fail" }],
    board: "select sum(id) from a",
    ...widen("amount", "BIGINT"),
  },
  {
    title: "a contract of a column that is cast to the type it had",
    steps: [{ ...table("a", "select id, amount::int as amount from raw"), contractEnforced: true }],
    board: "select sum(amount) from a",
    ...widen("amount", "BIGINT"),
  },
  {
    title:
      "a column that a contract declares not null stops the build at a null, and the board is late",
    steps: [
      {
        ...table("a", "select id, amount from raw"),
        contractEnforced: true,
        required: ["amount"],
      },
    ],
    board: "select sum(amount) from a",
    ...nullSome("amount"),
  },
  {
    title:
      "a row without a value that a condition leaves out does not stop the build that lets no null",
    steps: [
      view("v", "select id, amount from raw where amount is not null"),
      {
        ...table("a", "select id, amount from v"),
        contractEnforced: true,
        required: ["amount"],
      },
    ],
    board: "select count(id) from a",
    ...nullSome("amount"),
  },
  {
    title: "a null in a column that the contract lets be null goes on",
    steps: [
      { ...table("a", "select id, amount from raw"), contractEnforced: true, required: ["id"] },
    ],
    board: "select sum(amount) from a",
    ...nullSome("amount"),
  },
  {
    title: "what fills a null on the way keeps the build that lets none",
    steps: [
      {
        ...table("a", "select id, coalesce(amount, 0) as amount from raw"),
        contractEnforced: true,
        required: ["amount"],
      },
    ],
    board: "select sum(amount) from a",
    ...nullSome("amount"),
  },
  {
    title: "a view over a table that lets no null still shows its old rows",
    steps: [
      {
        ...table("a", "select id, amount from raw"),
        contractEnforced: true,
        required: ["amount"],
      },
      view("b", "select id, amount from a"),
    ],
    board: "select sum(amount) from b",
    ...nullSome("amount"),
  },
  {
    title: "an incremental table that ignores changes cannot be filled when a column is gone",
    steps: [{ name: "a", sql: "select * from raw", as: "incremental", onSchemaChange: "ignore" }],
    board: "select sum(id) from a",
    ...drop("amount"),
  },
  {
    title: "an incremental table keeps its types, and takes no values that do not fit them",
    steps: [{ name: "a", sql: "select * from raw", as: "incremental", onSchemaChange: "ignore" }],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "an incremental table that ignores changes never gets a new column",
    steps: [{ name: "a", sql: "select * from raw", as: "incremental", onSchemaChange: "ignore" }],
    board: "select * from a order by id",
    ...add("note"),
  },
  {
    title:
      "an incremental table that is to fail on changes stops at a new column, and its readers are late",
    steps: [{ name: "a", sql: "select * from raw", as: "incremental", onSchemaChange: "fail" }],
    board: "select sum(id) from a",
    ...add("note"),
  },
  {
    title: "a table with one failed and one fresh input is skipped, and keeps what it had of both",
    steps: [
      table("a", "select id, other from raw"),
      table("c", "select id, amount from raw"),
      table("b", "select c.id, c.amount, a.other from c join a on a.id = c.id"),
    ],
    board: "select sum(amount) from b",
    ...drop("other"),
  },
  {
    title: "a table beside a failed one that does not read it is built",
    steps: [
      table("a", "select id, other from raw"),
      table("c", "select id, amount from raw"),
      table("b", "select id, amount from c"),
    ],
    board: "select sum(amount) from b",
    ...drop("other"),
  },
  {
    title: "a table below a view that cannot be made is skipped, and only its age is wrong",
    steps: [
      view("a", "select id, other from raw"),
      table("b", "select id, other from a"),
      table("c", "select count(*) as n from b"),
    ],
    board: "select max(n) from c",
    ...drop("other"),
  },
  {
    title: "a snapshot takes the old row and the new one: its readers see both",
    steps: [{ name: "a", sql: "select id, amount from raw", as: "snapshot" }],
    board: "select count(*), sum(amount) from a",
    ...double("amount"),
  },
  {
    title: "a snapshot whose column is gone keeps its history, and its readers are late",
    steps: [{ name: "a", sql: "select id, amount from raw", as: "snapshot" }],
    board: "select sum(amount) from a",
    ...drop("amount"),
  },
  {
    title: "other values go through views and tables without an error",
    steps: [view("a", "select id, amount from raw"), table("b", "select id, amount from a")],
    board: "select sum(amount) from b",
    ...double("amount"),
  },
  {
    title: "an order by a cast stops the build of a table",
    steps: [table("a", "select id from raw order by cast(amount as integer)")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "an order by arithmetic does not bind, and the table is not built",
    steps: [table("a", "select id, other from raw order by amount * 2")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "the order that a limit takes the first rows of is computed, and stops the build",
    steps: [table("a", "select id from raw order by cast(amount as integer) limit 3")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "a window over a cast order stops the build",
    steps: [
      table("a", "select id, row_number() over (order by cast(amount as integer)) as r from raw"),
    ],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "a list in a cast order stops the build",
    steps: [
      table(
        "a",
        "select id, string_agg(other::varchar, ',' order by cast(amount as integer)) as s from raw group by id",
      ),
    ],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "the last by a cast order stops the build",
    steps: [
      table("a", "select id, arg_max(other, cast(amount as integer)) as s from raw group by id"),
    ],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "an order by whether there is a value does not mind its type",
    steps: [table("a", "select id from raw order by amount is null")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "a window by the text of a column does not mind its type",
    steps: [table("a", "select id, count(*) over (partition by amount::varchar) as n from raw")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "a condition of a view is run for every reader",
    steps: [view("a", "select id, other from raw where cast(amount as integer) > 3")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "a key of the groups of a view is run for every reader",
    steps: [view("a", "select cast(amount as integer) as k, sum(id) as id from raw group by 1")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "a view whose sum no longer binds cannot be read, whatever is read of it",
    steps: [view("a", "select other, sum(amount) as amounts, count(*) as id from raw group by 1")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title: "an order in a view is run for every reader",
    steps: [view("a", "select id, other from raw order by cast(amount as integer)")],
    board: "select sum(id) from a",
    ...retype("amount"),
  },
  {
    title:
      "rows of a key that is another one now stand beside the old ones in an incremental table",
    steps: [{ name: "a", sql: "select id, amount from raw", as: "incremental", uniqueKey: "id" }],
    board: "select count(*) from a",
    ...double("id"),
  },
  {
    title: "other values under the same keys make no further rows in an incremental table",
    steps: [{ name: "a", sql: "select id, amount from raw", as: "incremental", uniqueKey: "id" }],
    board: "select count(*) from a",
    ...double("amount"),
  },
  {
    title: "a snapshot keeps the old version of a row beside the new one",
    steps: [{ name: "a", sql: "select id, amount from raw", as: "snapshot" }],
    board: "select count(*) from a",
    ...double("amount"),
  },
  {
    title: "a failure in a column that a table does not read does not touch it",
    steps: [table("a", "select id, amount from raw")],
    board: "select sum(amount) from a",
    ...drop("other"),
  },
];

const RAW: readonly Column[] = ["id", "amount", "other"].map((name) => ({ name, type: "INTEGER" }));

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const rowsOf = async (db: DuckDBConnection, sql: string): Promise<string> =>
  JSON.stringify((await db.runAndReadAll(sql)).getRowsJson());

const typesOf = async (db: DuckDBConnection, sql: string): Promise<string> =>
  JSON.stringify(
    (await db.runAndReadAll(`describe ${sql}`)).getRowsJson().map((row) => row.slice(0, 2)),
  );

const KEEPS_ROWS: ReadonlySet<Step["as"]> = new Set(["table", "incremental", "snapshot"]);

const reads = (sql: string, name: string): boolean =>
  new RegExp(`\\b(?:from|join) ${name}\\b`).test(sql);

/** Rows that are not there as they are now are put beside the old ones. */
async function takeSnapshot(db: DuckDBConnection, { name, sql }: Step): Promise<void> {
  await db.run(`create table if not exists ${name} as ${sql}`);
  await db.run(`insert into ${name} (${sql}) except select * from ${name}`);
}

/** An incremental run over all keys: the table's columns are named, whatever the query gives beside them. */
async function refill(
  db: DuckDBConnection,
  { name, sql, onSchemaChange, uniqueKey }: Step,
): Promise<void> {
  if (onSchemaChange === "fail" && (await typesOf(db, sql)) !== (await typesOf(db, `from ${name}`)))
    throw new Error("the columns differ");
  const own = JSON.parse(await typesOf(db, `from ${name}`)) as [string, string][];
  const columns = own.map(([column]) => column).join(", ");
  await db.run(`create or replace temp table fresh as ${sql}`);
  await db.run(`create or replace temp table chosen as select ${columns} from fresh`);
  const replaced = uniqueKey ? ` where ${uniqueKey} in (select ${uniqueKey} from fresh)` : "";
  // Both or neither, as dbt's adapters do.
  await db.run("begin");
  try {
    await db.run(`delete from ${name}${replaced}`);
    await db.run(`insert into ${name} (${columns}) select ${columns} from chosen`);
    await db.run("commit");
  } catch (error) {
    await db.run("rollback");
    throw error;
  }
}

/** What the board shows after the change, in the words of a verdict. */
async function runCase({ steps, board, sql }: Case): Promise<string> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const db = await instance.connect();
  await db.run(
    "create table raw as select i::int id, (i * 3)::int amount, (i % 2)::int other from range(9) g(i)",
  );
  const contracts = new Map<string, string>();
  const late = new Set<string>();
  const build = async (step: Step): Promise<void> => {
    const how = KEEPS_ROWS.has(step.as) ? "table" : "view";
    if (step.contractEnforced) {
      const types = await typesOf(db, step.sql);
      if ((contracts.get(step.name) ?? types) !== types) throw new Error("contract");
      contracts.set(step.name, types);
    }
    if (step.required !== undefined) {
      // As adapters do: a table with the constraints is filled, and only then takes the place of the old one.
      await db.run(`create or replace table fresh as ${step.sql}`);
      for (const column of step.required)
        await db.run(`alter table fresh alter column ${column} set not null`);
    }
    if (step.as === "snapshot") return takeSnapshot(db, step);
    if (step.as === "incremental" && contracts.has(step.name)) return refill(db, step);
    if (step.as === "incremental") contracts.set(step.name, "");
    await db.run(`create or replace ${how} ${step.name} as ${step.sql}`);
  };
  for (const step of steps) await build(step);
  const before = await rowsOf(db, board);
  await db.run(sql);
  const failed = new Set<string>();
  for (const step of steps) {
    // What reads a step that failed or was skipped is skipped.
    const isSkipped = [...failed].some((name) => reads(step.sql, name));
    const isBuilt =
      !isSkipped &&
      (await build(step).then(
        () => true,
        () => false,
      ));
    if (isBuilt) continue;
    failed.add(step.name);
    if (KEEPS_ROWS.has(step.as) || [...late].some((name) => reads(step.sql, name)))
      late.add(step.name);
  }
  try {
    const after = await rowsOf(db, board);
    if (after !== before) return "breaks_silently";
    return [...late].some((name) => reads(board, name)) ? "degraded" : "unaffected";
  } catch {
    return "breaks_loudly";
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

function judgeCase({ steps, board, change }: Case): string {
  const columns = new Map<string, readonly Column[]>([["raw", RAW]]);
  const notes: Record<string, AssetNote> = { raw: { columns: RAW } };
  const analyse = (sql: string) => {
    const lookup = (path: readonly string[]) => {
      const found = columns.get(path.at(-1) ?? "");
      return found && { asset: idOf(path.at(-1) ?? ""), columns: found, complete: true };
    };
    const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
    if (plan === undefined) throw new Error(`no plan for ${sql}`);
    const query = { name: "q", sql, dialect: "duckdb", reads: [], basis: "", provenance: {}, plan };
    return { queries: [query], columns: plan.relations.at(-1)?.columns ?? [] };
  };
  for (const { name, sql, as, contractEnforced, required, onSchemaChange, uniqueKey } of steps) {
    const read = analyse(sql);
    columns.set(name, read.columns);
    const attributes: AssetAttributes = {
      materialization: as,
      ...(onSchemaChange === undefined ? {} : { onSchemaChange }),
      extra: {
        ...(uniqueKey === undefined ? {} : { uniqueKey: [uniqueKey] }),
        ...(as === "snapshot" ? { checkedColumns: "all" } : {}),
      },
      ...(contractEnforced
        ? {
            contract: {
              id: name,
              status: "active",
              enforced: true,
              ...(required === undefined ? {} : { required }),
            },
          }
        : {}),
    };
    notes[name] = { ...read, attributes };
  }
  notes["board"] = { kind: "dashboard", queries: analyse(board).queries };
  const graph = graphOf("", notes);
  const answer = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  // An answer may leave out what the change does not reach.
  return answer.verdicts.find(({ asset }) => asset.name === "board")?.verdict ?? "unaffected";
}

describe("what a board shows after a build in which a step may fail", () => {
  it.each(CASES)("$title", async (given) => {
    expect(judgeCase(given)).toBe(await runCase(given));
  });
});

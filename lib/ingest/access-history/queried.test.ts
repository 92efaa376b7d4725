import { expect, it } from "vitest";
import { queriesOf } from "#lib/model/queried.ts";
import { readAccessHistory } from "./read-access-history.ts";

const read = (...files: readonly (readonly object[])[]) =>
  readAccessHistory(
    files.map((rows, at) => ({
      path: `${at}.jsonl`,
      text: rows.map((row) => JSON.stringify(row)).join("\n"),
    })),
    () => [],
  ).facts;

const queriedOf = (facts: ReturnType<typeof read>, name: string) =>
  queriesOf(facts.find((fact) => fact.name.name === name)?.attributes ?? {});

const object = (objectName: string, ...columns: readonly string[]) => ({
  objectDomain: "Table",
  objectName,
  columns: columns.map((columnName) => ({ columnId: 1, columnName })),
});

const access = (at: string, user: string, columns: readonly string[], ...written: string[]) => ({
  QUERY_START_TIME: at,
  USER_NAME: user,
  DIRECT_OBJECTS_ACCESSED: [object("SHOP.RAW.ORDERS", ...columns)],
  BASE_OBJECTS_ACCESSED: [],
  OBJECTS_MODIFIED: written.map((name) => object(name, "X")),
});

it("queries that wrote nothing are counted by column, with their users, for the log's newest thirty days", () => {
  const facts = read([
    access("2026-09-01 03:00:00Z", "OLD", ["STATE"]),
    access("2026-11-18 03:00:00Z", "ANA", ["AMOUNT", "ID"]),
    access("2026-11-19 03:00:00Z", "BEN", ["AMOUNT"]),
    access("2026-11-20 03:00:00Z", "BEN", ["AMOUNT"]),
    access("2026-11-20 04:00:00Z", "LOADER", ["STATE"], "SHOP.MART.REVENUE"),
    access("2026-11-20 05:00:00Z", "ANA", []),
  ]);
  expect(queriedOf(facts, "SHOP.RAW.ORDERS")).toEqual([
    { column: "AMOUNT", users: 2, times: 3, last: "2026-11-20T03:00:00Z" },
    { column: "ID", users: 1, times: 1, last: "2026-11-18T03:00:00Z" },
  ]);
});

it("Databricks tells columns in a log of their own, and what names a job or a dashboard is that reader", () => {
  const row = { source_table_full_name: "main.raw.orders", event_time: "2026-11-20T03:00:00Z" };
  const who = { created_by: "ana" };
  const facts = read(
    [
      {
        ...row,
        ...who,
        source_column_name: "amount",
        target_table_full_name: null,
        target_column_name: null,
      },
      {
        ...row,
        ...who,
        source_column_name: "state",
        target_table_full_name: "main.mart.revenue",
        target_column_name: "state",
      },
    ],
    [{ ...row, ...who, target_table_full_name: null }],
  );
  expect(queriedOf(facts, "main.raw.orders")).toEqual([
    { column: "amount", users: 1, times: 1, last: "2026-11-20T03:00:00Z" },
  ]);
});

it("a log that names no columns says that the table was queried", () => {
  const job = {
    job_id: "1",
    job_type: "QUERY",
    state: "DONE",
    end_time: "2026-11-20T03:00:00Z",
    user_email: "ana@shop.example",
    referenced_tables: [{ project_id: "shop", dataset_id: "raw", table_id: "orders" }],
    destination_table: { project_id: "shop", dataset_id: "_a1b2", table_id: "anon123" },
  };
  expect(queriedOf(read([job]), "shop.raw.orders")).toEqual([
    { users: 1, times: 1, last: "2026-11-20T03:00:00Z" },
  ]);
});

import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { readAccessHistory } from "./read-access-history.ts";

const read = (rows: readonly unknown[]) =>
  readAccessHistory(
    [{ path: "access.jsonl", text: rows.map((row) => JSON.stringify(row)).join("\n") }],
    () => [],
  );
const factOf = (facts: readonly AssetFact[], table: string): AssetFact | undefined =>
  facts.find(({ name }) => name.name === table);
const edgesOf = (facts: readonly AssetFact[], table: string) =>
  factOf(facts, table)?.edges.map(
    ({ from, toColumn, use }) =>
      `${from.name.name}.${from.column ?? "*"} ${toColumn ?? "*"} ${use}`,
  );
const column = (columnName: string, ...directSources: readonly object[]) => ({
  columnName,
  ...(directSources.length === 0 ? {} : { directSources }),
});
const source = (objectName: string, columnName: string) => ({
  columnName,
  objectDomain: "Table",
  objectName,
});

describe("objects of Snowflake that go by several names", () => {
  const object = (objectId: number, objectName: string, ...columns: readonly object[]) => ({
    objectDomain: "Table",
    objectId,
    objectName,
    columns,
  });
  const load = (day: number, from: object, to: object) => ({
    QUERY_ID: `q${day}`,
    QUERY_START_TIME: `2026-11-${day} 03:00:00`,
    DIRECT_OBJECTS_ACCESSED: [from],
    OBJECTS_MODIFIED: [to],
  });
  const orders = object(1, "S.R.ORD", column("AMOUNT"));
  const intoDaily = load(
    20,
    orders,
    object(9, "S.M.DAILY", column("TOTAL", source("S.R.ORD", "AMOUNT"))),
  );
  const intoReport = load(
    25,
    object(9, "S.M.DAILY2", column("TOTAL")),
    object(11, "S.M.REP", column("T2", source("S.M.DAILY2", "TOTAL"))),
  );
  const ddl = (properties: object, objectId?: number) => ({
    QUERY_ID: "q22",
    QUERY_START_TIME: "2026-11-22 03:00:00",
    DIRECT_OBJECTS_ACCESSED: [],
    OBJECTS_MODIFIED: [],
    OBJECT_MODIFIED_BY_DDL: {
      ...object(objectId ?? 0, "S.M.DAILY"),
      ...(objectId === undefined ? { objectId: null } : {}),
      operationType: "ALTER",
      properties,
    },
  });

  it.each([
    ["a statement that renames it", ddl({ objectName: { value: "S.M.DAILY2" } }, 9)],
    ["one that names no ids", ddl({ objectName: { value: "DAILY2" } })],
    ["its id alone", undefined],
  ])("a table that has another name later is what it was, as told by %s", (_, renamed) => {
    const all = [intoReport, ...(renamed ? [renamed] : []), intoDaily];
    for (const rows of [all, all.toReversed()]) {
      const { facts, problems } = read(rows);
      expect(problems).toEqual([]);
      expect(edgesOf(facts, "S.M.DAILY2")).toEqual(["S.R.ORD.AMOUNT TOTAL IDENTITY"]);
      expect(edgesOf(facts, "S.M.REP")).toEqual(["S.M.DAILY2.TOTAL T2 IDENTITY"]);
      expect(factOf(facts, "S.M.DAILY2")?.placeholder).toBeUndefined();
      expect(edgesOf(facts, "S.M.DAILY")).toEqual(["S.R.ORD.AMOUNT TOTAL IDENTITY"]);
    }
  });

  it("tables that swap names hand over what was loaded into them", () => {
    const build = object(8, "S.M.BUILD", column("TOTAL", source("S.R.ORD", "AMOUNT")));
    const { facts } = read([
      load(20, orders, build),
      load(21, object(7, "S.M.LIVE", column("TOTAL")), object(12, "S.M.A")),
      load(23, object(8, "S.M.LIVE", column("TOTAL")), object(13, "S.M.B")),
    ]);
    expect(edgesOf(facts, "S.M.LIVE")).toEqual(["S.R.ORD.AMOUNT TOTAL IDENTITY"]);
  });

  it("an id that one row has for two names tells of no rename, nor does DDL that sets something else", () => {
    const both = {
      ...intoDaily,
      DIRECT_OBJECTS_ACCESSED: [object(9, "S.R.ORD", column("AMOUNT"))],
    };
    const shared = read([both, intoReport, ddl({ comment: { value: "x" } }, 9)]);
    expect(shared.problems).toEqual([]);
    expect(shared.facts.find(({ name }) => name.name === "S.M.DAILY2")?.edges).toEqual([]);
    const kept = read([intoDaily, ddl({ comment: { value: "x" } }, 9)]);
    expect(kept.facts.map(({ name }) => name.name)).toEqual(["S.M.DAILY", "S.R.ORD"]);
  });
});

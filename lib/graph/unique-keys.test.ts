import { beforeAll, describe, expect, it } from "vitest";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../usecases/sources/load-sql-parser.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { graphOf, idOf } from "./graph-of.ts";
import { ROW_CODES } from "./snapshot.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const TABLES: Readonly<Record<string, readonly string[]>> = {
  c: ["id", "name", "o_id"],
  o: ["id", "cid", "amt", "day"],
};

/** How the optional side of the only outer join of a query passes its rows on. */
function sideOf(sql: string, isUnique = false): string {
  const { plan } = analyzeQuery({
    sql,
    dialect: "duckdb",
    parser,
    lookup: ([table = ""]) =>
      TABLES[table] && {
        asset: idOf(table),
        columns: TABLES[table].map((name) => ({ name })),
        complete: true,
      },
  });
  const query = { name: "model", sql, dialect: "duckdb", provenance: {} };
  const cid = { name: "cid", ...(isUnique ? { unique: true } : {}) };
  const snapshot = buildSnapshot(
    graphOf("", {
      c: { columns: ["id", "name", "o_id"] },
      o: { columns: ["id", cid, "amt", "day"] },
      m: { columns: ["n"], queries: [{ ...query, ...(plan ? { plan } : {}) }] },
    }),
  );
  const codes = [...snapshot.pairRows].map((code) => ROW_CODES[code] ?? "");
  return codes.filter((code) => code.startsWith("outer")).join(" ");
}

describe("the optional side of a join", () => {
  it("may find several partners where nothing says that its key is unique", () => {
    expect(sideOf("select count(*) n from c left join o on o.cid = c.id")).toBe("outer_many");
    expect(sideOf("select count(*) n from o right join c on o.cid = c.id")).toBe("outer_many");
    expect(
      sideOf(
        "select count(*) n from c left join (select * from o where amt > 1) x on x.cid = c.id",
      ),
    ).toBe("outer_many");
    expect(
      sideOf(
        "select count(*) n from c left join lateral (select * from o where o.cid = c.id) x on true",
      ),
    ).toBe("outer_many");
    expect(
      sideOf("select count(*) n from c left join o on o.cid = c.id or o.cid = c.o_id", true),
    ).toBe("outer_many");
  });

  it("finds one where its key is declared or tested unique, also behind a filter", () => {
    expect(sideOf("select count(*) n from c left join o on o.cid = c.id", true)).toBe("outer");
    expect(
      sideOf(
        "with x as (select cid k, amt from o where amt > 1) select count(*) n from c left join x on x.k = c.id",
        true,
      ),
    ).toBe("outer");
  });

  it("finds one where its query folds, deduplicates or numbers the rows by the key", () => {
    for (const inner of [
      "select cid, sum(amt) s from o group by cid",
      "select distinct cid from o",
      "select * from o qualify row_number() over (partition by cid order by day) = 1",
      "select cid from (select *, row_number() over (partition by cid order by day) rn from o) where rn = 1",
    ])
      expect(sideOf(`select count(*) n from c left join (${inner}) x on x.cid = c.id`), inner).toBe(
        "outer",
      );
    expect(
      sideOf(
        "select count(*) n from c left join (select cid, day, sum(amt) s from o group by cid, day) x on x.cid = c.id",
      ),
    ).toBe("outer_many");
  });

  it("finds one by its looks where the key is called like one", () => {
    expect(sideOf("select count(*) n from c left join o on o.id = c.o_id")).toBe("outer_maybe");
  });
});

describe("a rank that a condition speaks of", () => {
  const over = (condition: string): string =>
    sideOf(
      `select count(*) n from c left join (select * from (select cid, row_number() over (partition by cid order by day) as rn from o) q where ${condition}) x on x.cid = c.id`,
    );

  it.each(["rn = 1", "1 = rn", "(rn = 2)", "3 = q.rn", '"rn" = 2', "rn <= 1", "rn = 1 and rn > 0"])(
    "tells the rows apart where it has to be one number: %s",
    (condition) => expect(over(condition)).toBe("outer"),
  );

  it.each([
    "rn % 2 = 0",
    "rn % 2 = 1",
    "mod(rn, 3) = 1",
    "rn / 2 = 1",
    "rn = 1 or rn = 2",
    "not (rn = 1)",
    "not rn = 2",
    "not (rn = 2 and rn > 0)",
    "(rn > 1) = 1::boolean",
    "coalesce(rn, 1) - rn = 0",
    "rn between 1 and 2",
    "rn >= 1",
  ])("tells nothing apart where it may be several: %s", (condition) => {
    expect(over(condition)).toBe("outer_many");
  });
});

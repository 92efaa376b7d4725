import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cell } from "./compare.ts";
import { judgeWritten } from "./run-written.ts";

const SOURCES = `create table raw.orders as select i::int as id, (i % 3)::int as shop, (i * 10)::int as amount, (i / 10)::decimal(3, 2) as rate, case when i % 4 = 0 then 'open' else 'paid' end as state from range(12) g(i);`;

const MODELS = `-- ephemeral base_orders
select id, shop, amount, state from raw.orders
-- table orders required=amount
with paid as (select * from main.base_orders) select id, shop, amount from paid
-- table held contract
select id, amount from raw.orders
-- incremental strict key=id on_schema_change=fail
select id, amount from raw.orders
-- incremental recent key=id on_schema_change=ignore
select id, amount from raw.orders /* when incremental */ where id > (select max(id) - 3 from main.recent) /* end */
-- snapshot history key=id check=state
select id, state from raw.orders
-- table refused
select id, state from raw.orders where state = 'refused'
`;

const READERS = ["orders", "held", "strict", "recent", "history", "refused"];
const CONSUMERS = [
  "name,kind,owner,tier,url,domain,dialect,tile,sql",
  ...READERS.map(
    (name) => `of ${name},report,team,1,,d,duckdb,all,select * from main.${name} order by id`,
  ),
].join("\n");

describe("a project of plain SQL whose tables are not all built anew", () => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-written-"));
  let cells: readonly Cell[];
  beforeAll(async () => {
    writeFileSync(join(folder, "sources.sql"), SOURCES);
    writeFileSync(join(folder, "models.sql"), MODELS);
    writeFileSync(join(folder, "consumers.csv"), CONSUMERS);
    const judged = await judgeWritten(folder, { now: "2026-01-01T00:00:00Z", profiles: true });
    expect(judged.refused).toEqual([]);
    cells = judged.cells;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const happened = (label: string, asset: string): string | undefined =>
    cells.find((cell) => cell.label === label && cell.asset.endsWith(asset))?.outcome;

  it("pastes an ephemeral model into its reader, and a NOT NULL of a contract stops a build", () => {
    expect(happened("drop raw.orders.shop", "of orders")).toBe("stale");
    expect(happened("all_null raw.orders.amount", ".orders")).toBe("fails");
    expect(happened("all_null raw.orders.shop", ".orders")).toBe("different");
  });

  it("holds a contract to types and names", () => {
    expect(happened("widen raw.orders.amount", ".held")).toBe("fails");
    expect(happened("unit raw.orders.amount", ".held")).toBe("different");
  });

  it("lets a strict incremental table fail when its columns are others, and another one take them", () => {
    expect(happened("widen raw.orders.amount", ".strict")).toBe("fails");
    expect(happened("widen raw.orders.amount", ".recent")).toBe("same");
    expect(happened("drop raw.orders.amount", ".recent")).toBe("fails");
  });

  it("leaves out a change whose values the column's type cannot hold, and goes on", () => {
    expect(cells.filter(({ label }) => label === "unit raw.orders.rate")).toEqual([]);
    expect(cells.some(({ label }) => label === "drop raw.orders.rate")).toBe(true);
  });

  it("gives an incremental table only rows that are new or of a known key", () => {
    expect(happened("row_loss raw.orders", ".strict")).toBe("same");
    expect(happened("unit raw.orders.amount", ".recent")).toBe("different");
  });

  it("brings rows on a second day, which an incremental table lacks where its condition lets none in", () => {
    const lacking = cells.find(
      ({ label, asset }) => label === "all_null raw.orders.id" && asset.endsWith(".recent"),
    );
    expect(lacking?.outcome).toBe("different");
    expect(lacking?.detail).toBe("12 rows before, 11 after");
    expect(happened("all_null raw.orders.id", "of recent")).toBe("different");
    expect(happened("drop raw.orders.amount", "of recent")).toBe("stale");
  });

  it("keeps the rows of a snapshot and puts others beside them", () => {
    expect(happened("unit raw.orders.id", ".history")).toBe("different");
    expect(happened("row_loss raw.orders", ".history")).toBe("same");
  });

  it("calls a table relabelled in which a word stands that was never there", () => {
    expect(happened("enum_added raw.orders.state", ".history")).toBe("relabelled");
    expect(happened("enum_rename raw.orders.state", ".history")).toBe("relabelled");
    expect(happened("mostly_null raw.orders.state", ".history")).toBe("different");
  });

  it("counts no warning of what had no rows and has none, and every other one", () => {
    const ofRefused = cells.filter(({ asset }) => asset.endsWith("refused"));
    const [same, other] = [true, false].map((is) =>
      ofRefused.filter(({ outcome }) => (outcome === "same") === is),
    );
    expect(same?.length).toBeGreaterThan(0);
    expect(same?.some(({ observable }) => observable)).toBe(false);
    expect(other?.some(({ label }) => label === "drop raw.orders.state")).toBe(true);
    expect(cells.filter(({ asset }) => asset === "of orders").every((one) => one.observable)).toBe(
      true,
    );
  });

  it("knows every verdict of such a build, or says less", () => {
    const missed = cells.filter(
      ({ outcome, verdict }) => outcome === "fails" && verdict === "unaffected",
    );
    expect(missed.map(({ label, asset }) => `${label} -> ${asset}`)).toEqual([]);
  });
});

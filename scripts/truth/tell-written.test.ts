import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cell } from "./compare.ts";
import { judgeWritten } from "./run-written.ts";

const SOURCES = `create table land.orders as select i::int as id, (i % 3)::int as shop, (i * 10)::int as amount from range(12) g(i);
create table land.shops as select i::int as shop, 'shop ' || i as title from range(3) g(i);`;

const MODELS = `-- ephemeral sales.known
select id, shop, amount from land.orders where id > 0
-- view sales.orders
select id, shop, amount from sales.known
-- table ops.by_shop
select shop, sum(amount) as amount from sales.orders group by shop
-- table jobs.titled
select s.title, b.amount from ops.by_shop b join land.shops s on s.shop = b.shop
-- table board.top
select title from jobs.titled where amount > 200
`;

const CONSUMERS = `name,kind,owner,tier,url,domain,dialect,tile,sql
Best,report,team,1,,d,duckdb,all,select title from board.top order by 1
Orders,report,team,1,,d,duckdb,all,select id from sales.orders order by 1
`;

const plain = { parts: 3, letters: "lower", quote: '"' };
const TEAMS = [
  { name: "sales", tells: "dbt", schemas: ["land", "sales"], spelling: plain },
  { name: "ops", tells: "sql", schemas: ["ops"], spelling: { ...plain, parts: 2, quote: "" } },
  {
    name: "jobs",
    tells: "events",
    namespace: "duckdb://warehouse.example",
    schemas: ["jobs"],
    spelling: { ...plain, parts: 2, quote: "" },
  },
  {
    name: "board",
    tells: "dbt",
    schemas: ["board"],
    spelling: { ...plain, letters: "upper", quote: "", database: "prod", schemas: "_x" },
  },
];

describe("a project that several teams tell, each in its own spelling", () => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-teams-"));
  let teams: readonly Cell[];
  let single: readonly Cell[];
  beforeAll(async () => {
    writeFileSync(join(folder, "sources.sql"), SOURCES);
    writeFileSync(join(folder, "models.sql"), MODELS);
    writeFileSync(join(folder, "consumers.csv"), CONSUMERS);
    writeFileSync(join(folder, "teams.json"), JSON.stringify(TEAMS));
    const now = "2026-01-01T00:00:00Z";
    teams = (await judgeWritten(folder, { now })).cells;
    single = (await judgeWritten(folder, { now, single: true })).cells;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const of = (cells: readonly Cell[], label: string, asset: string): Cell | undefined =>
    cells.find((cell) => cell.label === label && cell.asset.toLowerCase().endsWith(asset));

  it("is one graph over the borders: what each team keeps below a change is judged", () => {
    for (const asset of ["sales.orders", "ops.by_shop", "jobs.titled", "board_x.top", "best"])
      expect(of(teams, "unit land.orders.amount", asset)?.affected).toEqual({
        is: true,
        said: true,
      });
    expect(of(teams, "unit land.orders.amount", "orders")?.verdict).toBe("breaks_silently");
  });

  it("is skipped below a failure only within a dbt project: other jobs run on", () => {
    expect(of(single, "drop land.shops.title", "board.top")?.outcome).toBe("blocked");
    expect(of(teams, "drop land.shops.title", "board_x.top")?.outcome).toBe("stale");
  });

  it("takes no copy in another database for the real tables", () => {
    expect(teams.filter(({ asset }) => asset.includes("sandbox"))).toEqual([]);
  });
});

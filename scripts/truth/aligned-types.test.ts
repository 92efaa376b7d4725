import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cell } from "./compare.ts";
import { judgeWritten } from "./run-written.ts";

const SOURCES = `create table raw.orders as select i::int as id, 'note ' || i as note, (i * 10)::int as amount from range(12) g(i);`;

const MODELS = `-- incremental kept key=id on_schema_change=sync_all_columns
select id, note, amount from raw.orders
`;

const CONSUMERS = `name,kind,owner,tier,url,domain,dialect,tile,sql
Notes,report,team,1,,d,duckdb,all,select note from main.kept order by id
Amounts,report,team,1,,d,duckdb,all,select id from main.kept order by id
`;

describe("an incremental table whose columns are given the types of what comes", () => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-aligned-"));
  let cells: readonly Cell[];
  beforeAll(async () => {
    writeFileSync(join(folder, "sources.sql"), SOURCES);
    writeFileSync(join(folder, "models.sql"), MODELS);
    writeFileSync(join(folder, "consumers.csv"), CONSUMERS);
    cells = (await judgeWritten(folder, { now: "2026-01-01T00:00:00Z" })).cells;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const of = (label: string, asset: string): Cell | undefined =>
    cells.find((cell) => cell.label === label && cell.asset.endsWith(asset));

  it("fails where the words that it holds are to be numbers, and whoever reads it is late", () => {
    const kept = of("retype raw.orders.note", ".kept");
    expect([kept?.outcome, kept?.verdict, kept?.certainty]).toEqual([
      "fails",
      "breaks_loudly",
      "likely",
    ]);
    const amounts = of("retype raw.orders.note", "Amounts");
    expect([amounts?.outcome, amounts?.verdict]).toEqual(["stale", "degraded"]);
  });

  it("takes texts in the place of numbers, and numbers in a wider type", () => {
    for (const label of ["retype raw.orders.amount", "widen raw.orders.amount"]) {
      expect(of(label, ".kept")?.outcome).not.toBe("fails");
      expect(of(label, ".kept")?.verdict).not.toBe("breaks_loudly");
      expect(of(label, "Amounts")?.verdict).toBe("unaffected");
    }
  });
});

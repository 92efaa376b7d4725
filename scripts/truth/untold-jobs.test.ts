import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cell } from "./compare.ts";
import { judgeWritten } from "./run-written.ts";

const SOURCES = `create table land.trips as select i::int as id, 'd' || (i % 5) as device, strftime(timestamp '2024-01-01' + to_hours(i::int), '%Y-%m-%dT%H:%M') as started, ['city', 'Land', 'city '][1 + (i % 3)::int] as area, (i * 3)::int as km, ['a1', 'b2'][1 + (i % 2)::int] as code from range(40) g(i);
create table land.devices as select 'd' || i as device, ['obd', 'app'][1 + (i % 2)::int] as kind, 10 + i as firmware from range(5) g(i);`;

/** What only events tell of: names without their table and with it, texts that are cast, parsed, cut, compared. */
const MODELS = `-- table jobs.started
select id, cast(replace(started, 'T', ' ') as timestamp) as started_at, km from land.trips
-- table jobs.tried
select id, try_strptime(started, '%Y-%m-%dT%H:%M') as started_at from land.trips
-- table jobs.cut
select id, trim(lower(area)) as area, length(area) as letters, cast(substr(code, 2) as int) as number from land.trips
-- table jobs.joined
select t.id, km, area, d.kind from land.trips t join land.devices d on d.device = t.device
-- table jobs.qualified
select t.id, t.km, d.firmware from land.trips t join land.devices d on d.device = t.device
-- table jobs.boxes
select t.id, t.km from land.trips t join land.devices d on d.device = t.device where d.kind = 'obd'
`;

const READERS = ["started", "tried", "cut", "joined", "qualified", "boxes"];
const CONSUMERS = [
  "name,kind,owner,tier,url,domain,dialect,tile,sql",
  ...READERS.map((name) => `of ${name},report,t,1,,d,duckdb,all,select * from jobs.${name}`),
  "only ids,report,t,1,,d,duckdb,all,select id from jobs.started",
].join("\n");

const spelling = { parts: 2, letters: "lower", quote: "" };
const TEAMS = [
  { name: "land", tells: "sql", schemas: ["land"], spelling },
  { name: "jobs", tells: "events", namespace: "duckdb://w.example", schemas: ["jobs"], spelling },
];

describe("jobs of which events tell the columns and not the statement", () => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-untold-"));
  let cells: readonly Cell[];
  beforeAll(async () => {
    writeFileSync(join(folder, "sources.sql"), SOURCES);
    writeFileSync(join(folder, "models.sql"), MODELS);
    writeFileSync(join(folder, "consumers.csv"), CONSUMERS);
    writeFileSync(join(folder, "teams.json"), JSON.stringify(TEAMS));
    const judged = await judgeWritten(folder, { now: "2026-01-01T00:00:00Z" });
    expect(judged.refused).toEqual([]);
    cells = judged.cells;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const of = (label: string, asset: string): Cell | undefined =>
    cells.find((cell) => cell.label === label && cell.asset.endsWith(asset));

  it("are never said to be unaffected where they fail, are late or give something else", () => {
    const missed = cells.filter(
      ({ outcome, verdict }) =>
        !["same", "retyped", "reshaped"].includes(outcome) && verdict === "unaffected",
    );
    expect(missed.map(({ label, asset, outcome }) => `${label} -> ${asset} ${outcome}`)).toEqual(
      [],
    );
  });

  it("may write a name without its table, which a new column elsewhere makes ambiguous", () => {
    const found = of("collision land.devices.km", "jobs.joined");
    expect(found?.outcome).toBe("fails");
    expect([found?.verdict, found?.certainty]).toEqual(["breaks_loudly", "possible"]);
    expect(of("collision land.devices.km", "of joined")?.verdict).toBe("degraded");
  });

  it("are not held to read a new column of another name, or beside nothing that has one", () => {
    expect(of("add_column land.devices.added_column", "jobs.joined")?.verdict).toBe("unaffected");
    expect(of("collision land.trips.kind", "jobs.started")?.verdict).toBe("unaffected");
  });

  it("stop over a text that is no moment, and what reads another column of it is late", () => {
    expect(of("enum_rename land.trips.started", "jobs.started")?.verdict).toBe("breaks_loudly");
    expect(of("enum_rename land.trips.started", "only ids")?.verdict).toBe("degraded");
  });
});

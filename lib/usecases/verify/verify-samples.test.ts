import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import {
  findPostgresPrograms,
  startPostgres,
  type TestPostgres,
} from "../profile/postgres-for-tests.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { answerVerified } from "./answer-verified.ts";
import type { VerifyTarget } from "./verify-target.ts";

const AT = "2026-01-01T00:00:00Z";

const meshIn = (dialect: string) => {
  const query = (name: string, sql: string) => [{ name, dialect, sql }];
  return {
    assets: [
      {
        id: "shop.orders",
        kind: "table",
        columns: [
          { name: "id", type: "INTEGER" },
          { name: "amount", type: "INTEGER" },
          { name: "note", type: "VARCHAR" },
        ],
      },
      {
        id: "shop.totals",
        kind: "table",
        queries: query(
          "build",
          "select shop.orders.id, sum(amount) as total from shop.orders group by id",
        ),
      },
      {
        id: "Revenue",
        kind: "dashboard",
        queries: query("tile", "select sum(total) as revenue from shop.totals"),
      },
      {
        id: "Large orders",
        kind: "dashboard",
        queries: query("tile", "select id from shop.orders where amount > 1000000"),
      },
      {
        id: "Notes",
        kind: "dashboard",
        queries: query("tile", "select id from shop.orders where note <> 'x'"),
      },
      {
        id: "Digits",
        kind: "dashboard",
        queries: query("tile", "select cast(note as integer) as n from shop.orders"),
      },
    ],
    edges: [],
  };
};

async function verify(target: VerifyTarget, changes: readonly ChangeInput[]): Promise<Assessment> {
  const parser = await loadSqlParser();
  const path = "mesh.json";
  const text = JSON.stringify(meshIn(target.kind === "postgres" ? "postgres" : "duckdb"));
  const read = readSources({ files: [{ path, root: path, text }], parser, at: AT });
  const { graph } = await assembleSources({ parser }, read);
  const view = { graph, snapshot: buildSnapshot(graph), asOf: { version: 1, at: AT } };
  const answer = await answerVerified(view, { changes, verify: target });
  if (!answer.ok) throw new Error(answer.error.message);
  if ("results" in answer.value || isChangeError(answer.value)) throw new Error("one assessment");
  return answer.value;
}

const entry = (assessment: Assessment, name: string) =>
  assessment.verdicts.find(({ asset }) => asset.name === name);

const ROWS = [1, 2, 3, 4, 5, 6].map((id) => [id, id * 10, `${id}`] as const);
const amount = { asset: "shop.orders", column: "amount" } as const;
const note = { asset: "shop.orders", column: "note" } as const;

/** What holds wherever the statements run. */
function holdsOn(targetOf: () => VerifyTarget): void {
  it("other values that reach a dashboard are proved by run", async () => {
    const answer = await verify(targetOf(), [{ kind: "unit_or_meaning_changed", ...amount }]);
    expect(entry(answer, "Revenue")).toMatchObject({
      verdict: "breaks_silently",
      certainty: "certain",
      proof: { outcome: "differs", basis: "proved by run" },
    });
    expect(entry(answer, "Revenue")?.because.at(-1)?.text).toMatch(/^proved by run on /);
  });

  it("a query that gives no rows on the samples proves nothing", async () => {
    const answer = await verify(targetOf(), [
      { kind: "unit_or_meaning_changed", ...amount, orderPreserving: false },
    ]);
    expect(entry(answer, "Large orders")?.proof).toMatchObject({ outcome: "binds" });
    expect(entry(answer, "Large orders")?.proof?.basis).toBeUndefined();
    expect(entry(answer, "Large orders")?.verdict).toBe("breaks_silently");
  });

  it("values that no longer cast fail with the engine's words, and what read the rest differs", async () => {
    const answer = await verify(targetOf(), [
      { kind: "type_incompatible", ...note, fromType: "VARCHAR", toType: "VARCHAR" },
    ]);
    expect(entry(answer, "Digits")).toMatchObject({
      verdict: "breaks_loudly",
      certainty: "certain",
      run: "fails",
      proof: { outcome: "fails", basis: "proved by run" },
    });
  });

  it("a prediction that does not come true is a miss, and the run's word stands", async () => {
    const answer = await verify(targetOf(), [
      { kind: "enum_value_removed_or_renamed", ...note, value: "zz", to: "x" },
    ]);
    expect(entry(answer, "Notes")).toMatchObject({
      verdict: "unaffected",
      proof: { outcome: "same", predicted: { verdict: "breaks_silently" } },
    });
    expect(answer.misses).toContainEqual({
      asset: "Notes",
      predicted: { verdict: "breaks_silently", certainty: expect.any(String) },
      ran: "unaffected",
      proof: "same",
    });
  });

  it("a table whose build fails keeps its rows, and its readers stay late", async () => {
    const answer = await verify(targetOf(), [{ kind: "drop_column", ...amount }]);
    expect(entry(answer, "shop.totals")?.proof).toMatchObject({ outcome: "fails" });
    expect(entry(answer, "Revenue")).toMatchObject({
      verdict: "degraded",
      proof: { outcome: "same" },
    });
  });
}

describe("statements that are run over samples in DuckDB", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "faultline-samples-"));
    const lines = ROWS.map((row) => row.join(",")).join("\n");
    writeFileSync(join(folder, "shop.orders.csv"), `id,amount,note\n${lines}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  holdsOn(() => ({ kind: "samples", folder }));

  it("without a folder are refused with the next step", async () => {
    await expect(
      verify({ kind: "samples", folder: join(folder, "nowhere") }, [
        { kind: "drop_column", ...amount },
      ]),
    ).rejects.toThrow(/no such folder/);
  });
});

const programs = findPostgresPrograms();

describe.skipIf(programs === undefined)("statements that are run in a PostgreSQL", () => {
  let server: TestPostgres;
  let client: Client;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
    const postgres = (await import("pg")).default;
    client = new postgres.Client({ connectionString: server.url });
    await client.connect();
    await client.query("create schema shop");
    await client.query("create table shop.orders (id integer, amount integer, note varchar)");
    for (const row of ROWS)
      await client.query("insert into shop.orders values ($1, $2, $3)", [...row]);
  }, 60_000);
  afterAll(async () => {
    await client?.end();
    server?.stop();
  });

  holdsOn(() => ({ kind: "postgres", url: server.url }));

  it("leave nothing behind", async () => {
    const before = await client.query("select * from shop.orders order by id");
    await verify({ kind: "postgres", url: server.url }, [{ kind: "row_count_drop", ...amount }]);
    const after = await client.query("select * from shop.orders order by id");
    expect(after.rows).toEqual(before.rows);
    const made = await client.query("select relname from pg_class where relname ~ 'faultline'");
    expect(made.rows).toEqual([]);
  });
});

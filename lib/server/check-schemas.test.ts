import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { checkStored } from "#lib/usecases/gate/check-stored.ts";
import { checkAnswerSchema } from "./check-schemas.ts";

const FILE = join(import.meta.dirname, "..", "..", "docs", "check.schema.json");

it("the published schema is that of the answer", () => {
  const schema = z.toJSONSchema(checkAnswerSchema, { io: "output" });
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (process.env["UPDATE_SCHEMAS"] === "1") writeFileSync(FILE, text);
  expect(readFileSync(FILE, "utf8")).toBe(text);
});

it("a real answer fits the schema", async () => {
  const side = (label: string, text: string) => ({
    label,
    files: [{ path: `${label}.sql`, root: `${label}.sql`, text }],
  });
  const view = "create view v as select id, amount * 2 as twice from orders where amount > 0;\n";
  const answer = await checkStored({
    base: side(
      "base",
      `create table orders (id integer not null, amount integer, s varchar unique);\n${view}`,
    ),
    head: side(
      "head",
      `create table orders (id integer, amount varchar, s varchar, n date);\n${view.replace("> 0", "> 1")}`,
    ),
    policy: DEFAULT_GATE,
    waivers: [],
    now: "2026-03-03T09:00:00Z",
  });
  if (!answer.ok) throw new Error(answer.error.message);
  expect(answer.value.changes.length).toBeGreaterThan(3);
  const parsed = checkAnswerSchema.safeParse(JSON.parse(JSON.stringify(answer.value)));
  expect(parsed.error?.issues ?? []).toEqual([]);
});

it("an answer that a run contradicts fits the schema", async () => {
  const state = (sql: string) => ({
    assets: [
      { id: "shop.orders", kind: "table", columns: [{ name: "amount", type: "INTEGER" }] },
      { id: "shop.totals", kind: "view", queries: [{ name: "build", dialect: "duckdb", sql }] },
      {
        id: "Revenue",
        kind: "dashboard",
        queries: [{ name: "tile", dialect: "duckdb", sql: "select total from shop.totals" }],
      },
    ],
    edges: [],
  });
  const folder = mkdtempSync(join(tmpdir(), "faultline-check-schema-"));
  try {
    writeFileSync(join(folder, "orders.csv"), "amount\n10\n20\n");
    const side = (label: string, sql: string) => ({
      label,
      files: [{ path: `${label}.json`, root: `${label}.json`, text: JSON.stringify(state(sql)) }],
    });
    const answer = await checkStored({
      base: side("base", "select sum(amount) as total from shop.orders"),
      head: side("head", "select sum(amount * 2) / 2 as total from shop.orders"),
      policy: DEFAULT_GATE,
      waivers: [],
      now: "2026-03-03T09:00:00Z",
      verify: { kind: "samples", folder },
    });
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer.value.assessment.misses).toMatchObject([{ asset: "Revenue" }]);
    const parsed = checkAnswerSchema.safeParse(JSON.parse(JSON.stringify(answer.value)));
    expect(parsed.error?.issues ?? []).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerFromFiles } from "../ask/answer-from-files.ts";

/*
 * What a BI tool's export cannot tell must not read as safe: through files, names, queries and the engine to the verdict.
 */

const field = (id: number, name: string) => ({ id, name, base_type: "type/Text" });
const DATABASE = {
  id: 1,
  name: "Shop",
  engine: "postgres",
  details: { dbname: "shop" },
  tables: [
    {
      id: 10,
      db_id: 1,
      schema: "public",
      name: "orders",
      fields: [field(100, "amount"), field(101, "region"), field(102, "created_at")],
    },
  ],
};
const native = (query: string, tags: object = {}) => ({
  type: "native",
  database: 1,
  native: { query, "template-tags": tags },
});
const CARDS = [
  {
    id: 1,
    name: "filtered",
    dataset_query: native("select region, count(*) from public.orders where {{d}} group by 1", {
      d: { type: "dimension", dimension: ["field", 102, null] },
    }),
  },
  {
    id: 2,
    name: "snippet",
    dataset_query: native("select region from public.orders where {{snippet: active}}"),
  },
  {
    id: 3,
    name: "metric",
    dataset_query: {
      type: "query",
      database: 1,
      query: { "source-table": 10, aggregation: [["metric", 9]] },
    },
  },
  {
    id: 4,
    name: "plain",
    dataset_query: native("select region, count(*) from public.orders group by 1"),
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dashboards-"));
  await writeFile(join(folder, "database.json"), JSON.stringify(DATABASE));
  await writeFile(join(folder, "cards.json"), JSON.stringify(CARDS));
  const columns = "amount numeric, region text, created_at timestamp";
  await writeFile(join(folder, "ddl.sql"), `create table shop.public.orders (${columns});`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const judge = async (column: string): Promise<Record<string, string>> => {
  const answered = await answerFromFiles({
    paths: [folder],
    cwd: folder,
    request: {
      changes: [{ kind: "drop_column", asset: "shop.public.orders", column }],
      now: "2026-11-20T03:00:00Z",
    },
  });
  if (!answered.ok || !("verdicts" in answered.value.answer)) throw new Error("no answer");
  return Object.fromEntries(
    answered.value.answer.verdicts.map(({ asset, verdict }) => [asset.name, verdict]),
  );
};

it("a card whose filter widget is over a column fails without it; what is not in the export is unknown", async () => {
  expect(await judge("created_at")).toMatchObject({
    filtered: "breaks_loudly",
    snippet: "unknown",
    metric: "unknown",
  });
  expect((await judge("created_at"))["plain"]).toMatch(/unaffected|undefined/);
});

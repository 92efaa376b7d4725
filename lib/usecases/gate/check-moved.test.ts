import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

const NOW = "2026-03-03T09:00:00Z";

const COLUMNS = { id: "INTEGER", amount: "INTEGER", status: "VARCHAR" };

/** A project whose models name each other as dbt compiles it: `orders` by the relation that it has. */
function project(
  orders: string,
  {
    id = "model.shop.orders",
    sql = "select id, amount, status from dev.raw.orders_in",
    columns = COLUMNS as Readonly<Record<string, string>>,
    more = {},
  }: {
    readonly id?: string;
    readonly sql?: string;
    readonly columns?: Readonly<Record<string, string>>;
    readonly more?: Readonly<Record<string, unknown>>;
  } = {},
): { readonly nodes: readonly TestNode[]; readonly sources: readonly TestNode[] } {
  const named = orders.replaceAll('"', "");
  const model = (name: string, query: string): TestNode => ({
    id: `model.shop.${name}`,
    relation: `"dev"."main"."${name}"`,
    sql: query,
    raw: `select of ${name} from {{ ref('orders') }}`,
    needs: [id],
  });
  return {
    sources: [
      { id: "source.shop.raw.orders_in", relation: '"dev"."raw"."orders_in"', columns: COLUMNS },
    ],
    nodes: [
      {
        id,
        relation: orders,
        sql,
        raw: "select from {{ source('raw', 'orders_in') }}",
        columns,
        needs: ["source.shop.raw.orders_in"],
        more,
      },
      model("totals", `select sum(amount) as total from ${named}`),
      model("names", `select id, status from ${named}`),
      {
        id: "model.shop.raw_copy",
        relation: '"dev"."main"."raw_copy"',
        sql: "select id from dev.raw.orders_in",
      },
    ],
  };
}

/** Read by the relation's name: a dashboard's query, and a source of another project. */
const OTHERS = {
  assets: [
    {
      id: "board",
      kind: "dashboard",
      queries: [
        { name: "t", dialect: "duckdb", sql: "select sum(amount) as a from dev.main.orders" },
      ],
    },
  ],
  edges: [],
};
const OTHER_PROJECT = dbtProject({
  name: "finance",
  sources: [
    { id: "source.finance.shop.orders", relation: '"dev"."main"."orders"', columns: COLUMNS },
  ],
  nodes: [
    {
      id: "model.finance.ledger",
      relation: '"dev"."finance"."ledger"',
      sql: 'select id, amount from "dev"."main"."orders"',
      needs: ["source.finance.shop.orders"],
    },
  ],
});

let folder: string;
let store: LineageStore;
const BASE = project('"dev"."main"."orders"');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-moved-"));
  const opened = await openStore(`file:${join(folder, "store")}`, {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  const paths = [
    ["others.json", JSON.stringify(OTHERS)] as const,
    ...[...filesOf("shop", BASE), ...OTHER_PROJECT].map(
      ({ path, text }) => [path.replaceAll("/", "-"), text] as const,
    ),
  ].map(([name, text]) => {
    // Each project in a folder of its own: its manifest and its catalog.
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  const parser = await loadSqlParser();
  const done = await ingestPaths({ paths, cwd: folder, now: NOW, parser, store });
  if (!done.ok) throw new Error("nothing was taken over");
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const filesOf = (label: string, { nodes, sources }: ReturnType<typeof project>) =>
  dbtProject({ name: "shop", folder: label, nodes, sources });

const sideOf = (label: string, of: ReturnType<typeof project>) => ({
  label,
  files: filesOf(label, of).map((file) => ({ ...file, root: label })),
});

async function check(head: ReturnType<typeof project>, base = BASE): Promise<CheckAnswer> {
  const answer = await checkStored({
    base: sideOf("base", base),
    head: sideOf("head", head),
    policy: DEFAULT_GATE,
    waivers: [],
    now: NOW,
    store,
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const changesIn = ({ changes }: CheckAnswer): readonly string[] =>
  changes.map(({ kind, asset, column }) => `${kind} ${asset.name}${column ? `.${column}` : ""}`);

const failing = ({ findings }: CheckAnswer): readonly string[] =>
  findings
    .filter(({ verdict }) => verdict === "breaks_loudly")
    .map(({ asset }) => asset.shortName)
    .sort();

describe("a model that is built under another name", () => {
  it.each([
    ["another alias", '"dev"."main"."orders_v2"'],
    ["another schema", '"dev"."core"."orders"'],
    ["another database", '"prod"."main"."orders"'],
  ])("%s: who reads it by ref() goes on, who names the old relation fails", async (_what, to) => {
    const answer = await check(project(to));
    expect(changesIn(answer)).toEqual(["table_dropped_or_renamed dev.main.orders"]);
    expect(answer.changes[0]).toMatchObject({ after: to.replaceAll('"', "") });
    expect(failing(answer)).toEqual(["board", "ledger"]);
  });

  it("loses a column as well: who reads that by ref() fails too", async () => {
    const head = project('"dev"."main"."orders_v2"', {
      sql: "select id, amount from dev.raw.orders_in",
      columns: { id: "INTEGER", amount: "INTEGER" },
    });
    const answer = await check(head);
    expect(changesIn(answer)).toEqual([
      "table_dropped_or_renamed dev.main.orders",
      "drop_column dev.main.orders_v2.status",
    ]);
    expect(failing(answer)).toEqual(["board", "ledger", "names"]);
  });

  it("harms nobody where its file is called otherwise and an alias keeps the old name", async () => {
    const answer = await check(
      project('"dev"."main"."orders"', { id: "model.shop.orders_renamed" }),
    );
    expect(changesIn(answer)).toEqual([]);
    expect(answer.findings).toEqual([]);
  });

  it("is compared where its file is called otherwise: a column less is told", async () => {
    const answer = await check(
      project('"dev"."main"."orders"', {
        id: "model.shop.orders_renamed",
        sql: "select id, status from dev.raw.orders_in",
        columns: { id: "INTEGER", status: "VARCHAR" },
      }),
    );
    expect(changesIn(answer)).toEqual(["drop_column dev.main.orders.amount"]);
    expect(failing(answer)).toEqual(["board", "ledger", "totals"]);
  });

  it("readers by ref() that were not compiled again read it under its new name", async () => {
    const head = project('"dev"."main"."orders_v2"');
    const nodes = head.nodes.map((node) =>
      node.id === "model.shop.orders" ? node : { ...node, more: { compiled_code: null } },
    );
    const answer = await check({ ...head, nodes });
    expect(failing(answer)).toEqual(["board", "ledger"]);
  });

  it("by half of a project is no build of the whole project elsewhere", async () => {
    const small = (of: ReturnType<typeof project>) => ({ ...of, nodes: of.nodes.slice(0, 2) });
    const answer = await check(small(project('"dev"."core"."orders"')), small(BASE));
    expect(failing(answer)).toEqual(["board", "ledger"]);
  });
});

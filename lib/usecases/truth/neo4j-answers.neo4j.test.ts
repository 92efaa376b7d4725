import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type AssetId, columnId } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { questionOf } from "#lib/store/neo4j/documented-questions.conformance.ts";
import { openEmptyNeo4j, runCypher } from "#lib/store/neo4j/empty-database.conformance.ts";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { answerImpact, type ImpactAnswer } from "../ask/answer-impact.ts";
import { readChanges, readChangesText } from "../ask/read-changes.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { openWorkspace } from "../graph/workspace.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readNames } from "../sources/read-names.ts";
import { readPaths } from "../sources/read-paths.ts";

const uri = inject("neo4jUri") ?? "";
const SEED = join(import.meta.dirname, "..", "..", "..", "graph-seed");
const ACCEPTANCE = join(
  import.meta.dirname,
  "..",
  "..",
  "..",
  "..",
  "shared",
  "data",
  "scenarios.json",
);
const NOW = "2026-11-16T05:00:00Z";

/** Small worlds that meet what is hard to keep in a store: odd names, queries, silence, several owners, effects of all kinds. */
const SCENARIOS = {
  scenarios: [
    {
      id: "renamed in the source",
      assets: [
        { id: "orders", kind: "table", owner: "team-shop", columns: ["id", "amount"] },
        { id: "revenue", kind: "dashboard", owner: "team-finance", tier: 1 },
      ],
      edges: [{ from: "orders.amount", to: "revenue.total", use: "AGG_SUM" }],
      changes: [{ kind: "rename_column", asset: "orders", column: "amount", to: "cents" }],
    },
    {
      id: "nulls that a filter drops",
      assets: [
        { id: "events", kind: "topic", domain: "checkout", columns: ["user", "Ünïcode ☂"] },
        { id: "sessions", kind: "table", domain: "analytics", columns: ["user"] },
        { id: "churn", kind: "ml_model", domain: "risk", tier: 2 },
      ],
      edges: [
        { from: "events.user", to: "sessions.user", use: "IDENTITY" },
        { from: "events.Ünïcode ☂", to: "sessions", use: "FILTER" },
        { from: "sessions.user", to: "churn.feature", use: "ML_FEATURE" },
      ],
      changes: [
        { kind: "null_rate_increase", asset: "events", column: "Ünïcode ☂", nullShare: 0.3 },
      ],
    },
    {
      id: "a/b::#%",
      assets: [
        { id: "t", kind: "table", columns: ["a", "b"] },
        { id: "v", kind: "view", columns: ["a"] },
        { id: "r", kind: "report", tier: 1, sla: "daily" },
      ],
      edges: [
        { from: "t.a", to: "v.a", use: "CAST" },
        { from: "t.b", to: "v", use: "JOIN_LEFT" },
        { from: "v.a", to: "r.a", use: "SOMETHING_NEW" },
      ],
      changes: [
        { kind: "type_change", asset: "t", column: "a", fromType: "int", toType: "varchar" },
        { kind: "drop_column", asset: "t", column: "b" },
      ],
    },
    {
      id: "a name that nobody knows",
      assets: [{ id: "only", kind: "table", columns: ["x"] }],
      edges: [],
      changes: [{ kind: "drop_column", asset: "missing", column: "x" }],
    },
  ],
};

const folder = mkdtempSync(join(tmpdir(), "faultline-answers-"));
const OWN = join(folder, "scenarios.json");
writeFileSync(OWN, JSON.stringify(SCENARIOS));
const FILES = [OWN, ...(existsSync(ACCEPTANCE) ? [ACCEPTANCE] : [])];

interface BothStores {
  readonly embedded: LineageStore;
  readonly neo4j: LineageStore;
}

const embeddedUrl = (name: string): string => `file:${join(folder, name)}`;

const openBoth = async (name: string): Promise<BothStores> => ({
  embedded: unwrap(await openStore(embeddedUrl(name), {})),
  neo4j: await openEmptyNeo4j(uri),
});

async function inBoth<T>(
  { embedded, neo4j }: BothStores,
  ask: (store: LineageStore) => Promise<T>,
): Promise<readonly [embedded: T, neo4j: T]> {
  return [await ask(embedded), await ask(neo4j)];
}

async function viewOf(store: LineageStore, at?: string): Promise<GraphView> {
  const view = await loadGraphView(store, at);
  if (!view.ok) throw new Error(view.error.message);
  return view.value;
}

async function ingest(
  store: LineageStore,
  request: Pick<Parameters<typeof ingestPaths>[0], "paths" | "names" | "cwd"> & { at?: string },
) {
  const { at = NOW, ...rest } = request;
  return unwrap(await ingestPaths({ ...rest, store, parser: await loadSqlParser(), now: at }));
}

/** The view that the app has after news: read in full before them, and by the change feed from there. */
async function viewByFeed(url: string, grow: () => Promise<unknown>): Promise<GraphView> {
  const workspace = openWorkspace({
    open: () => openStore(url, process.env),
    now: () => new Date(NOW),
    pollMs: 60_000,
  });
  await workspace.view();
  await grow();
  await workspace.refresh();
  const view = await workspace.view();
  await workspace.close();
  if (!view.ok) throw new Error(view.error.message);
  return view.value;
}

describe.skipIf(uri === "")("answers over Neo4j and over the embedded store", () => {
  it.each(FILES.map((file) => [file.split("/").at(-1) ?? file, file]))(
    "are the same bytes for every scenario of %s",
    async (_, file) => {
      const stores = await openBoth(`scenarios-${FILES.indexOf(file)}`);
      const { changeSets } = await readPaths({
        paths: [file],
        parser: await loadSqlParser(),
        now: NOW,
      });
      const reports = await inBoth(stores, (store) => ingest(store, { paths: [file] }));
      expect(JSON.stringify(reports[1])).toBe(JSON.stringify(reports[0]));
      const views = await inBoth(stores, (store) => viewOf(store));
      expect(changeSets.length).toBeGreaterThan(3);
      let verdicts = 0;
      for (const { scenario, changes } of changeSets) {
        const [embedded, neo4j] = views.map((view) => {
          const asked = readChanges(changes, scenario ?? file);
          if (!asked.ok) throw new Error(asked.error.message);
          return JSON.stringify(answerImpact(view, { changes: asked.value, now: NOW }));
        });
        expect([scenario, neo4j]).toEqual([scenario, embedded]);
        verdicts += embedded?.split('"verdict":"breaks').length ?? 0;
      }
      // Two answers that say nothing would be equal too.
      expect(verdicts).toBeGreaterThan(changeSets.length);
      await stores.embedded.close();
      await stores.neo4j.close();
    },
  );
});

interface DemoState {
  readonly folder: string;
  readonly at: string;
}

async function demoNames() {
  const names = await readNames(join(SEED, "company", "faultline.yaml"));
  if (!names.ok) throw new Error(names.error.message);
  return names.value;
}

const statesOfTheDemo = (): readonly DemoState[] => [
  ...readdirSync(join(SEED, "history"))
    .sort()
    .map((date) => ({ folder: join(SEED, "history", date), at: `${date}T00:00:00.000Z` })),
  { folder: join(SEED, "company", "sources"), at: NOW },
];

describe.skipIf(uri === "")("the demo company in Neo4j", () => {
  let stores: BothStores;
  let byFeed: readonly [embedded: GraphView, neo4j: GraphView];

  beforeAll(async () => {
    const names = await demoNames();
    stores = await openBoth("demo");
    const fill = async (store: LineageStore, { folder, at }: DemoState): Promise<string> => {
      const paths = readdirSync(folder)
        .sort()
        .map((name) => join(folder, name));
      return JSON.stringify(await ingest(store, { paths, cwd: folder, names, at }));
    };
    const states = statesOfTheDemo();
    for (const state of states.slice(0, -1)) {
      const [embedded, neo4j] = await inBoth(stores, (store) => fill(store, state));
      expect(neo4j).toBe(embedded);
    }
    const [last] = states.slice(-1);
    if (last === undefined) throw new Error("the demo has no present");
    byFeed = [
      await viewByFeed(embeddedUrl("demo"), () => fill(stores.embedded, last)),
      await viewByFeed(uri, () => fill(stores.neo4j, last)),
    ];
    // The graph for people follows the answers; closing waits for it.
    await stores.neo4j.close();
    stores = { ...stores, neo4j: unwrap(await openStore(uri, process.env)) };
  }, 180_000);

  afterAll(async () => {
    await stores?.embedded.close();
    await stores?.neo4j.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells every story in the same bytes, read in full, from the change feed, and as it was", async () => {
    const inFull = await inBoth(stores, (store) => viewOf(store));
    const past = await inBoth(stores, (store) => viewOf(store, "1"));
    const stories = readdirSync(SEED).filter((name) =>
      existsSync(join(SEED, name, "changes.json")),
    );
    expect(stories.length).toBeGreaterThan(4);
    for (const story of stories) {
      const file = join(SEED, story, "changes.json");
      const asked = readChangesText(readFileSync(file, "utf8"), file);
      if (!asked.ok) throw new Error(asked.error.message);
      const answer = (view: GraphView): string =>
        JSON.stringify(answerImpact(view, { changes: asked.value, now: NOW }));
      const [embedded, ...others] = [...inFull, ...byFeed].map(answer);
      expect(embedded).toContain('"verdict":"breaks');
      for (const other of others) expect([story, other]).toEqual([story, embedded]);
      expect(answer(past[1])).toBe(answer(past[0]));
    }
  });

  it("answers which dashboards read a column: all that the engine says break with it, and whoever reads its rows", async () => {
    const view = await viewOf(stores.embedded);
    const { asset, key } = columnOf(view, "checkout.orders", "amount_cents");
    const rows = await runCypher(uri, questionOf("dashboards-that-read-a-column"), { column: key });
    const dashboards = rows.map((row) => row["dashboard"]);
    const answer = answerImpact(view, {
      changes: [{ kind: "drop_column", asset, column: "amount_cents" }],
      now: NOW,
    });
    const broken = brokenDashboards(answer.ok ? answer.value : undefined);
    expect(broken.length).toBeGreaterThan(2);
    expect(dashboards).toEqual(expect.arrayContaining([...broken]));
    const reading = readersOf(view, asset);
    const wholly = [...reading].flatMap((id) => view.graph.assets.get(id)?.attributes.partOf ?? []);
    for (const name of dashboards) {
      const named = [...reading, ...wholly].map((id) => view.graph.assets.get(id)?.name);
      expect(named).toContain(name);
    }
    expect(dashboards).toEqual(expect.arrayContaining(["Campaign ROI", "Revenue today"]));
  });

  it("answers who owns what reads a table", async () => {
    const view = await viewOf(stores.embedded);
    const { asset: table } = columnOf(view, "checkout.orders", "id");
    const rows = await runCypher(uri, questionOf("owners-of-what-reads-a-table"), { table });
    const expected: Record<string, string[]> = {};
    for (const id of readersOf(view, table)) {
      const { name = "", attributes } = view.graph.assets.get(id) ?? {};
      const owner = attributes?.owner ?? "nobody";
      expected[owner] = [...(expected[owner] ?? []), name].sort();
    }
    const found = rows.map(({ owner, assets }) => [owner, [...(assets as string[])].sort()]);
    expect(Object.fromEntries(found)).toEqual(expected);
    expect(expected["finance-tax"]).toEqual(["VAT return"]);
    expect(Object.keys(expected).length).toBeGreaterThan(8);
  });

  it("answers which tables have no owner and are read by tier 1: none, until somebody reads a sheet of nobody", async () => {
    const ask = () => runCypher(uri, questionOf("tables-without-owner-read-by-tier-1"));
    expect(await ask()).toEqual([]);
    const sheet = join(folder, "targets.yaml");
    writeFileSync(
      sheet,
      `assets:
  - {id: targets, kind: table, columns: [amount]}
  - {id: plan, kind: view, owner: finance-data}
  - {id: Board plan, kind: report, owner: finance-data, tier: 1}
edges:
  - {from: targets.amount, to: plan.amount, use: IDENTITY}
  - {from: plan.amount, to: Board plan.amount, use: AGG_SUM}
`,
    );
    const store = unwrap(await openStore(uri, process.env));
    await ingest(store, { paths: [sheet], names: await demoNames() });
    await store.close();
    expect(await ask()).toEqual([{ table: "targets", consumers: ["Board plan"] }]);
  });
});

/** Every asset downstream, walked over the merged edges: what the graph for people must agree with. */
function readersOf(view: GraphView, table: AssetId): ReadonlySet<AssetId> {
  const reached = new Set<AssetId>([table]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const { id, edges } of view.graph.assets.values()) {
      if (edges.some(({ from }) => reached.has(from.asset))) reached.add(id);
      for (const { from, via } of edges)
        if (via !== undefined && reached.has(from.asset)) reached.add(via);
    }
  }
  reached.delete(table);
  return reached;
}

/** Dashboards that break by themselves. */
function brokenDashboards(answer: ImpactAnswer | undefined): readonly string[] {
  if (answer === undefined || !("verdicts" in answer)) throw new Error("no assessment");
  return answer.verdicts
    .filter(({ asset, verdict }) => asset.kind === "dashboard" && verdict.startsWith("breaks_"))
    .map(({ asset }) => asset.name);
}

function columnOf(view: GraphView, name: string, column: string) {
  const asset = [...view.graph.assets.values()].find((one) => one.name === name);
  if (asset === undefined) throw new Error(`the demo has no ${name}`);
  return { asset: asset.id, key: columnId(asset.id, column) };
}

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import type { Result } from "#lib/kit/result.ts";
import { type AssetId, assetId, assetNameOf, columnId } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { ingestPaths } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";

/**
 * How fast do the stores take lineage, and against what? Embedded: a batch from memory, the same batch again, reading all
 * back; the peer is one row for each edge in the same database engine. Files: OpenLineage events on disk, from their first
 * byte to the commit; the peer only parses their JSON. Neo4j: the same batch over Bolt; the peer is UNWIND … MERGE by key.
 * Each peer gets the same graph in the same run. CPU time is given beside the time of the clock, which other work on the
 * machine stretches: of this process, and of Neo4j's where it runs here.
 *
 * `npx tsx bench/store-write.ts [EDGES, 1000000] [EDGES for Neo4j, 200000] [EDGES in files, 200000]`; 0 leaves one out.
 */
interface Shape {
  readonly columns: number;
  readonly edgesPerTable: number;
}

/** What most tables look like, and what wide marts do: their events are few and large. */
const NARROW: Shape = { columns: 12, edgesPerTable: 20 };
const WIDE: Shape = { columns: 200, edgesPerTable: 400 };
const USES = ["IDENTITY", "ARITH", "AGG_SUM"] as const;
const PEER_EDGES_AT_A_TIME = 10_000;

const EVENTS_PER_FILE = 500;

const [embeddedEdges = 1_000_000, neo4jEdges = 200_000, fileEdges = 200_000] = process.argv
  .slice(2)
  .map(Number);

function buildBatch(edges: number, shape = NARROW): LineageBatch {
  const tables = Math.ceil(edges / shape.edgesPerTable);
  const ids = Array.from({ length: tables }, (_, at) =>
    assetId("postgres://warehouse:5432", `mart.d${at % 12}.table_${at}`),
  );
  return {
    source: { id: "dbt:bench", kind: "dbt", label: "bench" },
    at: "2026-01-01T00:00:00Z",
    complete: true,
    problems: [],
    claims: ids.map((asset, at) => buildClaim({ asset, at, ids, shape })),
  };
}

function buildClaim({
  asset,
  at,
  ids,
  shape: { columns, edgesPerTable },
}: {
  asset: AssetId;
  at: number;
  ids: readonly AssetId[];
  shape: Shape;
}): AssetClaim {
  const file = `models/table_${at}.sql`;
  return {
    asset,
    namespace: "postgres://warehouse:5432",
    name: `mart.d${at % 12}.table_${at}`,
    kind: "table",
    attributes: { domain: `d${at % 12}`, owner: `team-${at % 30}` },
    columns: Array.from({ length: columns }, (_, column) => ({
      name: `col_${column}`,
      type: "varchar",
    })),
    columnsComplete: true,
    edges: Array.from({ length: edgesPerTable }, (_, edge) => ({
      from: {
        asset: ids[sourceOf({ at, edge, tables: ids.length })] ?? asset,
        column: `col_${edge % columns}`,
      },
      to: { asset, column: `col_${(edge * 7) % columns}` },
      use: USES[edge % USES.length] ?? "IDENTITY",
      provenance: { file, line: 1 + (edge >> 2) },
    })),
    queries: [],
    aliases: [],
    provenance: { file },
  };
}

/** Never the table itself: an event that says so is a self-loop, and its edges are left out with a problem. */
function sourceOf({
  at,
  edge,
  tables,
}: {
  readonly at: number;
  readonly edge: number;
  readonly tables: number;
}): number {
  const source = (at * 7 + (edge >> 3) * 13 + 1) % tables;
  return source === at ? (at + 1) % tables : source;
}

interface Line {
  readonly what: string;
  readonly edges: number;
  readonly ms: number;
  /** CPU time of this process. */
  readonly cpuMs: number;
  readonly serverMs?: number | undefined;
  readonly note?: string;
}

/** The process of Neo4j, while one of this machine runs. */
let serverPid: number | undefined;

/** CPU time that the server has taken, in ms; undefined where the system does not say. */
function serverCpu(): number | undefined {
  try {
    const [, fields = ""] = readFileSync(`/proc/${serverPid}/stat`, "utf8").split(") ");
    const [user, system] = fields.split(" ").slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) * 10;
  } catch {
    return undefined;
  }
}

async function time(
  what: string,
  edges: number,
  task: () => Promise<string | undefined> | string | undefined,
): Promise<Line> {
  const [started, cpu, server] = [performance.now(), process.cpuUsage(), serverCpu()];
  const note = await task();
  const { user, system } = process.cpuUsage(cpu);
  const after = serverCpu();
  return {
    what,
    edges,
    ms: performance.now() - started,
    cpuMs: (user + system) / 1000,
    serverMs: server === undefined || after === undefined ? undefined : after - server,
    ...(note === undefined ? {} : { note }),
  };
}

function must<T>(result: Result<T, StoreError>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

const apply = async (store: LineageStore, batch: LineageBatch): Promise<undefined> => {
  must(await store.apply(batch));
};

async function benchEmbedded(edges: number): Promise<readonly Line[]> {
  const folder = mkdtempSync(join(tmpdir(), "faultline-bench-"));
  const batch = buildBatch(edges);
  const touched = batch.claims.map((claim, at) =>
    at % 100 === 0 ? { ...claim, kind: "view" as const } : claim,
  );
  const store = must(await openStore(`file:${folder}`, {}));
  const before = process.memoryUsage().rss;
  const lines = [
    await time("embedded, new", edges, () => apply(store, batch)),
    await time("embedded, unchanged", edges, () => apply(store, batch)),
    await time("embedded, unchanged and seen later", edges, () =>
      apply(store, { ...batch, at: "2026-01-02T00:00:00Z" }),
    ),
    await time("embedded, 1% changed", edges, () => apply(store, { ...batch, claims: touched })),
    await time(
      "embedded, read all",
      edges,
      async () => `${must(await store.claims()).length} claims`,
    ),
  ];
  const memory = Math.round((process.memoryUsage().rss - before) / 1e6);
  await store.close();
  const size = Math.round(statSync(join(folder, "faultline.db")).size / 1e6);
  const peer = await time("peer: a row for each edge", edges, () =>
    writeNaively(join(folder, "peer.db"), batch),
  );
  const peerSize = Math.round(statSync(join(folder, "peer.db")).size / 1e6);
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(
    `Embedded: ${size} MB on disk (peer ${peerSize} MB), ${memory} MB of memory more than before.\n\n`,
  );
  return [...lines, peer];
}

function writeNaively(file: string, batch: LineageBatch): string {
  const db = new Database(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec(
    "CREATE TABLE edges (upstream TEXT, downstream TEXT, use TEXT, provenance TEXT, PRIMARY KEY (upstream, downstream, use))",
  );
  const add = db.prepare("INSERT OR REPLACE INTO edges VALUES (?, ?, ?, ?)");
  db.exec("BEGIN");
  for (const { from, to, use, provenance } of batch.claims.flatMap((claim) => claim.edges)) {
    add.run(
      columnId(from.asset, from.column ?? ""),
      columnId(to.asset, to.column ?? ""),
      use,
      JSON.stringify(provenance),
    );
  }
  db.exec("COMMIT");
  db.close();
  return "one transaction";
}

/** Events as a Spark job sends them: one for each table, with its schema and where each column comes from. */
function writeEvents(folder: string, { claims }: LineageBatch): void {
  const lines = claims.map((claim, at) => {
    const fields: Record<string, { inputFields: unknown[] }> = {};
    const inputs = new Map<string, { namespace: string; name: string }>();
    for (const { from, to } of claim.edges) {
      const { namespace, name } = assetNameOf(from.asset);
      inputs.set(name, { namespace, name });
      const field = fields[to.column ?? ""] ?? { inputFields: [] };
      fields[to.column ?? ""] = field;
      field.inputFields.push({
        namespace,
        name,
        field: from.column,
        transformations: [{ type: "DIRECT", subtype: "IDENTITY" }],
      });
    }
    const { namespace, name, columns } = claim;
    return JSON.stringify({
      eventTime: new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString(),
      eventType: "COMPLETE",
      producer: "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark",
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
      run: { runId: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`, facets: {} },
      job: { namespace: "etl", name: `load_${at}`, facets: {} },
      inputs: [...inputs.values()],
      outputs: [
        { namespace, name, facets: { schema: { fields: columns }, columnLineage: { fields } } },
      ],
    });
  });
  mkdirSync(folder);
  for (let at = 0; at < lines.length; at += EVENTS_PER_FILE) {
    const text = `${lines.slice(at, at + EVENTS_PER_FILE).join("\n")}\n`;
    writeFileSync(join(folder, `events-${String(at).padStart(9, "0")}.ndjson`), text);
  }
}

async function benchFiles(edges: number, shape: Shape): Promise<readonly Line[]> {
  const folder = mkdtempSync(join(tmpdir(), "faultline-bench-"));
  const events = join(folder, "events");
  writeEvents(events, buildBatch(edges, shape));
  const store = must(await openStore(`file:${join(folder, "store")}`, {}));
  const request = { store, paths: [events], parser: await loadSqlParser() };
  const build = "bench";
  const ingest = async (asked: { readonly now: string; readonly build?: string }) => {
    const report = must(await ingestPaths({ ...request, ...asked }));
    return `${report.edges} edges, ${report.written} claims written, ${report.problems.length} problems`;
  };
  const width = `tables of ${shape.columns} columns`;
  const lines = [
    await time(`files, ${width}, new`, edges, () => ingest({ now: "2026-02-01T01:00:00Z", build })),
    await time(`files, ${width}, seen again`, edges, () =>
      ingest({ now: "2026-02-01T02:00:00Z", build }),
    ),
    await time(`files, ${width}, read again by a new build`, edges, () =>
      ingest({ now: "2026-02-01T03:00:00Z", build: "another" }),
    ),
  ];
  await store.close();
  const peer = await time("peer: JSON.parse of each line", edges, () => parseEvents(events));
  rmSync(folder, { recursive: true, force: true });
  return [...lines, peer];
}

function parseEvents(folder: string): string {
  let bytes = 0;
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), "utf8");
    bytes += text.length;
    for (const line of text.split("\n")) if (line !== "") JSON.parse(line);
  }
  return `${Math.round(bytes / 1e6)} MB, nothing else`;
}

async function benchNeo4j(edges: number): Promise<readonly Line[]> {
  const { startNeo4j } = await import("#lib/store/neo4j/test-server.ts");
  const server = await startNeo4j({ isLongRunning: true });
  serverPid = server.pid;
  Object.assign(process.env, server.login);
  try {
    // The server compiles its statements and itself while it works: a first batch warms both ways alike.
    await writeToNeo4j(server.uri, buildBatch(40_000));
    await wipe(server.uri);
    await mergeNaively(server.uri, buildBatch(40_000));
    await wipe(server.uri);
    const batch = buildBatch(edges);
    const lines = await writeToNeo4j(server.uri, batch);
    await wipe(server.uri);
    const peer = await time("peer: UNWIND … MERGE", edges, () => mergeNaively(server.uri, batch));
    return [...lines, peer];
  } finally {
    await server.stop();
  }
}

async function writeToNeo4j(uri: string, batch: LineageBatch): Promise<readonly Line[]> {
  const edges = batch.claims.length * NARROW.edgesPerTable;
  const store = must(await openStore(uri, process.env));
  let published: Line | undefined;
  // Closing waits until people can ask for all of it.
  const shown = await time("Neo4j, new: and all in Cypher too", edges, async () => {
    published = await time("Neo4j, new: durable and in every answer", edges, () =>
      apply(store, batch),
    );
    await store.close();
    return undefined;
  });
  const again = must(await openStore(uri, process.env));
  const unchanged = await time("Neo4j, unchanged", edges, () => apply(again, batch));
  const read = await time(
    "Neo4j, read all",
    edges,
    async () => `${must(await again.claims()).length} claims`,
  );
  await again.close();
  return [...(published ? [published] : []), shown, unchanged, read];
}

async function cypher(
  uri: string,
  statement: string,
  parameters: Record<string, unknown> = {},
): Promise<void> {
  const { default: neo4j } = await import("neo4j-driver");
  const { NEO4J_USERNAME = "", NEO4J_PASSWORD } = process.env;
  const login = NEO4J_PASSWORD ? neo4j.auth.basic(NEO4J_USERNAME, NEO4J_PASSWORD) : undefined;
  const driver = neo4j.driver(uri, login);
  const session = driver.session();
  await session.run(statement, parameters);
  await session.close();
  await driver.close();
}

const wipe = (uri: string): Promise<void> =>
  cypher(uri, "MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS");

/** No claims, no versions, no undo: only columns and edges, by key, as one would first write it. */
async function mergeNaively(uri: string, batch: LineageBatch): Promise<string> {
  const columns = batch.claims.flatMap((claim) =>
    (claim.columns ?? []).map((column) => ({
      key: columnId(claim.asset, column.name),
      name: column.name,
      asset: claim.asset,
    })),
  );
  const edges = batch.claims
    .flatMap((claim) => claim.edges)
    .map(({ from, to, use }) => ({
      from: columnId(from.asset, from.column ?? ""),
      to: columnId(to.asset, to.column ?? ""),
      use,
    }));
  for (let at = 0; at < columns.length; at += PEER_EDGES_AT_A_TIME) {
    await cypher(
      uri,
      "UNWIND $rows AS row MERGE (a:Asset {key: row.asset}) MERGE (c:Column {key: row.key}) SET c.name = row.name MERGE (a)-[:HAS_COLUMN]->(c)",
      { rows: columns.slice(at, at + PEER_EDGES_AT_A_TIME) },
    );
  }
  for (let at = 0; at < edges.length; at += PEER_EDGES_AT_A_TIME) {
    await cypher(
      uri,
      "UNWIND $rows AS row MATCH (a:Column {key: row.from}) MATCH (b:Column {key: row.to}) MERGE (a)-[:DERIVES {use: row.use}]->(b)",
      { rows: edges.slice(at, at + PEER_EDGES_AT_A_TIME) },
    );
  }
  return "no claims, no versions";
}

function printTable(lines: readonly Line[]): void {
  const peer = lines.at(-1);
  process.stdout.write(
    "| what | edges | ms | edges/s | × peer | edges per CPU second | CPU of the server, µs per edge | |\n|---|---|---|---|---|---|---|---|\n",
  );
  for (const { what, edges, ms, cpuMs, serverMs, note = "" } of lines) {
    const rate = Math.round((edges / ms) * 1000);
    const ratio = peer === undefined ? "" : ((peer.ms / ms) * (edges / peer.edges)).toFixed(1);
    const perCpu = Math.round((edges / cpuMs) * 1000);
    const server = serverMs === undefined ? "" : ((serverMs * 1000) / edges).toFixed(1);
    process.stdout.write(
      `| ${what} | ${edges} | ${Math.round(ms)} | ${rate} | ${ratio} | ${perCpu} | ${server} | ${note} |\n`,
    );
  }
  process.stdout.write("\n");
}

process.stdout.write(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}\n`,
);
if (embeddedEdges > 0) printTable(await benchEmbedded(embeddedEdges));
if (fileEdges > 0) printTable(await benchFiles(fileEdges, NARROW));
if (fileEdges > 0) printTable(await benchFiles(fileEdges, WIDE));
if (neo4jEdges > 0) printTable(await benchNeo4j(neo4jEdges));

/*
 * How many OpenLineage events does a server take over HTTP, and how long does each wait until it is durable?
 *
 *   npx tsx bench/event-ingest.ts [assets, default 50000] [events, default 3000] [connections, default 8] [--repeat] [--rows] [--serve] [--alone] [--cold]
 *
 * The server is a process of its own with an embedded store that holds a mesh of so many tables; the connections send one
 * event after the other, four in five about tables of the mesh, the others about new ones; with `--repeat` the same 500 jobs
 * run again and again; with `--rows` these are 20 jobs that run every hour and say how many rows they read and wrote, which
 * is watched. CPU time is that of the server until all of them are in the graph. The peer, in the same run on the same mesh,
 * is the same server with one transaction for each event after a full reload; `--alone` leaves it out. `--serve`
 * measures `faultline serve` with the web framework loaded (`npm run build` first). `--cold` sends the first event while the
 * server still reads its store.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  producerLabel,
  readOpenLineageEvents,
} from "#lib/ingest/openlineage/read-open-lineage-events.ts";
import { err, ok } from "#lib/kit/result.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch } from "#lib/model/claim.ts";
import { serveForTests } from "#lib/server/serve-for-tests.ts";
import { openStore } from "#lib/store/open-store.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import { ingestSources } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";

const ROOT = join(fileURLToPath(import.meta.url), "..", "..");
/** Assets, events and connections. */
const NUMBERS = process.argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
const CONNECTIONS = NUMBERS[2] ?? 8;
const REPEATS = process.argv.includes("--repeat");
const SAYS_ROWS = process.argv.includes("--rows");
/** Events from this one on tell of a table that nobody has told of. */
const NEW_TABLES = 5_000_000;
/** Jobs that run in turn, and the time from one event to the next. */
const JOBS = SAYS_ROWS ? 20 : 500;
const STEP_MS = SAYS_ROWS ? 3_600_000 / JOBS : 1_000;
const IS_COLD = process.argv.includes("--cold");
/** And edges of each table: 50,000 tables are a million. */
const COLUMNS = 20;
const NAMESPACE = "postgres://warehouse:5432";
/** The peer is far slower: so many events say enough. */
const PEER_EVENTS = 24;

const columnsOf = Array.from({ length: COLUMNS }, (_none, at) => `col_${at}`);
const nameOf = (at: number): string => `mart.d${at % 12}.table_${at}`;

function meshBatch(assets: number): LineageBatch {
  const ids = Array.from({ length: assets }, (_none, at) => assetId(NAMESPACE, nameOf(at)));
  return {
    source: { id: "dbt:bench", kind: "dbt", label: "bench" },
    at: "2026-01-01T00:00:00Z",
    complete: true,
    problems: [],
    claims: ids.map((asset, at) => meshClaim({ asset, at, ids })),
  };
}

function meshClaim({
  asset,
  at,
  ids,
}: {
  asset: AssetId;
  at: number;
  ids: readonly AssetId[];
}): AssetClaim {
  const name = nameOf(at);
  const file = `models/table_${at}.sql`;
  return {
    asset,
    namespace: NAMESPACE,
    name,
    kind: "table",
    attributes: { domain: `d${at % 12}`, owner: `team-${at % 30}` },
    columns: columnsOf.map((column) => ({ name: column, type: "varchar" })),
    columnsComplete: true,
    edges: columnsOf.map((column, edge) => ({
      from: { asset: ids[Math.floor(at / 2) - (edge % 3)] ?? ids[0] ?? asset, column },
      to: { asset, column },
      use: "IDENTITY" as const,
      provenance: { file, line: 1 + edge },
    })),
    queries: [],
    aliases: [],
    provenance: { file },
    origin: { said: { namespace: NAMESPACE, name, path: name.split(".") } },
  };
}

function eventOf(sent: number, assets: number): string {
  const number = (REPEATS || SAYS_ROWS) && sent < NEW_TABLES ? sent % JOBS : sent;
  const pick = (salt: number): number => Math.imul(number + salt, 2_654_435_761) >>> 0;
  const table = (name: string) => ({ namespace: NAMESPACE, name });
  const from = nameOf(pick(1) % assets);
  // Some noise that is the same in each run of the bench.
  const read = Math.round(10_000 * (1 + 0.2 * Math.sin(sent * 12.9898)));
  const written = Math.round(read * 0.97 * (1 + 0.01 * Math.sin(sent * 78.233)));
  const output = number % 5 === 0 ? `mart.fresh.event_${number}` : nameOf(pick(7) % assets);
  return JSON.stringify({
    eventType: "COMPLETE",
    eventTime: new Date(Date.UTC(2026, 1, 1) + sent * STEP_MS).toISOString(),
    producer: "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark",
    run: { runId: `0195528a-1f5a-7c3b-8d4e-${String(sent).padStart(12, "0")}`, facets: {} },
    job: { namespace: "etl", name: `load_${number % JOBS}`, facets: {} },
    inputs: [
      { ...table(from), ...rowsOf("inputStatistics", read) },
      { ...table(nameOf(pick(3) % assets)), ...rowsOf("inputStatistics", 200) },
    ],
    outputs: [
      {
        ...table(output),
        ...rowsOf("outputStatistics", written),
        facets: {
          schema: { fields: columnsOf.map((name) => ({ name, type: "varchar" })) },
          columnLineage: {
            fields: Object.fromEntries(
              columnsOf.map((field) => [field, { inputFields: [{ ...table(from), field }] }]),
            ),
          },
        },
      },
    ],
  });
}

const rowsOf = (facet: string, rowCount: number): object =>
  SAYS_ROWS
    ? { [facet.startsWith("in") ? "inputFacets" : "outputFacets"]: { [facet]: { rowCount } } }
    : {};

interface Answer {
  readonly status: number;
  readonly text: string;
}

function call(url: string, agent: Agent, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent,
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json" },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection just as this went out over it; an event may be sent twice.
      if (error.code === "ECONNRESET" && sent.reusedSocket)
        call(url, agent, body).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });
}

/** CPU time of a process in milliseconds, and its resident memory in MB, as Linux tells them. */
function usageOf(pid: number): { readonly cpuMs: number; readonly rssMb: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
    rssMb: (Number(fields[21]) * 4096) / 1e6,
  };
}

interface Figures {
  readonly what: string;
  readonly events: number;
  /** Until the last was acknowledged, and until all were in the graph. */
  readonly seconds: number;
  readonly allSeconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly firstMs: number;
  /** Of some events about new tables, one after the other, the first right after the others. */
  readonly seenMs: number;
  readonly seenLastMs: number;
  /** CPU time of the server for each of those. */
  readonly seenCpuMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

async function sendAll(
  url: string,
  {
    what,
    events,
    assets,
    pid,
  }: {
    readonly what: string;
    readonly events: number;
    readonly assets: number;
    readonly pid: number;
  },
): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  // After a long first answer, the server may have closed a connection that nothing came over.
  const first = new Agent();
  const post = async (number: number, over = agent): Promise<number> => {
    const body = eventOf(number, assets);
    const began = performance.now();
    const { status, text } = await call(`${url}/api/v1/lineage`, over, body);
    if (status !== 201) throw new Error(`event ${number}: ${status} ${text}`);
    return performance.now() - began;
  };
  const firstMs = await post(1_000_000, first);
  const waits: number[] = [];
  let next = 0;
  const before = usageOf(pid);
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < events) waits.push(await post(next++));
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await untilTakenIn(url, agent);
  const allSeconds = (performance.now() - began) / 1000;
  const after = usageOf(pid);
  waits.sort((a, b) => a - b);
  const at = (share: number): number => waits[Math.floor(share * (waits.length - 1))] ?? 0;
  const seen = await timesUntilSeen(url, agent, { assets, pid });
  agent.destroy();
  return {
    what,
    events,
    seconds,
    allSeconds,
    p50: at(0.5),
    p99: at(0.99),
    firstMs,
    ...seen,
    cpuMs: (after.cpuMs - before.cpuMs) / events,
    rssMb: after.rssMb,
  };
}

async function untilTakenIn(url: string, agent: Agent): Promise<void> {
  for (;;) {
    const { text } = await call(`${url}/metrics`, agent);
    if (/^faultline_ingest_waiting_bytes 0$/m.test(text)) return;
    await sleep(100);
  }
}

const SEEN_EVENTS = 7;

async function timesUntilSeen(
  url: string,
  agent: Agent,
  { assets, pid }: { readonly assets: number; readonly pid: number },
): Promise<Pick<Figures, "seenMs" | "seenLastMs" | "seenCpuMs">> {
  const times: number[] = [];
  const before = usageOf(pid);
  for (let at = 0; at < SEEN_EVENTS; at++)
    times.push(await timeUntilSeen(url, agent, { number: NEW_TABLES + 5 * at, assets }));
  times.sort((a, b) => a - b);
  return {
    seenMs: times[SEEN_EVENTS >> 1] ?? Number.NaN,
    seenLastMs: times.at(-1) ?? Number.NaN,
    seenCpuMs: (usageOf(pid).cpuMs - before.cpuMs) / SEEN_EVENTS,
  };
}

/** From the answer that a table's event is durable until it is told what dropping a column of the table breaks. */
async function timeUntilSeen(
  url: string,
  agent: Agent,
  { number, assets }: { readonly number: number; readonly assets: number },
): Promise<number> {
  const ref = `mart.fresh.event_${number}.col_0`;
  const question = JSON.stringify({ changes: [{ kind: "drop_column", ref }] });
  await call(`${url}/api/v1/lineage`, agent, eventOf(number, assets));
  const began = performance.now();
  for (;;) {
    const { text } = await call(`${url}/api/v1/impact`, agent, question);
    if (text.includes('"verdicts"')) return performance.now() - began;
    if (performance.now() - began > 60_000) throw new Error(`not seen: ${text}`);
    await sleep(20);
  }
}

/** One transaction an event, with everything read and resolved again: as one would first write it. */
function naively(services: Services): Services {
  let last: Promise<unknown> = Promise.resolve();
  const write = async (events: readonly unknown[]) => {
    const store = await services.workspace.store();
    if (!store.ok) return store;
    const { facts, problems } = readOpenLineageEvents(
      events.map((value) => ({ value, provenance: { event: "event" } })),
    );
    const label = producerLabel(events[0]);
    const done = await ingestSources({
      sources: [
        {
          source: { id: `openlineage:${label}`, kind: "openlineage", label },
          facts,
          problems,
          at: new Date().toISOString(),
          complete: false,
        },
      ],
      parser: await loadSqlParser(),
      store: store.value,
      now: new Date().toISOString(),
    });
    if (!done.ok) return err(failureOfStore(done.error));
    await services.workspace.refresh();
    return ok(done.value.version);
  };
  return {
    ...services,
    events: {
      ...services.events,
      submit: ({ events }) => {
        const mine = last.then(() => write(events));
        last = mine;
        return mine.then((done) => (done.ok ? ok(undefined) : done));
      },
    },
  };
}

async function runServer(mode: string): Promise<void> {
  const server = await serveForTests(process.env, mode === "naive" ? naively : undefined);
  if (!IS_COLD) await server.services.workspace.view();
  process.stdout.write(`ready at ${server.url} \n`);
  process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
}

const BUNDLE = join(ROOT, "node_modules", ".cache", "bench-events");

async function startServer(store: string, mode: "fast" | "naive" | "serve") {
  const own = [
    "--import",
    "tsx",
    fileURLToPath(import.meta.url),
    "--child",
    mode,
    ...(IS_COLD ? ["--cold"] : []),
  ];
  const args = mode === "serve" ? [join(BUNDLE, "faultline.mjs"), "serve", "--port", "0"] : own;
  const prof = process.env["PROF"] ? ["--cpu-prof", `--cpu-prof-dir=${process.env["PROF"]}`] : [];
  const child = spawn(process.execPath, [...prof, ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      FAULTLINE_STORE: store,
      FAULTLINE_CONFIG: join(BUNDLE, "none.yaml"),
      ...(mode === "fast" ? { FAULTLINE_EVENT_WORKER: join(BUNDLE, "event-worker.mjs") } : {}),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /ready at (http:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`the server ended: ${said}`)));
  });
  return { url, child };
}

async function stopServer(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

async function measure(
  mode: "fast" | "naive" | "serve",
  {
    what,
    events,
    assets,
  }: { readonly what: string; readonly events: number; readonly assets: number },
): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "faultline-bench-"));
  const store = await openStore(`file:${folder}`, {});
  if (!store.ok) throw new Error(store.error.message);
  const applied = await store.value.apply(meshBatch(assets));
  if (!applied.ok) throw new Error(applied.error.message);
  await store.value.close();
  const { url, child } = await startServer(`file:${folder}`, mode);
  try {
    return await sendAll(url, { what, events, assets, pid: child.pid ?? 0 });
  } finally {
    await stopServer(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(lines: readonly Figures[]): void {
  const peer = lines.at(-1);
  const rate = ({ events, seconds }: Figures): number => events / seconds;
  process.stdout.write(
    "| what | events | events/s | into the graph/s | × peer | p50 ms | p99 ms | first event ms | in answers after ms | at the latest ms | CPU ms for each | server CPU ms per event | RSS MB |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
  );
  for (const line of lines) {
    const ratio =
      peer === undefined
        ? ""
        : ((line.events / line.allSeconds) * (peer.allSeconds / peer.events)).toFixed(1);
    const cells = [
      line.what,
      line.events,
      rate(line).toFixed(1),
      (line.events / line.allSeconds).toFixed(1),
      ratio,
      line.p50.toFixed(1),
      line.p99.toFixed(1),
    ];
    process.stdout.write(
      `| ${[...cells, Math.round(line.firstMs), Math.round(line.seenMs), Math.round(line.seenLastMs), Math.round(line.seenCpuMs), line.cpuMs.toFixed(2), Math.round(line.rssMb)].join(" | ")} |\n`,
    );
  }
}

async function main(): Promise<void> {
  const [assets = 50_000, events = 3_000] = NUMBERS;
  const load = () =>
    loadavg()
      .map((one) => one.toFixed(1))
      .join(" ");
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, load ${load()}\n`,
  );
  process.stdout.write(`${assets} assets, ${CONNECTIONS} connections\n\n`);
  execFileSync(process.execPath, [join(ROOT, "scripts", "build-cli.mjs"), BUNDLE]);
  const mode = process.argv.includes("--serve") ? "serve" : "fast";
  const lines = [
    await measure(mode, {
      what: mode === "serve" ? "faultline serve" : "Faultline",
      events,
      assets,
    }),
    ...(process.argv.includes("--alone")
      ? []
      : [
          await measure("naive", {
            what: "peer: all read again for each",
            events: PEER_EVENTS,
            assets,
          }),
        ]),
  ];
  print(lines);
  process.stdout.write(`\nload afterwards ${load()}\n`);
}

const child = process.argv.indexOf("--child");
if (child >= 0) await runServer(process.argv[child + 1] ?? "fast");
else await main();

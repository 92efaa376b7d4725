/*
 * Does a replay of many events stay in bounded memory?
 *
 *   npm run bench -- event-replay [events, default 200000] [jobs, default 2000] [columns, default 20] [--here]
 *
 * The runs of so many jobs, START and COMPLETE, one after the other in batches of 500, as a backlog is sent again: one job in
 * ten has a column more in the second half. They go over the inbox on disk into an embedded store, in a thread of its own as
 * in the server, or in this one (`--here`: the heap is then that of all work); who sends waits where the inbox is full. Each
 * batch is on disk before the next is sent. Printed: memory of the process, heap of the thread that sends, and time as it
 * goes; and against a peer in the same run that keeps the first parsed events in a list.
 * `NODE_OPTIONS=--max-old-space-size=400` holds it to a heap of 400 MB. A million events of 20 columns leave a store of
 * about 2 GB: every run is news of its table and of its job, and history is kept.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { err } from "#lib/kit/result.ts";
import { openEventInbox } from "#lib/store/event-inbox.ts";
import { openStore } from "#lib/store/open-store.ts";
import { startEventWorker } from "#lib/usecases/events/event-worker-client.ts";
import { createEventProjector, type Projected } from "#lib/usecases/events/project-events.ts";
import { createEventWriter } from "#lib/usecases/events/write-events.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";

const [events = 200_000, jobs = 2_000, width = 20] = process.argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
const IS_HERE = process.argv.includes("--here");
const ROOT = join(fileURLToPath(import.meta.url), "..", "..");
const BUNDLE = join(ROOT, "node_modules", ".cache", "bench-replay");
const BATCH = 500;
const REPORTS = 20;
const COLUMNS = Array.from({ length: width }, (_none, at) => `col_${at}`);
/** Characters: small, so that a replay meets it. */
const MOST_WAITING = 64e6;
const GROUP = 1_000_000;

function eventAt(number: number): Record<string, unknown> {
  const run = number >> 1;
  const job = run % jobs;
  const isLate = number > events / 2 && job % 10 === 0;
  const columns = isLate ? [...COLUMNS, "col_new"] : COLUMNS;
  const table = (at: number) => ({ namespace: "postgres://warehouse:5432", name: `mart.t_${at}` });
  const from = table(Math.floor(job / 2));
  return {
    eventType: number % 2 === 0 ? "START" : "COMPLETE",
    eventTime: new Date(Date.UTC(2026, 0, 1) + number * 500).toISOString(),
    producer: "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: { runId: `0195528a-1f5a-7c3b-8d4e-${String(run).padStart(12, "0")}`, facets: {} },
    job: { namespace: "etl", name: `load_${job}`, facets: {} },
    inputs: [from],
    outputs: [
      {
        ...table(job + 1),
        facets: {
          schema: { fields: columns.map((name) => ({ name, type: "varchar" })) },
          columnLineage: {
            fields: Object.fromEntries(
              columns.map((field) => [field, { inputFields: [{ ...from, field }] }]),
            ),
          },
        },
      },
    ],
  };
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

async function replay(folder: string): Promise<void> {
  const inbox = openEventInbox(folder);
  if (!inbox.ok) throw new Error(inbox.error.message);
  const sum = { events: 0, written: 0, changes: 0, aside: 0 };
  const onProjected = ({ events: taken, written, changes, aside }: Projected): void => {
    sum.events += taken;
    sum.written += written;
    sum.changes += changes.length;
    sum.aside += aside.length;
  };
  const store = IS_HERE ? await openStore(`file:${folder}`, {}) : undefined;
  const projector =
    store === undefined
      ? startEventWorker({
          script: join(BUNDLE, "event-worker.mjs"),
          setup: {
            storeUrl: `file:${folder}`,
            inboxFolder: folder,
            configPath: join(folder, "none.yaml"),
          },
          onProjected,
        })
      : createEventProjector({
          openInbox: () => inbox,
          store: async () => (store.ok ? store : err(failureOfStore(store.error))),
          config: async () => undefined,
          now: () => new Date(),
          maxGroupSize: GROUP,
          onProjected,
          onFailed: ({ message }) => process.stdout.write(`waits: ${message}\n`),
        });
  const writer = createEventWriter({ openInbox: () => inbox, projector, maxWaiting: MOST_WAITING });
  const began = performance.now();
  const cpu = process.cpuUsage();
  let [busy, sentEvents, reported, most] = [0, 0, 0, 0];
  process.stdout.write(
    "| events taken in | s | CPU s | RSS MB | heap MB | waiting MB |\n|---|---|---|---|---|---|\n",
  );
  const report = (): void => {
    const { user, system } = process.cpuUsage(cpu);
    const { rss, heapUsed } = process.memoryUsage();
    most = Math.max(most, rss);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(
      `| ${sum.events} | ${seconds} | ${((user + system) / 1e6).toFixed(1)} | ${megabytes(rss)} | ${megabytes(heapUsed)} | ${megabytes(writer.waiting())} |\n`,
    );
  };
  for (let at = 0; at < events; at += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, events - at) }, (_none, one) =>
      eventAt(at + one),
    );
    const delivery = {
      events: batch,
      actor: { kind: "token" as const, name: "bench", teams: [] },
      at: new Date().toISOString(),
    };
    for (;;) {
      const sent = await writer.submit(delivery);
      if (sent.ok) break;
      if (sent.error.code !== "busy") throw new Error(sent.error.message);
      busy++;
      await sleep(100);
    }
    sentEvents += batch.length;
    if (sum.events >= ((reported + 1) * events) / REPORTS) {
      reported++;
      report();
    }
  }
  await writer.settle();
  report();
  const took = (performance.now() - began) / 1000;
  process.stdout.write(
    `\n${sentEvents} events sent, ${sum.events} taken in (${Math.round(sum.events / took)}/s), ${sum.written} claims written, ${sum.changes} changes detected, ${sum.aside} set aside, told to wait ${busy} times.\n`,
  );
  process.stdout.write(
    `Store ${megabytes(statSync(join(folder, "faultline.db")).size)} MB, most memory ${megabytes(most)} MB.\n`,
  );
  await writer.close();
  if (store?.ok) await store.value.close();
}

/** Small enough for the memory that a bounded run is given. */
const PEER_EVENTS = 20_000;

/** What it costs to keep events as they were parsed: of a few of them, told for all. */
function keepAll(): void {
  const count = Math.min(PEER_EVENTS, events);
  const texts = Array.from({ length: count }, (_none, at) => JSON.stringify(eventAt(at)));
  const before = process.memoryUsage().rss;
  const kept = texts.map((text): unknown => JSON.parse(text));
  const grown = Math.max(0, process.memoryUsage().rss - before);
  process.stdout.write(
    `Peer: ${kept.length} parsed events in a list take ${megabytes(grown)} MB, all of them would take ${megabytes((grown * events) / count)} MB.\n`,
  );
}

if (!IS_HERE) execFileSync(process.execPath, [join(ROOT, "scripts", "build-cli.mjs"), BUNDLE]);
process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? ""}\n`);
keepAll();
const folder = mkdtempSync(join(tmpdir(), "faultline-bench-"));
try {
  await replay(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import { openEventInbox } from "#lib/store/event-inbox.ts";
import { openStore } from "#lib/store/open-store.ts";
import { createEventWriter } from "#lib/usecases/events/write-events.ts";
import { serveForTests, type TestServer } from "./serve-for-tests.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "faultline-events-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const send = (url: string, event: unknown, path = "/api/v1/lineage") =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  });

async function settle({ services }: TestServer): Promise<void> {
  await services.events.settle();
  await services.workspace.refresh();
}

/** Bodies of a collection's records. */
async function recordsIn<T>(url: string, collection: string): Promise<readonly T[]> {
  const store = await openStore(url, {});
  if (!store.ok) throw new Error(store.error.message);
  const records = await store.value.listRecords(collection);
  await store.value.close();
  if (!records.ok) throw new Error(records.error.message);
  return records.value.map(({ body }) => body as T);
}

describe("events that are taken in", () => {
  const url = `file:${join(folder, "taken")}`;
  const config = join(folder, "faultline.yaml");
  let server: TestServer;
  beforeAll(async () => {
    writeFileSync(
      config,
      "version: 1\nrules:\n  - name: 'shop.*.*'\n    set: { owner: shop-team, domain: shop }\n",
    );
    server = await serveForTests({ FAULTLINE_STORE: url, FAULTLINE_CONFIG: config });
  });
  afterAll(() => server.stop());

  it("tell of a column that is gone, whom it concerns and what it breaks", async () => {
    const write = (time: string, ...fields: string[]) =>
      runEvent({
        time,
        job: "load",
        outputs: [dataset("shop.raw.orders", { schema: schema(...fields) })],
      });
    await send(server.url, write("2026-03-01T02:00:00Z", "id BIGINT", "amount BIGINT"));
    await send(
      server.url,
      runEvent({
        time: "2026-03-01T03:00:00Z",
        job: "report",
        inputs: [dataset("shop.raw.orders")],
        outputs: [
          dataset("shop.mart.revenue", {
            schema: schema("total BIGINT"),
            ownership: { owners: [{ name: "finance-team" }] },
            columnLineage: {
              fields: {
                total: {
                  inputFields: [
                    {
                      namespace: "postgres://db:5432",
                      name: "shop.raw.orders",
                      field: "amount",
                      transformations: [{ type: "DIRECT", subtype: "AGGREGATION" }],
                    },
                  ],
                },
              },
            },
          }),
        ],
      }),
    );
    await settle(server);
    await send(server.url, write("2026-03-02T02:00:00Z", "id BIGINT"));
    await settle(server);
    const ask = async () =>
      (await (await fetch(`${server.url}/api/v1/changes?asset=raw.orders`)).json()) as {
        changes: {
          changes: unknown[];
          judgement?: { affected: { asset: { name: string }; verdict: string }[]; notify: unknown };
        }[];
      };
    await expect
      .poll(async () => (await ask()).changes[0]?.judgement, { timeout: 10_000 })
      .toBeDefined();
    const { changes } = await ask();
    expect(changes).toHaveLength(1);
    expect(changes[0]?.changes).toMatchObject([{ kind: "drop_column", column: "amount" }]);
    expect(changes[0]?.judgement?.affected).toMatchObject([
      { asset: { name: "shop.mart.revenue" }, verdict: "breaks_loudly" },
    ]);
    expect(changes[0]?.judgement?.notify).toEqual([
      { owner: "finance-team", assets: [expect.stringContaining("shop.mart.revenue")] },
    ]);
    const page = await (await fetch(`${server.url}/api/v1/assets/raw.orders`)).json();
    expect(page).toMatchObject({ history: [{ column: "amount", what: "was removed" }] });
  });

  it("are owned as the server's rules have it", async () => {
    await expect
      .poll(
        async () =>
          (await (await fetch(`${server.url}/api/v1/assets/raw.orders`)).json()) as unknown,
        { timeout: 10_000 },
      )
      .toMatchObject({ attributes: { owner: "shop-team", domain: "shop" } });
  });

  it("that come late do not bring back what has changed since", async () => {
    const late = runEvent({
      time: "2026-03-01T02:00:00Z",
      job: "load",
      outputs: [dataset("shop.raw.orders", { schema: schema("id BIGINT", "amount BIGINT") })],
    });
    await send(server.url, late);
    await settle(server);
    const page = (await (await fetch(`${server.url}/api/v1/assets/raw.orders`)).json()) as {
      columns: { name: string }[];
    };
    expect(page.columns.map(({ name }) => name)).toEqual(["id"]);
  });

  it("leave each run with its state and how long it took", async () => {
    const run = { job: "nightly", runId: "0195528a-0000-7000-8000-000000000001" };
    await send(server.url, runEvent({ ...run, state: "START", time: "2026-03-03T02:00:00Z" }));
    await settle(server);
    await send(server.url, runEvent({ ...run, state: "FAIL", time: "2026-03-03T02:00:42Z" }));
    await settle(server);
    const jobs = await recordsIn<{ job: { name: string }; runs: unknown[] }>(url, "runs");
    expect(jobs.find(({ job }) => job.name === "nightly")?.runs).toMatchObject([
      { runId: run.runId, state: "failed", durationMs: 42_000 },
    ]);
  });

  it.each([
    ["with its length", { "content-length": "50000000" }],
    ["in chunks", {}],
  ])("that are far too large are told so, sent %s", async (_how, headers) => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(
        `${server.url}/api/v1/lineage`,
        { method: "POST", headers: { "content-type": "application/json", ...headers } },
        (answer) => resolve(answer.statusCode),
      );
      sent.once("error", reject);
      sent.end(Buffer.alloc(50_000_000, " "));
    });
    expect(status).toBe(413);
  });

  it("that are far too large are told so to a client that reads only once it has sent everything", async () => {
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    let failed: Error | undefined;
    socket.on("error", (error) => {
      failed = error;
    });
    const body = Buffer.alloc(1_000_000, " ");
    socket.write(
      `POST /api/v1/lineage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${40 * body.length}\r\n\r\n`,
    );
    for (let part = 0; part < 40 && failed === undefined; part++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise<void>((resolve) => {
        socket.write(body, () => resolve());
      });
    }
    expect(failed).toBeUndefined();
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it("of a client that hangs up in the middle stop nobody else", async () => {
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      'POST /api/v1/lineage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"eventTime":',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    const after = await send(server.url, runEvent({ job: "after" }));
    expect(after.status).toBe(201);
  });
});

describe("more events than can be taken", () => {
  it("are told to come again in a moment, and are taken then", async () => {
    const inbox = openEventInbox(undefined);
    const writer = createEventWriter({
      openInbox: () => inbox,
      projector: {
        wake: () => undefined,
        runAlone: (work) => work(),
        settle: () => Promise.resolve(),
        close: () => Promise.resolve(),
      },
      maxWaiting: 1_000,
    });
    const delivery = {
      events: [runEvent({ job: "x".repeat(600) })],
      actor: { kind: "local" as const, name: "local", teams: [] },
      at: "2026-03-03T02:00:00Z",
    };
    expect((await writer.submit(delivery)).ok).toBe(true);
    const refused = await writer.submit(delivery);
    expect(refused.ok ? "" : refused.error.code).toBe("busy");
    const waiting = inbox.ok ? inbox.value.read({ after: 0, maxSize: 1e6 }) : inbox;
    if (waiting.ok && inbox.ok) inbox.value.remove(waiting.value.map(({ id }) => id));
    await expect.poll(async () => (await writer.submit(delivery)).ok).toBe(true);
  });

  it("are answered with 503 and when to try again", async () => {
    const server = await serveForTests({ FAULTLINE_STORE: "memory:" }, (services) => ({
      ...services,
      events: {
        ...services.events,
        submit: () =>
          Promise.resolve({ ok: false, error: { code: "busy", message: "too many" } } as const),
      },
    }));
    const answer = await send(server.url, runEvent({}));
    await server.stop();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  });
});

/** The table that an event writes says which event it was. */
const numbered = (number: number) =>
  runEvent({
    runId: `0195528a-1f5a-7c3b-8d4e-${String(number).padStart(12, "0")}`,
    job: `job_${number % 20}`,
    time: new Date(Date.UTC(2026, 2, 1) + number * 1000).toISOString(),
    outputs: [dataset(`kill.t.table_${number}`, { schema: schema("id INT", "v TEXT") })],
  });

async function startServer(
  env: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const script = join(import.meta.dirname, "event-server.conformance.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, url: line };
}

describe("a server that is killed while eight connections send", () => {
  it("has lost nothing that it acknowledged, and has nothing twice", async () => {
    // Inside the checkout, where the bundle finds its packages.
    const bundle = join(ROOT, "node_modules", ".cache", "take-events-test");
    execFileSync(process.execPath, [join(ROOT, "scripts", "build-cli.mjs"), bundle]);
    const store = `file:${join(folder, "killed")}`;
    const env = {
      FAULTLINE_STORE: store,
      FAULTLINE_CONFIG: join(folder, "none.yaml"),
      FAULTLINE_EVENT_WORKER: join(bundle, "event-worker.mjs"),
    };
    const acknowledged = new Set<number>();
    let next = 0;
    for (const [round, until] of [30, 90, 150].entries()) {
      const { child, url } = await startServer(env);
      const sender = async (): Promise<void> => {
        while (child.exitCode === null && child.signalCode === null) {
          const number = next++;
          const status = await send(url, numbered(number)).then(
            (answer) => answer.status,
            () => 0,
          );
          if (status === 201) acknowledged.add(number);
          if (acknowledged.size >= until) child.kill("SIGKILL");
        }
      };
      await Promise.all(Array.from({ length: 8 }, sender));
      expect(acknowledged.size, `round ${round}`).toBeGreaterThanOrEqual(until);
    }
    const { child, url } = await startServer(env);
    await expect.poll(async () => waitingAt(url), { timeout: 60_000, interval: 200 }).toBe(0);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expectAllOf({ store, acknowledged });
  }, 180_000);
});

async function waitingAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^faultline_ingest_waiting_bytes (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

async function expectAllOf({
  store,
  acknowledged,
}: {
  readonly store: string;
  readonly acknowledged: ReadonlySet<number>;
}): Promise<void> {
  const opened = await openStore(store, {});
  if (!opened.ok) throw new Error(opened.error.message);
  const claims = await opened.value.claims();
  await opened.value.close();
  if (!claims.ok) throw new Error(claims.error.message);
  const tables = claims.value.map(({ claim }) => claim.name);
  const missing = [...acknowledged].filter((number) => !tables.includes(`kill.t.table_${number}`));
  expect(missing).toEqual([]);
  expect(new Set(claims.value.map(({ source, claim }) => source.id + claim.asset)).size).toBe(
    claims.value.length,
  );
  const jobs = await recordsIn<{ runs: { runId: string }[] }>(store, "runs");
  const runs = jobs.flatMap((job) => job.runs.map(({ runId }) => runId));
  expect(new Set(runs).size).toBe(runs.length);
}

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import { backupStore, restoreStore } from "#lib/store/backup.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { openServices, type Services } from "../open-services.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "faultline-backup-events-"));
const serve = (folder: string): Services => {
  const services = openServices({
    FAULTLINE_STORE: `file:${folder}`,
    FAULTLINE_CONFIG: join(folder, "none.yaml"),
  });
  if (!services.ok) throw new Error(services.error.message);
  return services.value;
};

it("a backup taken while events wait to be taken in holds each acknowledged event, once", async () => {
  const [folder, elsewhere] = [newFolder(), newFolder()];
  const file = join(newFolder(), "copy.db");
  const actor = { kind: "local", name: "test", teams: [] } as const;
  const first = serve(folder);
  await first.workspace.view();
  const send = async (number: number): Promise<string> => {
    const name = `prod.shop.t${number}`;
    const outputs = [dataset(name, { schema: schema("id INT") })];
    const event = runEvent({ job: `load_${number}`, runId: `run-${number}`, outputs });
    const at = "2026-03-02T02:00:00Z";
    const taken = await first.events.submit({ events: [event], actor, at });
    if (!taken.ok) throw new Error(taken.error.message);
    return name;
  };
  const sendAll = (from: number) =>
    Promise.all(Array.from({ length: 30 }, (_none, number) => send(from + number)));
  const early = await sendAll(0);
  await first.events.settle();
  let release = (): void => undefined;
  const held = first.events.runAlone(() => new Promise<void>((resolve) => (release = resolve)));
  const late = await sendAll(30);
  const backup = unwrap(await backupStore(`file:${folder}`, file));
  // Or the test shows nothing.
  expect(backup.waiting).toBeGreaterThan(0);
  release();
  await held;
  await first.close();
  unwrap(await restoreStore(`file:${elsewhere}`, file));
  const second = serve(elsewhere);
  await second.events.settle();
  const store = await second.workspace.store();
  if (!store.ok) throw new Error(store.error.message);
  const names = unwrap(await store.value.claims()).map(({ claim }) => claim.name);
  for (const name of [...early, ...late])
    expect(names.filter((one) => one === name)).toEqual([name]);
  const records = unwrap(await store.value.listRecords("runs"));
  const runs = records.map(({ body }) => body as { runs: unknown[] });
  expect(runs).toHaveLength(60);
  expect(runs.every((job) => job.runs.length === 1)).toBe(true);
  await second.close();
});

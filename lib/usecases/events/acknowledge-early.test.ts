import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import { openStore } from "#lib/store/open-store.ts";
import { batchOf, claimOf } from "#lib/store/sample-batches.conformance.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { openServices } from "../open-services.ts";

it("an event is acknowledged while the server still reads its store for the first time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-early-"));
  const store = unwrap(await openStore(`file:${folder}`, {}));
  const columns = Array.from({ length: 12 }, (_none, at) => `col_${at}`);
  const claims = Array.from({ length: 8_000 }, (_none, at) =>
    claimOf(`t${at}`, { columns, edges: columns.map((one) => `t${at >> 1}.${one} -> ${one}`) }),
  );
  unwrap(await store.apply(batchOf(claims)));
  await store.close();
  const services = openServices({
    FAULTLINE_STORE: `file:${folder}`,
    FAULTLINE_CONFIG: join(folder, "none.yaml"),
  });
  if (!services.ok) throw new Error(services.error.message);
  const { workspace, events, auth, close } = services.value;
  // As every request does.
  const settings = await auth();
  expect(settings.ok).toBe(true);
  const outputs = [dataset("shop.raw.early", { schema: schema("id INT") })];
  const taken = await events.submit({
    events: [runEvent({ outputs })],
    actor: { kind: "local", name: "test", teams: [] },
    at: "2026-03-02T02:00:00Z",
  });
  expect(taken.ok).toBe(true);
  expect(workspace.status().version).toBeUndefined();
  await close();
});

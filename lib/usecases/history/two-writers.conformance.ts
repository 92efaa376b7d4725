import { describe, expect, it } from "vitest";
import { checkEvent, type OpenLineageEvent } from "#lib/ingest/openlineage/check-event.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { batchOf, claimOf } from "#lib/store/sample-batches.conformance.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { setAttributes } from "../owners/set-attributes.ts";
import { createRunKeeper, type JobRuns, RUNS_COLLECTION } from "./keep-runs.ts";

const ACTOR: Actor = { name: "team-data", kind: "token", scopes: ["admin"], teams: [] };
const NOW = "2026-03-31T02:00:00Z";

const runOf = (id: number): OpenLineageEvent => {
  const checked = checkEvent({
    eventType: "COMPLETE",
    eventTime: `2026-03-31T02:00:0${id}Z`,
    producer: "https://example.org/spark",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: { runId: `00000000-0000-4000-8000-00000000000${id}` },
    job: { namespace: "etl", name: "load_orders" },
    inputs: [],
    outputs: [],
  });
  if (!checked.ok) throw new Error(checked.error.message);
  return checked.value;
};

/** Two servers over one store: what one writes must not be lost to the other. */
export function describeTwoWriters(name: string, open: () => Promise<LineageStore>): void {
  describe(`two writers on ${name}`, () => {
    it("keeps the runs of one job that two servers were told of", async () => {
      const store = await open();
      const [one, other] = [createRunKeeper(), createRunKeeper()];
      const write = async (keeper: typeof one, id: number) => {
        const records = unwrap(await keeper.add(store, [runOf(id)]));
        return store.apply(batchOf([], { complete: false, records }));
      };
      unwrap(await write(one, 1));
      unwrap(await write(other, 2));
      // The first has not seen what the second wrote.
      expect(await write(one, 3)).toMatchObject({ ok: false, error: { code: "conflict" } });
      one.forget();
      unwrap(await write(one, 3));
      const [record] = unwrap(await store.listRecords(RUNS_COLLECTION));
      const kept = record?.body as JobRuns | undefined;
      expect(kept?.runs.map(({ runId }) => runId.at(-1))).toEqual(["3", "2", "1"]);
    });

    it("keeps what two people say of one asset at the same moment", async () => {
      const store = await open();
      unwrap(await store.apply(batchOf([claimOf("orders", { columns: ["id"] })])));
      const view = await loadGraphView(store);
      if (!view.ok) throw new Error(view.error.message);
      const { graph } = view.value;
      const say = (edit: { readonly owner?: string; readonly domain?: string }) =>
        setAttributes({
          store,
          graph,
          selection: { assets: ["orders"] },
          edit,
          actor: ACTOR,
          now: NOW,
        });
      const said = await Promise.all([say({ owner: "team-shop" }), say({ domain: "checkout" })]);
      expect(said.map(({ ok }) => ok)).toEqual([true, true]);
      const manual = unwrap(await store.claims()).filter(({ source }) => source.id === "manual");
      expect(manual.map(({ claim }) => claim.attributes)).toEqual([
        { owner: "team-shop", domain: "checkout" },
      ]);
    });
  });
}

import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { dataset, input, runEvent, schema } from "./event.fixture.ts";
import { mergeEventFacts } from "./merge-event-facts.ts";
import { readOpenLineageEvents } from "./read-open-lineage-events.ts";

const RAW = "shop.raw.orders";
const CLEAN = "shop.clean.orders";
const facts = (event: unknown): readonly AssetFact[] =>
  readOpenLineageEvents([{ value: event, provenance: { event: "e" } }]).facts;
const lineage = (from: string) => ({
  columnLineage: { fields: { id: { inputFields: [input(from, "id", "DIRECT", "IDENTITY")] } } },
});

/** Events as they come over HTTP: one at a time, each added to what is stored. */
const oneByOne = (...events: readonly unknown[]) =>
  events.reduce<readonly AssetFact[]>((known, event) => mergeEventFacts(known, facts(event)), []);
const find = (all: readonly AssetFact[], name: string) =>
  all.find((fact) => fact.name.name === name);

describe("events one at a time", () => {
  it("a COMPLETE without lineage leaves what START said", () => {
    const all = oneByOne(
      runEvent({
        state: "START",
        inputs: [dataset(RAW)],
        outputs: [dataset(CLEAN, { ...lineage(RAW), schema: schema("id INT") })],
        time: "2026-03-02T02:00:00Z",
      }),
      runEvent({
        state: "COMPLETE",
        inputs: [dataset(RAW)],
        outputs: [dataset(CLEAN)],
        time: "2026-03-02T02:01:00Z",
      }),
    );
    expect(find(all, CLEAN)).toMatchObject({
      edges: [{ use: "IDENTITY" }],
      columns: [{ name: "id" }],
      columnsComplete: true,
      attributes: { lastRun: { state: "ok" } },
    });
  });

  it("lineage replaces an unknown read of the same job", () => {
    const all = oneByOne(
      runEvent({
        state: "START",
        inputs: [dataset(RAW)],
        outputs: [dataset(CLEAN)],
        time: "2026-03-02T02:00:00Z",
      }),
      runEvent({
        inputs: [dataset(RAW)],
        outputs: [dataset(CLEAN, lineage(RAW))],
        time: "2026-03-02T02:01:00Z",
      }),
    );
    expect(find(all, CLEAN)?.edges.map((edge) => edge.use)).toEqual(["IDENTITY"]);
  });

  it("a job is no reader of its own any more once it is known to write", () => {
    const all = oneByOne(
      runEvent({ state: "START", inputs: [dataset(RAW)], time: "2026-03-02T02:00:00Z" }),
      runEvent({ inputs: [dataset(RAW)], outputs: [dataset(CLEAN)], time: "2026-03-02T02:01:00Z" }),
    );
    expect(find(all, "load_orders")?.edges).toEqual([]);
  });

  it("a reader's view takes nothing from what the writer said", () => {
    const all = oneByOne(
      runEvent({
        outputs: [
          dataset(CLEAN, {
            schema: schema("id INT", "amt INT"),
            ownership: { owners: [{ name: "team:a" }] },
          }),
        ],
      }),
      runEvent({
        job: "other",
        inputs: [
          dataset(CLEAN, { schema: schema("id INT"), ownership: { owners: [{ name: "team:b" }] } }),
        ],
        time: "2026-03-02T05:00:00Z",
      }),
    );
    const clean = find(all, CLEAN);
    expect([
      clean?.columns?.length,
      clean?.columnsComplete,
      clean?.placeholder,
      clean?.attributes.owner,
    ]).toEqual([2, true, undefined, "team:a"]);
  });

  it("the same event again changes nothing", () => {
    const event = runEvent({
      inputs: [dataset(RAW)],
      outputs: [dataset(CLEAN, { ...lineage(RAW), schema: schema("id INT") })],
    });
    expect(oneByOne(event, event)).toEqual(oneByOne(event));
  });

  it("an earlier state that arrives late does not turn a finished run back", () => {
    const all = oneByOne(
      runEvent({ state: "COMPLETE", outputs: [dataset(CLEAN)], time: "2026-03-02T02:01:00Z" }),
      runEvent({ state: "START", outputs: [dataset(CLEAN)], time: "2026-03-02T02:00:00Z" }),
    );
    expect(find(all, CLEAN)?.attributes.lastRun).toEqual({
      at: "2026-03-02T02:01:00.000Z",
      state: "ok",
    });
  });
});

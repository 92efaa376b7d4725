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

  it("what a table looked like earlier does not replace what it looks like, when it is told late and without a run", () => {
    const described = (time: string, ...fields: string[]) => ({
      eventTime: time,
      producer: "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark",
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
      dataset: dataset(CLEAN, {
        schema: schema(...fields),
        documentation: { description: `as of ${time}` },
      }),
    });
    const [early, noon, late] = [
      described("2026-03-02T02:00:00Z", "id INT", "old INT"),
      described("2026-03-02T12:00:00Z", "id INT"),
      described("2026-03-02T22:00:00+02:00", "id BIGINT"),
    ];
    const newest = { columns: [{ name: "id", type: "BIGINT" }] };
    for (const order of [
      [early, noon, late],
      [late, noon, early],
      [noon, late, early],
    ]) {
      const fact = find(oneByOne(...order), CLEAN);
      expect(fact).toMatchObject(newest);
      expect(fact?.columns).toHaveLength(1);
      expect(fact?.attributes.description).toBe("as of 2026-03-02T22:00:00+02:00");
    }
  });

  it("a job that is described without a run keeps its newest description, and a repetition is no news", () => {
    const described = (time: string, description: string) => ({
      eventTime: time,
      producer: "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark",
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
      job: { namespace: "etl", name: "load", facets: { documentation: { description } } },
      inputs: [dataset(RAW)],
      outputs: [dataset(CLEAN)],
    });
    const now = described("2026-03-02T12:00:00Z", "now");
    const before = described("2026-03-02T02:00:00Z", "before");
    const again = described("2026-03-02T12:05:00Z", "now");
    expect(find(oneByOne(now, before), "load")?.attributes.description).toBe("now");
    const known = oneByOne(now);
    expect(mergeEventFacts(known, facts(again))).toEqual(known);
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

it("a run that fails keeps when one last came through, in whatever order and heaps they are told", () => {
  const end = (state: string, time: string) =>
    runEvent({ state, time, runId: time, outputs: [dataset(CLEAN)] });
  const events = [
    end("COMPLETE", "2026-03-02T02:00:00Z"),
    end("COMPLETE", "2026-03-02T08:00:00Z"),
    end("FAIL", "2026-03-02T14:00:00Z"),
    end("FAIL", "2026-03-02T20:00:00Z"),
  ];
  const last = {
    at: "2026-03-02T20:00:00.000Z",
    state: "failed",
    okAt: "2026-03-02T08:00:00.000Z",
  };
  expect(find(oneByOne(...events), CLEAN)?.attributes.lastRun).toEqual(last);
  expect(find(oneByOne(...events.toReversed()), CLEAN)?.attributes.lastRun).toEqual(last);
  const heap = events.map((value) => ({ value, provenance: { event: "e" } }));
  expect(find(readOpenLineageEvents(heap).facts, CLEAN)?.attributes.lastRun).toEqual(last);
});

describe("a table that is loaded under another name and then renamed", () => {
  const loaded = (name: string, at: string) =>
    runEvent({
      job: "load",
      inputs: [dataset(RAW)],
      outputs: [dataset(name, { ...lineage(RAW), schema: schema("id INT") })],
      time: at,
    });
  const renamed = (from: string, to: string, at: string) =>
    runEvent({
      job: "swap",
      outputs: [
        dataset(to, {
          lifecycleStateChange: {
            lifecycleStateChange: "RENAME",
            previousIdentifier: { namespace: "postgres://db:5432", name: from },
          },
        }),
      ],
      time: at,
    });
  const events = [
    loaded("shop.clean.tmp", "2026-03-02T02:00:00Z"),
    renamed("shop.clean.tmp", CLEAN, "2026-03-02T02:01:00Z"),
  ];
  const known = {
    columns: [{ name: "id", type: "INT" }],
    edges: [{ from: { name: { name: RAW }, column: "id" }, toColumn: "id" }],
  };

  it("is what it was, whether the events come together or one by one", () => {
    const together = readOpenLineageEvents(
      events.map((value) => ({ value, provenance: { event: "e" } })),
    ).facts;
    for (const all of [together, oneByOne(...events)]) {
      expect(find(all, CLEAN)).toMatchObject(known);
      expect(find(all, "shop.clean.tmp")).toMatchObject(known);
    }
  });

  it("does not read itself where it was made of what it was before", () => {
    const [first, swap] = events;
    const again = runEvent({
      job: "load",
      inputs: [dataset(CLEAN)],
      outputs: [dataset("shop.clean.tmp", lineage(CLEAN))],
      time: "2026-03-03T02:00:00Z",
    });
    const all = oneByOne(first, swap, again, { ...swap, eventTime: "2026-03-03T02:01:00Z" });
    const from = find(all, CLEAN)?.edges.map((edge) => edge.from.name.name);
    expect(from).toEqual([RAW]);
  });

  it("leaves a table alone that only has the old name of another one", () => {
    const away = renamed(CLEAN, "shop.clean.old", "2026-03-02T02:02:00Z");
    const all = oneByOne(loaded(CLEAN, "2026-03-02T02:00:00Z"), away);
    expect(find(all, "shop.clean.old")).toMatchObject(known);
    expect(find(all, CLEAN)).toMatchObject(known);
    expect(find(all, RAW)?.edges).toEqual([]);
  });
});

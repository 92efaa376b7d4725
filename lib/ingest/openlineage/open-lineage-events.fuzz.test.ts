import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataset, input, runEvent, schema } from "./event.fixture.ts";
import { parseEventTime } from "./event-time.ts";
import { readOpenLineageEvents } from "./read-open-lineage-events.ts";

const names = ["shop.raw.orders", "shop.clean.orders", "shop.mart.daily", "agg"];
const columns = ["id", "amt", "addr.zip"];
const aName = fc.constantFrom(...names);
const aColumn = fc.constantFrom(...columns);

const anInput = fc
  .tuple(
    aName,
    aColumn,
    fc.constantFrom("DIRECT", "INDIRECT", undefined),
    fc.constantFrom("IDENTITY", "JOIN", "AGGREGATION", "OTHER"),
  )
  .map(([name, column, type, subtype]) => input(name, column, type, subtype));

const aDataset = fc
  .record({
    name: aName,
    fields: fc.option(fc.subarray(columns, { minLength: 1 })),
    lineage: fc.option(
      fc.dictionary(aColumn, fc.record({ inputFields: fc.array(anInput, { maxLength: 3 }) })),
    ),
  })
  .map(({ name, fields, lineage }) =>
    dataset(name, {
      ...(fields === null ? {} : { schema: schema(...fields.map((field) => `${field} INT`)) }),
      ...(lineage === null ? {} : { columnLineage: { fields: lineage } }),
    }),
  );

const anEvent = fc
  .record({
    time: fc.integer({ min: 0, max: 5 }).map((second) => `2026-03-02T02:00:0${second}.5Z`),
    state: fc.constantFrom("START", "RUNNING", "COMPLETE", "FAIL", "OTHER"),
    runId: fc.constantFrom("a", "b"),
    job: fc.constantFrom("load", "train_x"),
    inputs: fc.array(aDataset, { maxLength: 2 }),
    outputs: fc.array(aDataset, { maxLength: 2 }),
  })
  .map(runEvent);

const read = (events: readonly unknown[]) =>
  readOpenLineageEvents(
    events.map((value, index) => ({ value, provenance: { event: `e${index}` } })),
  );

/** Facts without where they come from: places belong to the delivery, not to what is said. */
const said = (events: readonly unknown[]): string =>
  JSON.stringify(read(events).facts, (key, value: unknown) =>
    key === "provenance" ? undefined : value,
  );

/** The same value with one part of it replaced by something that does not belong there. */
function damage(value: unknown, path: readonly number[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
    string,
    unknown
  >;
  copy[key] = damage(copy[key], rest, by);
  return copy;
}

describe("any events", () => {
  it("shuffled and doubled deliveries add up to the same facts", () => {
    fc.assert(
      fc.property(
        fc.array(anEvent, { minLength: 1, maxLength: 6 }).chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray([...events, ...events], {
              minLength: events.length * 2,
              maxLength: events.length * 2,
            }),
          ),
        ),
        ([events, delivered]) => {
          expect(said(delivered)).toBe(said(events));
        },
      ),
      { numRuns: 300, seed: 20260302 },
    );
  });

  it("a damaged event never throws, and is either read or told", () => {
    fc.assert(
      fc.property(
        anEvent,
        fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 7 }),
        fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, "__proto__", [], {}, -1)),
        (event, path, by) => {
          const { facts, problems } = read([damage(event, path, by)]);
          expect(facts.length + problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000, seed: 20260303 },
    );
  });

  it("any JSON at all is an answer, not an exception", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(read([value]).problems.length + read([value]).facts.length).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 20260304 },
    );
  });
});

describe("times of events", () => {
  it("agree with the platform's own calendar for any moment and offset", () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date("1900-01-01T00:00:00Z"),
          max: new Date("2399-12-31T23:59:59Z"),
          noInvalidDate: true,
        }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (moment, offset) => {
          const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
          const sign = offset < 0 ? "-" : "+";
          const size = Math.abs(offset);
          const zone = `${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
          expect(parseEventTime(local + zone)?.iso).toBe(moment.toISOString());
        },
      ),
      { numRuns: 500, seed: 20260305 },
    );
  });

  it.each([
    ["2026-11-22T21:18:45.43Z", "2026-11-22T21:18:45.430000000Z"],
    ["2026-11-22T21:10:24.226439+00:00", "2026-11-22T21:10:24.226439000Z"],
    ["2026-11-22T21:10:24.226439123Z", "2026-11-22T21:10:24.226439123Z"],
    ["2026-11-22T21:10:24", "2026-11-22T21:10:24.000000000Z"],
    ["2026-11-22 23:10:24+0200", "2026-11-22T21:10:24.000000000Z"],
    ["2026-11-22T21:10:24Z[UTC]", "2026-11-22T21:10:24.000000000Z"],
  ])("%s is %s", (text, sortable) => {
    expect(parseEventTime(text)?.sortable).toBe(sortable);
  });

  it.each(["", "2026-13-01T00:00:00Z", "2026-11-22", "22.11.2026", "2026-11-22T25:00:00Z"])(
    "%s is no time",
    (text) => {
      expect(parseEventTime(text)).toBeUndefined();
    },
  );
});

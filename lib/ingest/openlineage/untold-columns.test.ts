import { describe, expect, it } from "vitest";
import type { EdgeFact } from "#lib/model/fact.ts";
import { dataset, input, runEvent, schema } from "./event.fixture.ts";
import { readOpenLineageEvents } from "./read-open-lineage-events.ts";

const RAW = "shop.raw.orders";
const OTHER = "shop.raw.refunds";
const OUT = "shop.clean.orders";

const edgesOf = (...values: readonly unknown[]): readonly string[] => {
  const { facts } = readOpenLineageEvents(
    values.map((value, at) => ({ value, provenance: { file: "events.ndjson", line: at + 1 } })),
  );
  const fact = facts.find(({ name }) => name.name === OUT);
  return (fact?.edges ?? []).map(shown);
};

const shown = ({ from, toColumn, use }: EdgeFact): string =>
  `${from.name.name.split(".").at(-1)}${from.column === undefined ? "" : `.${from.column}`} -> ${toColumn ?? "*"} ${use}`;

const writes = (
  fields: Readonly<Record<string, unknown>>,
  {
    columns = ["id BIGINT", "note TEXT"],
    whole = [] as readonly unknown[],
    time = "2026-03-02T02:00:00Z",
  } = {},
) =>
  runEvent({
    time,
    inputs: [dataset(RAW)],
    outputs: [
      dataset(OUT, {
        schema: schema(...columns),
        columnLineage: { fields, dataset: whole },
      }),
    ],
  });

const LATER = { time: "2026-03-03T02:00:00Z" };

const id = { inputFields: [input(RAW, "id", "DIRECT", "IDENTITY")] };

describe("columns that a lineage facet leaves out", () => {
  it("may be made of anything that the statement reads", () => {
    expect(edgesOf(writes({ id }))).toEqual(["orders.id -> id IDENTITY", "orders -> note UNKNOWN"]);
  });

  it("are made of nothing where the facet lists them with no input", () => {
    expect(edgesOf(writes({ id, note: { inputFields: [] } }))).toEqual([
      "orders.id -> id IDENTITY",
    ]);
  });

  it("count as told where only rows decide them, as Spark without its dataset list says of count(*)", () => {
    const note = { inputFields: [input(RAW, "kind", "INDIRECT", "GROUP_BY")] };
    expect(edgesOf(writes({ id, note }, LATER))).toEqual([
      "orders.id -> id IDENTITY",
      "orders.kind -> * GROUP_BY",
    ]);
  });

  it("stay open where one of their inputs cannot be read", () => {
    const note = { inputFields: [input(RAW, "memo", "DIRECT", "IDENTITY"), { field: "lost" }] };
    expect(edgesOf(writes({ id, note }, LATER))).toContain("orders -> note UNKNOWN");
    expect(edgesOf(writes({ id, note: "lost" }))).toContain("orders -> note UNKNOWN");
  });

  it("are all of them where the facet speaks of the dataset alone", () => {
    const whole = [input(RAW, "kind", "INDIRECT", "FILTER")];
    expect(edgesOf(writes({}, { whole }))).toEqual([
      "orders.kind -> * FILTER",
      "orders -> id UNKNOWN",
      "orders -> note UNKNOWN",
    ]);
  });

  it("are not those that a facet tells by a field inside them", () => {
    const fields = { id, "note.text": { inputFields: [input(RAW, "memo", "DIRECT", "IDENTITY")] } };
    expect(edgesOf(writes(fields))).toEqual([
      "orders.id -> id IDENTITY",
      "orders.memo -> note IDENTITY",
    ]);
  });

  it("are found for each statement of a job: what one insert says of a column the other does not", () => {
    const fromOther = { inputFields: [input(OTHER, "memo", "DIRECT", "IDENTITY")] };
    expect(edgesOf(writes({ id }), writes({ id: fromOther, note: fromOther }, LATER))).toEqual([
      "orders.id -> id IDENTITY",
      "refunds.memo -> id IDENTITY",
      "refunds.memo -> note IDENTITY",
      "orders -> note UNKNOWN",
    ]);
  });

  it("are told by a later run that tells them", () => {
    const note = { inputFields: [input(RAW, "memo", "DIRECT", "IDENTITY")] };
    expect(edgesOf(writes({ id }), writes({ id, note }, LATER))).toEqual([
      "orders.id -> id IDENTITY",
      "orders.memo -> note IDENTITY",
    ]);
  });

  it("are not looked for where nobody lists the columns that were written", () => {
    expect(edgesOf(writes({ id }, { columns: [] }))).toEqual(["orders.id -> id IDENTITY"]);
  });
});

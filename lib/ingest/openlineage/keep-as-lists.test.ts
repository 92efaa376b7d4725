import { describe, expect, it } from "vitest";
import { factLanes } from "#lib/model/edge-lanes.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { mergeEventFacts } from "./merge-event-facts.ts";
import { readOpenLineageFiles } from "./read-open-lineage-events.ts";

const ORDERS = { namespace: "postgres://db:5432", name: "shop.orders" };

const fileAt = (line: number) => ({
  path: "events.ndjson",
  text: `${"\n".repeat(line)}${JSON.stringify({
    eventTime: "2026-11-20T07:00:00Z",
    eventType: "COMPLETE",
    producer: "https://example.com/etl",
    run: { runId: "01941f29-7c00-7000-8000-000000000001" },
    job: { namespace: "etl", name: "sum_orders" },
    inputs: [ORDERS],
    outputs: [
      {
        ...ORDERS,
        name: "shop.totals",
        facets: {
          columnLineage: {
            fields: {
              total: { inputFields: [{ ...ORDERS, field: "amount" }] },
              day: { inputFields: [{ ...ORDERS, field: "day" }] },
            },
          },
        },
      },
    ],
  })}\n`,
});

const totalsIn = (facts: readonly AssetFact[]): AssetFact => {
  const found = facts.find(({ name }) => name.name === "shop.totals");
  if (found === undefined) throw new Error("no totals");
  return found;
};

/** As a store gives it back: its edges are objects. */
const asStored = (facts: readonly AssetFact[]): readonly AssetFact[] =>
  facts.map((fact) => ({ ...fact, edges: fact.edges.map((edge) => ({ ...edge })) }));

describe("a file that is read again", () => {
  it("has its edges as lists, and says what it said", () => {
    const stored = asStored(readOpenLineageFiles([fileAt(0)]).facts);
    const merged = mergeEventFacts(stored, readOpenLineageFiles([fileAt(0)]).facts);
    expect(factLanes(totalsIn(stored))).toBeUndefined();
    expect(factLanes(totalsIn(merged))?.end).toHaveLength(2);
    expect(JSON.parse(JSON.stringify(merged))).toEqual(JSON.parse(JSON.stringify(stored)));
  });

  it("keeps the places where it was said first, when it says the same at others", () => {
    const stored = asStored(readOpenLineageFiles([fileAt(0)]).facts);
    const merged = mergeEventFacts(stored, readOpenLineageFiles([fileAt(5)]).facts);
    expect(totalsIn(merged)).toBe(totalsIn(stored));
    expect(totalsIn(merged).edges.map(({ provenance }) => provenance.line)).toEqual([1, 1]);
  });
});

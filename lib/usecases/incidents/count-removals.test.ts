import { describe, expect, it } from "vitest";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { Review } from "#lib/review/review.ts";
import { agreedOwners, countRemovals, type FoundChange } from "./count-removals.ts";

const ORDERS = assetId("mesh", "orders");
const GRAPH = {
  version: 1,
  assets: new Map([
    [
      ORDERS,
      {
        id: ORDERS,
        namespace: "mesh",
        name: "orders",
        shortName: "orders",
        attributes: { domain: "checkout" },
        aliases: [],
      },
    ],
  ]),
} as unknown as MergedGraph;

const review = (column: string, more: Partial<Review> = {}): Review =>
  ({
    id: "CHG-1",
    state: "ready",
    sunset: { date: "2026-03-10", announcedAt: "2026-02-01T00:00:00Z" },
    content: { changes: [{ kind: "drop_column", asset: "orders", column }] },
    asks: [],
    ...more,
  }) as unknown as Review;

const gone = (column: string, at: string): FoundChange => ({
  at,
  asset: ORDERS,
  changes: [{ kind: "drop_column", column }],
});

describe("what was taken away", () => {
  it("was taken away in time where a date was announced before, and had come", () => {
    const found: FoundChange[] = [
      gone("Amount", "2026-03-10T04:00:00Z"),
      gone("note", "2026-03-09T04:00:00Z"),
      gone("status", "2026-03-11T04:00:00Z"),
      { at: "2026-03-11T04:00:00Z", asset: ORDERS, changes: [{ kind: "description_only" }] },
    ];
    const reviews = [
      review("amount"),
      review("note"),
      review("status", { sunset: { date: "2026-03-01", announcedAt: "2026-03-12T00:00:00Z" } }),
    ];
    expect(countRemovals(GRAPH, { found, reviews }).get("checkout")).toEqual({ all: 3, inTime: 1 });
  });

  it("of an abandoned review is not agreed", () => {
    const found = [gone("amount", "2026-03-11T04:00:00Z")];
    const reviews = [review("amount", { state: "abandoned" })];
    expect(countRemovals(GRAPH, { found, reviews }).get("checkout")).toEqual({ all: 1, inTime: 0 });
  });
});

it("an owner had agreed who signed off in the linked review before the change was deployed", () => {
  const asks = [
    { owner: "early", signOff: { answer: "agree", at: "2026-03-01T00:00:00Z" } },
    { owner: "late", signOff: { answer: "agree", at: "2026-03-20T00:00:00Z" } },
    { owner: "against", signOff: { answer: "object", at: "2026-03-01T00:00:00Z" } },
    { owner: "silent" },
  ] as unknown as Review["asks"];
  const incident = {
    links: [{ to: "review", href: "/changes/CHG-1" }],
    stamps: { deployed: "2026-03-10T00:00:00Z" },
  } as unknown as Incident;
  const reviews = [review("amount", { asks }), review("note", { id: "CHG-2", asks })];
  expect([...agreedOwners(incident, reviews)]).toEqual(["early"]);
});

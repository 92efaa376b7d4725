import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { decodeClaim } from "#lib/store/decode-claim.ts";
import { encodeClaim } from "#lib/store/encode-claim.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { assembleSources } from "./assemble-graph.ts";
import { exportGraph } from "./export-graph.ts";

const AT = "2026-03-02T06:00:00Z";

async function read(file: unknown): Promise<MergedGraph> {
  const parser = await loadSqlParser();
  const files = [{ path: "g.json", root: "g.json", text: JSON.stringify(file) }];
  return (await assembleSources({ parser }, readSources({ files, parser, at: AT }))).graph;
}

const write = (graph: MergedGraph): unknown => exportGraph(graph, { kind: "graph", at: AT });

const own = fc.dictionary(
  fc.constantFrom("team", "ticket", "x-cost", "extra"),
  fc.oneof(fc.string(), fc.integer(), fc.constant([1, { deep: true }])),
);
const role = fc.constantFrom("dimension", "measure", "filter", "feature", "label", "key");

const graphFile = fc
  .record({
    guessed: fc.boolean(),
    open: fc.boolean(),
    gone: fc.boolean(),
    mode: fc.constantFrom("fills", "lists"),
    top: own,
    table: own,
    column: own,
    edge: own,
    board: own,
    role,
    rows: fc.nat(),
  })
  .map((one) => ({ one, file: writeFile(one) }));

interface Parts {
  readonly guessed: boolean;
  readonly open: boolean;
  readonly gone: boolean;
  readonly mode: string;
  readonly role: string;
  readonly rows: number;
  readonly top: object;
  readonly table: object;
  readonly column: object;
  readonly edge: object;
  readonly board: object;
}

function writeFile(one: Parts) {
  return {
    ...one.top,
    assets: [
      {
        ...one.table,
        id: "shop.orders",
        kind: "table",
        tier: 3,
        tierGuessed: one.guessed,
        dbtUniqueId: "model.shop.orders",
        lastRun: { at: "2026-03-01T06:00:00Z", state: "failed" },
        ...(one.open ? { columnsComplete: false } : {}),
        ...(one.gone ? { staleSince: "2026-03-01T07:00:00Z" } : {}),
        columns: [{ ...one.column, name: "amount", type: "int" }, { name: "note" }],
      },
      { ...one.board, id: "notes", kind: "report", columns: [{ name: "text" }] },
      {
        id: "Sales",
        kind: "dashboard",
        queries: [
          {
            name: "total",
            sql: "select sum(amount) as total from shop.orders",
            dialect: "duckdb",
            roles: [{ column: "total", role: one.role }],
            live: { mode: one.mode, written: ["amount"] },
          },
        ],
      },
    ],
    edges: [
      { ...one.edge, from: "shop.orders.note", to: "notes.text", use: "IDENTITY", cap: "likely" },
    ],
    observed: { "shop.orders": { rows: one.rows }, "shop.orders.amount": { nullShare: 0.5 } },
  };
}

/** As the graph lists them. */
const byId = <T extends { readonly id: string }>(assets: readonly T[]): T[] =>
  [...assets].sort((a, b) => (a.id < b.id ? -1 : 1));

const without = (graph: MergedGraph) =>
  JSON.parse(
    JSON.stringify([...graph.assets.values()], (key, value: unknown) =>
      key === "provenance" || key === "line" ? undefined : value,
    ),
  );

describe("a graph file that is exported", () => {
  it("reads as the graph that it was written from, keys of its own included", async () => {
    await fc.assert(
      fc.asyncProperty(graphFile, async ({ one, file }) => {
        const first = await read(file);
        const exported = write(first);
        expect(exported).toMatchObject({ ...file, assets: byId(file.assets) });
        const orders = [...first.assets.values()].find(({ name }) => name === "shop.orders");
        expect(orders).toMatchObject({ attributes: { tier: 3, tierGuessed: one.guessed } });
        expect([orders?.columnsComplete, orders?.staleSince]).toEqual([
          !one.open,
          one.gone ? "2026-03-01T07:00:00Z" : undefined,
        ]);
        const again = await read(exported);
        expect(without(again)).toEqual(without(first));
        expect(write(again)).toEqual(exported);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps the keys of edges through the store", () => {
    const edge = {
      from: { asset: "g/a" },
      to: { asset: "g/b" },
      use: "UNKNOWN",
      extra: { ticket: [1] },
      provenance: {},
    };
    const claim = { asset: "g/b", edges: [edge] } as unknown as Parameters<typeof encodeClaim>[0];
    expect(decodeClaim(encodeClaim(claim))?.edges).toEqual([edge]);
  });
});

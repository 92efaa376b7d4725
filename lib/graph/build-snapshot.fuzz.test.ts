import fc from "fast-check";
import { expect, test } from "vitest";
import type { AssetQuery } from "#lib/model/claim.ts";
import { buildSnapshot, buildWithShelf } from "./build-snapshot.ts";
import { DraftShelf, type KeptDrafts, NO_DRAFTS } from "./draft-shelf.ts";
import { noteChanges } from "./graph-changes.ts";
import { type AssetNote, graphOf, idOf } from "./graph-of.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import type { Snapshot } from "./snapshot.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];
const name = fc.constantFrom(...NAMES);
const column = fc.constantFrom("id", "ID", "x", "total", "y");

const edge = fc
  .record({
    from: name,
    fromColumn: fc.option(column, { nil: undefined }),
    to: name,
    toColumn: fc.option(column, { nil: undefined }),
    use: fc.constantFrom(
      "IDENTITY",
      "CAST",
      "AGG_SUM",
      "GROUP_BY",
      "UNKNOWN",
      "EXISTS",
      "UNQUALIFIED",
    ),
  })
  .map(({ from, fromColumn, to, toColumn, use }) => {
    const end = (asset: string, of: string | undefined) =>
      of === undefined ? asset : `${asset}.${of}`;
    return `${end(from, fromColumn)} -${use}> ${end(to, toColumn)}`;
  });

const query = fc
  .record({ input: name, outer: name, wanted: column, made: column, isNull: fc.boolean() })
  .map(
    ({ input, outer, wanted, made, isNull }): AssetQuery => ({
      name: "q",
      sql: isNull ? `select null as ${made}` : "select 1",
      dialect: "duckdb",
      provenance: { file: "q.sql" },
      plan: {
        relations: [
          {
            label: "inner",
            inputs: [{ asset: idOf(input), rows: "each" }],
            columns: [{ name: made, nullable: true }],
            edges: isNull
              ? []
              : [
                  {
                    input: 0,
                    column: wanted,
                    to: 0,
                    use: "AGG_SUM",
                    detail: "sum",
                    expression: "sum(x)",
                  },
                ],
          },
          {
            label: "result",
            inputs: [
              { relation: 0, rows: "each" },
              { asset: idOf(outer), rows: "outer" },
            ],
            columns: [{ name: made }],
            edges: [
              { input: 0, column: made, to: 0, use: "IDENTITY" },
              { input: 1, column: wanted, use: "JOIN_LEFT", detail: "op:=" },
              { input: 1, column: wanted, use: "FILTER", expression: `${wanted} = 'one'` },
            ],
          },
        ],
      },
    }),
  );

const addsDays: AssetQuery = {
  name: "q",
  sql: "select at + n as due from orders",
  dialect: "duckdb",
  provenance: { file: "q.sql" },
  plan: {
    relations: [
      {
        label: "result",
        inputs: [{ asset: idOf("orders"), rows: "each" }],
        columns: [{ name: "due" }],
        edges: [
          { input: 0, column: "at", to: 0, use: "ARITH", expression: "at + n" },
          { input: 0, column: "n", to: 0, use: "ARITH", expression: "at + n" },
        ],
      },
    ],
  },
};

const note: fc.Arbitrary<AssetNote> = fc
  .record({
    kind: fc.constantFrom(
      "table" as const,
      "view" as const,
      "dashboard" as const,
      "chart" as const,
    ),
    columns: fc.option(
      fc.array(fc.record({ name: column, type: fc.constantFrom("INTEGER", "VARCHAR") }), {
        maxLength: 3,
      }),
      { nil: undefined },
    ),
    partOf: fc.option(name, { nil: undefined }),
    queries: fc.array(query, { maxLength: 2 }),
  })
  .map(({ kind, columns, partOf, queries }) => ({
    kind,
    queries,
    attributes: partOf === undefined ? {} : { partOf: idOf(partOf) },
    ...(columns === undefined ? {} : { columns }),
  }));

/** What is said at one version: edges, and assets with what is known of them; `gone` are not there at all. */
const version = fc.record({
  edges: fc.array(edge, { maxLength: 12 }),
  notes: fc.dictionary(name, note, { maxKeys: 4 }),
  gone: fc.subarray(NAMES, { maxLength: 2 }),
  /** Of these it is said that they ran, and where: nothing that is walked is another. */
  ran: fc.subarray(NAMES),
});
type Version = typeof version extends fc.Arbitrary<infer T> ? T : never;

/** The next version keeps a part of what was said, so that most assets stay as they are. */
const history = fc
  .array(fc.tuple(version, fc.nat(15), fc.nat(5), fc.boolean()), { minLength: 2, maxLength: 6 })
  .map((steps) => {
    const said: Version[] = [];
    for (const [fresh, edges, notes, isRun] of steps) {
      const last = said.at(-1);
      if (last === undefined) said.push(fresh);
      else if (isRun) said.push({ ...last, ran: fresh.ran });
      else
        said.push({
          edges: [...last.edges.slice(0, edges), ...fresh.edges.slice(0, 2)],
          notes: {
            ...last.notes,
            ...Object.fromEntries(Object.entries(fresh.notes).slice(0, notes % 2)),
          },
          gone: notes === 5 ? fresh.gone : last.gone,
          ran: last.ran,
        });
    }
    return said;
  });

/** As a store gives it: assets that say the same as before are the same objects. */
function graphAt(at: Version, number: number, before: MergedGraph | undefined): MergedGraph {
  const graph = graphOf(at.edges.join(";"), at.notes);
  const assets = new Map<MergedAsset["id"], MergedAsset>();
  for (const asset of graph.assets.values()) {
    if (at.gone.some((gone) => idOf(gone) === asset.id)) continue;
    const description = at.ran.some((ran) => idOf(ran) === asset.id) ? "ran" : "waits";
    const provenance = { file: description };
    const edges = asset.edges.map((each) => ({ ...each, provenance }));
    const now = { ...asset, edges, attributes: { ...asset.attributes, description } };
    const known = before?.assets.get(asset.id);
    assets.set(asset.id, JSON.stringify(known) === JSON.stringify(now) && known ? known : now);
  }
  return { version: number, assets };
}

const namesIn = ({ columnNames }: Snapshot): readonly (string | undefined)[] =>
  Array.from({ length: columnNames.length }, (_, at) => columnNames.at(at));

const written = ({ notes, ...snapshot }: Snapshot): unknown => ({
  ...snapshot,
  columnNames: namesIn({ notes, ...snapshot }),
  notes: Array.from({ length: notes.length }, (_, at) => {
    const { expression, provenance } = notes.at(at) ?? {};
    return { expression, provenance };
  }),
});

/** As `applyClaims` does. */
function tellChanges(before: MergedGraph, after: MergedGraph): void {
  const ids = new Set([...before.assets.keys(), ...after.assets.keys()]);
  const changed = [...ids].filter((id) => before.assets.get(id) !== after.assets.get(id));
  noteChanges(before, { after, changed: new Set(changed) });
}

test.each([
  { what: "whose changes are told", isTold: true },
  { what: "whose assets are compared", isTold: false },
])(
  "a snapshot that goes on from an earlier version, $what, is the one that is built from nothing (seed 20261126)",
  ({ isTold }) => {
    let takenOver = 0;
    let shared = 0;
    fc.assert(
      fc.property(history, fc.nat(3), (versions, skipped) => {
        let graph: MergedGraph | undefined;
        let snapshot: Snapshot | undefined;
        for (const [number, at] of versions.entries()) {
          const next = graphAt(at, number, graph);
          for (const [id, asset] of next.assets) if (graph?.assets.get(id) === asset) takenOver++;
          if (graph && isTold) tellChanges(graph, next);
          graph = next;
          // Of some versions nobody asks for the snapshot.
          if (number > 0 && number === skipped) continue;
          const last = snapshot;
          snapshot = buildSnapshot(next, last);
          if (snapshot.edgeTo === last?.edgeTo) shared++;
          expect(written(snapshot)).toEqual(written(buildSnapshot(next)));
        }
      }),
      { seed: 20261126, numRuns: 600 },
    );
    // Else the property would say nothing.
    expect(takenOver).toBeGreaterThan(1000);
    expect(shared).toBeGreaterThan(200);
  },
);

test("a snapshot made with drafts that another program run kept is the one that is built from nothing (seed 20261123)", () => {
  let asked = 0;
  let fresh = 0;
  fc.assert(
    fc.property(history, (versions) => {
      let kept = NO_DRAFTS;
      for (const [number, at] of versions.entries()) {
        // Other objects than before, as if they had been read again.
        const graph = graphAt(at, number, undefined);
        const shelf = new DraftShelf({ kept, digest: (text) => text });
        expect(written(buildWithShelf(graph, shelf))).toEqual(written(buildSnapshot(graph)));
        fresh += shelf.fresh;
        asked += graph.assets.size;
        kept = structuredClone(shelf.kept) as KeptDrafts;
      }
    }),
    { seed: 20261123, numRuns: 600 },
  );
  // Else the property would say nothing, or spare nothing.
  expect(fresh).toBeGreaterThan(1000);
  expect(asked - fresh).toBeGreaterThan(1000);
});

test("what a reader makes of a date is drafted anew when the column that it reads gets another type", () => {
  const made = (type: string): MergedGraph =>
    graphOf("", {
      orders: {
        columns: [
          { name: "at", type },
          { name: "n", type: "INTEGER" },
        ],
      },
      late: { columns: ["due"], queries: [addsDays] },
    });
  const shelf = new DraftShelf({ kept: NO_DRAFTS, digest: (text) => text });
  buildWithShelf(made("TIMESTAMP"), shelf);
  const next = new DraftShelf({ kept: shelf.kept, digest: (text) => text });
  const graph = made("DATE");
  expect(written(buildWithShelf(graph, next))).toEqual(written(buildSnapshot(graph)));
  expect(next.fresh).toBe(2);
});

test("a commit that names a column nobody has yet is seen by the asset that should have it", () => {
  const notes = { orders: { columns: ["id"] } };
  const first = graphOf("orders.id -> mart.id; orders.id -> other.id", notes);
  const second = graphOf(
    "orders.id -> mart.id; orders.gone -> mart.gone; orders.id -> other.id",
    notes,
  );
  const kept = new Map(second.assets);
  for (const id of [idOf("orders"), idOf("other")]) {
    const asset = first.assets.get(id);
    if (asset !== undefined) kept.set(id, asset);
  }
  const graph = { version: 2, assets: kept };
  const snapshot = buildSnapshot(graph, buildSnapshot(first));
  expect(namesIn(snapshot)).toContain("gone");
  expect(namesIn(snapshot)).toEqual(namesIn(buildSnapshot(graph)));
});

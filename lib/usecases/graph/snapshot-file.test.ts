import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { countReads, readsOf } from "#lib/graph/reads-of.ts";
import { assessChanges } from "#lib/impact/assess-change.ts";
import { listUnread } from "#lib/impact/list-unread.ts";
import { UNRESOLVED } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import { createGraphView, type GraphView } from "./graph-view.ts";
import { readSnapshotFile, writeSnapshotFile } from "./snapshot-file.ts";

const AT = "2026-03-03T02:00:00Z";
const NOTES: Readonly<Record<string, AssetNote>> = {
  orders: { columns: ["id", { name: "größe", type: "INTEGER", nullable: false }] },
  board: {
    kind: "dashboard",
    queries: [
      {
        name: "tile",
        sql: "select sum(total) as total from mart",
        dialect: "duckdb",
        provenance: { file: "board.sql", line: 3 },
        plan: {
          relations: [
            {
              label: "tile",
              inputs: [{ asset: idOf("mart"), rows: "single" }],
              columns: [{ name: "total" }],
              edges: [
                {
                  input: 0,
                  column: "total",
                  to: 0,
                  use: "AGG_SUM",
                  detail: "sum",
                  expression: "sum(total)",
                },
              ],
            },
          ],
        },
      },
    ],
  },
};
const EDGES =
  "orders.größe -CAST> mart.total; orders.id -GROUP_BY> mart; mart.total -MEASURE> board; orders -COUNT_STAR> other.n";

let folder: string;
let view: GraphView;
let graph: MergedGraph;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-file-"));
  graph = graphOf(EDGES, NOTES);
  view = createGraphView(graph, { version: graph.version, at: AT });
});

const assess = ({ snapshot, graph }: GraphView): unknown =>
  assessChanges({
    snapshot,
    graph,
    changes: [{ kind: "drop_column", asset: "orders", column: "größe" }],
    options: { explain: idOf("board") },
  });

describe("the file beside the store", () => {
  test("gives back the version: every asset, every number, and the same answer with its reasons", async () => {
    const path = join(folder, "whole.bin");
    expect(await writeSnapshotFile(path, view)).toBe(true);
    const kept = await readSnapshotFile(path);
    expect(kept?.asOf).toEqual({ version: 1, at: AT });
    expect([...(kept?.graph.assets ?? [])]).toEqual([...graph.assets]);
    const { notes: _, columnNames, ...arrays } = kept?.snapshot ?? view.snapshot;
    const { notes, columnNames: names, ...wanted } = view.snapshot;
    expect(arrays).toEqual(wanted);
    expect(columnNames.length).toBe(names.length);
    for (let column = -1; column <= names.length; column++)
      expect(columnNames.at(column)).toBe(names.at(column));
    expect(kept?.snapshot.notes.length).toBe(notes.length);
    for (let note = 0; note < notes.length; note++)
      expect(kept?.snapshot.notes.at(note)).toEqual(notes.at(note));
    expect(kept && JSON.stringify(assess(kept))).toBe(JSON.stringify(assess(view)));
    // What was written aside is gone.
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("tells of what nobody knows to be read, without its queries being read for it", async () => {
    const query = { name: "q", sql: "", dialect: "duckdb", provenance: {} };
    const reading = (name: string) => ({
      ...query,
      plan: {
        relations: [
          {
            label: "q",
            columns: [],
            edges: [],
            inputs: [{ asset: idOf(name), rows: "each" as const }],
          },
        ],
      },
    });
    const blind = graphOf("mart.total -MEASURE> board; mart.total -MEASURE> found", {
      ...NOTES,
      lost: { attributes: { extra: { [UNRESOLVED]: true } } },
      silent: { kind: "dashboard", queries: [query] },
      astray: { kind: "dashboard", queries: [reading("lost")] },
      found: { kind: "dashboard", queries: [reading("mart")] },
      calls: {
        queries: [
          { ...query, problems: [{ code: "reads-not-known", message: "", severity: "warning" }] },
        ],
      },
    });
    const path = join(folder, "blind.bin");
    await writeSnapshotFile(path, createGraphView(blind, { version: blind.version, at: AT }));
    const parse = vi.spyOn(JSON, "parse");
    const kept = (await readSnapshotFile(path))?.graph;
    const told = kept && listUnread(kept);
    const isQueryRead = parse.mock.calls.some(([text]) => text.startsWith('[{"name":"q"'));
    parse.mockRestore();
    expect(told?.map(({ name }) => name)).toEqual(["astray", "calls", "silent"]);
    expect(told).toEqual(listUnread(blind));
    expect(isQueryRead).toBe(false);
  });

  test("keeps all that is said of an edge, and makes its edges when somebody asks", async () => {
    const from = { asset: idOf("orders"), column: "id" };
    const to = { asset: idOf("mart"), column: "id" };
    const edges: readonly Edge[] = [
      { from, to, use: "IDENTITY", provenance: { file: "m.sql", line: 0 } },
      {
        from: { asset: idOf("orders") },
        to: { asset: idOf("mart") },
        use: "UNKNOWN",
        cap: "possible",
        expression: "größe",
        via: idOf("job"),
        query: "q",
        said: { namespace: "n", name: "o", path: ["a", "o"] },
        extra: { weight: 1 },
        provenance: { event: "run 1" },
      },
    ];
    const mart = graphOf("orders.id -IDENTITY> mart.id", {}).assets.get(idOf("mart"));
    if (mart === undefined) throw new Error("the graph has no mart");
    const assets = new Map([[mart.id, { ...mart, edges }]]);
    const path = join(folder, "edges.bin");
    await writeSnapshotFile(path, createGraphView({ version: 1, assets }, { version: 1, at: AT }));
    const kept = (await readSnapshotFile(path))?.graph.assets.get(mart.id);
    expect(kept?.edges).toStrictEqual(edges);
    expect(kept && countReads(kept)).toEqual([2, 0]);
    expect(kept && readsOf(kept)).toEqual([idOf("orders")]);
  });

  test("an empty graph is a version too", async () => {
    const path = join(folder, "empty.bin");
    const empty = createGraphView({ version: 0, assets: new Map() }, { version: 0, at: "" });
    await writeSnapshotFile(path, empty);
    const kept = await readSnapshotFile(path);
    expect(kept?.graph.assets.size).toBe(0);
    expect(kept?.snapshot.relationCount).toBe(0);
  });

  test("is not believed when it was cut, wherever, or has a byte that is another", async () => {
    const path = join(folder, "damaged.bin");
    await writeSnapshotFile(path, view);
    const whole = await readFile(path);
    for (const length of [0, 7, 63, 64, 65, 1000, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length));
      expect(await readSnapshotFile(path), `cut after ${length} bytes`).toBeUndefined();
    }
    const places = [
      0,
      8,
      16,
      24,
      40,
      ...Array.from({ length: 60 }, (_, n) => 64 + n * Math.floor((whole.length - 64) / 60)),
    ];
    for (const place of places) {
      const flipped = Buffer.from(whole);
      flipped[place] = (flipped[place] ?? 0) ^ 4;
      await writeFile(path, flipped);
      expect(await readSnapshotFile(path), `byte ${place}`).toBeUndefined();
    }
    await writeFile(path, whole);
    expect(await readSnapshotFile(path)).toBeDefined();
  });

  test("of an older layout, or none at all, is as if there were none", async () => {
    const path = join(folder, "older.bin");
    await writeSnapshotFile(path, view);
    const older = await readFile(path);
    older.write("FAULTLN1", 0, "latin1");
    await writeFile(path, older);
    expect(await readSnapshotFile(path)).toBeUndefined();
    expect(await readSnapshotFile(join(folder, "nowhere.bin"))).toBeUndefined();
  });
});

test("a version whose arrays are so large that they are shared ones is kept too", async () => {
  const columns = Array.from({ length: 70_000 }, (_, at) => `c${at}`);
  const wide = graphOf("wide.c69999 -MEASURE> board.n", { wide: { columns } });
  const large = createGraphView(wide, { version: wide.version, at: AT });
  expect(large.snapshot.backStart.buffer).toBeInstanceOf(SharedArrayBuffer);
  const file = join(folder, "large.snapshot");
  expect(await writeSnapshotFile(file, large)).toBe(true);
  const read = await readSnapshotFile(file);
  expect(read?.snapshot.backStart.length).toBe(large.snapshot.backStart.length);
  expect(
    read?.snapshot.backStart.every((start, at) => start === large.snapshot.backStart[at]),
  ).toBe(true);
});

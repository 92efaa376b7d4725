import fc from "fast-check";
import { expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import { edgeEnd, edgesFrom, findAsset, findColumn, type Snapshot } from "#lib/graph/snapshot.ts";
import { countObserved, reachObserved } from "./reach-observed.ts";

const ASSETS = 6;
const COLUMNS = ["a", "b"] as const;

const edge = fc.record({
  from: fc.nat(ASSETS - 1),
  column: fc.constantFrom(...COLUMNS),
  to: fc.nat(ASSETS - 1),
  toColumn: fc.option(fc.constantFrom(...COLUMNS), { nil: undefined }),
});

/** The twin: walks forward from one column, edge by edge, over the snapshot as it is documented. */
function observedFrom(snapshot: Snapshot, start: number, observed: ReadonlySet<number>): number {
  const columns = new Set<number>();
  const relations = new Set<number>();
  const hit = new Set<number>();
  const visitRelation = (relation: number): void => {
    if (relations.has(relation)) return;
    relations.add(relation);
    if (observed.has(relation)) hit.add(relation);
    for (
      let at = snapshot.pairStart[relation] ?? 0;
      at < (snapshot.pairStart[relation + 1] ?? 0);
      at++
    )
      visitRelation(snapshot.pairTarget[at] ?? 0);
  };
  const visitColumn = (column: number): void => {
    if (columns.has(column)) return;
    columns.add(column);
    const relation = snapshot.columnRelation[column] ?? 0;
    if (observed.has(relation)) hit.add(relation);
    for (let at = edgesFrom(snapshot, column)[0]; at < edgesFrom(snapshot, column)[1]; at++) {
      const target = edgeEnd(snapshot, at);
      if (target >= 0) visitColumn(target);
      else visitRelation(~target);
    }
  };
  visitColumn(start);
  return hit.size;
}

it("says of each column what a walk from it finds, on cycles too", () => {
  fc.assert(
    fc.property(
      fc.array(edge, { minLength: 1, maxLength: 14 }),
      fc.uniqueArray(fc.nat(ASSETS - 1), { minLength: 1, maxLength: ASSETS }),
      (edges, looked) => {
        const notes: Record<string, AssetNote> = Object.fromEntries(
          Array.from({ length: ASSETS }, (_, at) => [`t${at}`, { columns: COLUMNS }]),
        );
        const text = edges
          .filter(({ from, to }) => from !== to)
          .map(({ from, column, to, toColumn }) =>
            toColumn === undefined
              ? `t${from}.${column} -FILTER> t${to}`
              : `t${from}.${column} -IDENTITY> t${to}.${toColumn}`,
          )
          .join(";");
        const snapshot = buildSnapshot(graphOf(text, notes));
        const relations = looked.map((at) => findAsset(snapshot, idOf(`t${at}`)));
        const reach = reachObserved(
          snapshot,
          relations.map((relation) => ({ ref: "x", relation, isBroken: true })),
        );
        const all = new Int32Array([2 ** looked.length - 1]);
        for (let at = 0; at < ASSETS; at++) {
          const relation = findAsset(snapshot, idOf(`t${at}`));
          for (const name of COLUMNS) {
            const column = findColumn(snapshot, relation, name);
            expect(countObserved(reach.columns, column, all)).toBe(
              observedFrom(snapshot, column, new Set(relations)),
            );
          }
        }
      },
    ),
    { seed: 20261123, numRuns: 300 },
  );
});

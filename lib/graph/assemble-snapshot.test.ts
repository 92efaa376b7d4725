import fc from "fast-check";
import { expect, test } from "vitest";
import { buildSnapshot } from "./build-snapshot.ts";
import { graphOf } from "./graph-of.ts";
import { edgeEnd, edgeRelation, edgesFrom, type Snapshot, walkPlace } from "./snapshot.ts";

const NAMES = ["a", "b", "c", "d", "e"] as const;
const edge = fc
  .tuple(fc.constantFrom(...NAMES), fc.nat(2), fc.constantFrom(...NAMES), fc.option(fc.nat(2)))
  .map(([from, column, to, toColumn]) =>
    toColumn === null
      ? `${from}.c${column} -FILTER> ${to}`
      : `${from}.c${column} -CAST> ${to}.c${toColumn}`,
  );

const nameOf = (snapshot: Snapshot, end: number): string => {
  const relation = end < 0 ? ~end : (snapshot.columnRelation[end] ?? 0);
  const asset = decodeURIComponent(snapshot.assetIds[relation] ?? "")
    .split("/")
    .at(-1);
  return end < 0 ? `${asset}` : `${asset}.${snapshot.columnNames.at(end)}`;
};

test("the edges of each column are those that were said, wherever a walk comes to them (seed 20261127)", () => {
  fc.assert(
    fc.property(fc.uniqueArray(edge, { maxLength: 20 }), (said) => {
      const snapshot = buildSnapshot(graphOf(said.join(";")));
      const found: string[] = [];
      for (let column = 0; column < snapshot.columnCount; column++) {
        const [first, last] = edgesFrom(snapshot, column);
        for (let at = first; at < last; at++) {
          const end = edgeEnd(snapshot, at);
          const use = snapshot.uses[snapshot.edgeUse[at] ?? 0]?.use;
          found.push(`${nameOf(snapshot, column)} -${use}> ${nameOf(snapshot, end)}`);
          const relation = end < 0 ? ~end : snapshot.columnRelation[end];
          expect(edgeRelation(snapshot, at)).toBe(relation);
        }
      }
      expect(found.sort()).toEqual([...said].sort());
    }),
    { seed: 20261127, numRuns: 300 },
  );
});

test("walk places are the columns of relation after relation, as the order has them (seed 20261128)", () => {
  fc.assert(
    fc.property(fc.uniqueArray(edge, { maxLength: 20 }), (said) => {
      const snapshot = buildSnapshot(graphOf(said.join(";")));
      const inOrder = [...snapshot.byRank].flatMap((relation) => {
        const start = snapshot.columnStart[relation] ?? 0;
        const count = (snapshot.columnStart[relation + 1] ?? 0) - start;
        return Array.from({ length: count }, (_, at) => start + at);
      });
      expect(inOrder.map((column) => walkPlace(snapshot, column))).toEqual([...inOrder.keys()]);
    }),
    { seed: 20261128, numRuns: 300 },
  );
});

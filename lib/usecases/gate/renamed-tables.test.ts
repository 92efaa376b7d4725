import { expect, it } from "vitest";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { pathKey } from "#lib/ingest/sql/relation-path.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { renamedTables } from "./renamed-tables.ts";

const DEPLOYED = graphOf("", { "s.orders": { columns: ["id"] }, "s.sales": { columns: ["id"] } });

const known = new Map(
  ["s.orders", "s.sales"].flatMap((name) => {
    const asset = DEPLOYED.assets.get(idOf(name));
    const path = name.split(".");
    return asset === undefined ? [] : [[pathKey(path), { asset, path }] as const];
  }),
);

const fact = (name: string): AssetFact => ({
  name: { namespace: "test", name },
  path: name.split("."),
  attributes: {},
  edges: [],
  queries: [],
  provenance: {},
});

/** `a b` for a table `a` that is called `b` then. */
function renamed(moves: readonly string[], there: readonly string[]): readonly string[] {
  const moved = moves.map((move) => {
    const [from = "", to = ""] = move.split(" ");
    return { from: from.split("."), to: to.split(".") };
  });
  return renamedTables({ moved }, { known, facts: there.map(fact) }).map(
    ({ from, to }) => `${from.name} ${to.name.name}`,
  );
}

it("a table is what it is called last, however often that was changed", () => {
  expect(renamed(["s.orders s.o1", "s.o1 s.o2"], ["s.o2"])).toEqual(["s.orders s.o2"]);
  expect(renamed(["s.orders s.o1", "s.o1 s.o2"], [])).toEqual([]);
});

it("two tables may swap their names", () => {
  const moves = ["s.orders s.tmp", "s.sales s.orders", "s.tmp s.sales"];
  expect([...renamed(moves, ["s.orders", "s.sales"])].sort()).toEqual([
    "s.orders s.sales",
    "s.sales s.orders",
  ]);
});

it("a new table under a name that was given up is not the old one", () => {
  const moves = ["s.orders s.orders_old", "s.orders s.archive"];
  expect(renamed(moves, ["s.orders_old", "s.archive"])).toEqual(["s.orders s.orders_old"]);
});

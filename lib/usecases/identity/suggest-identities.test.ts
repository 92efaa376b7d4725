import { expect, it } from "vitest";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { suggestIdentities } from "./suggest-identities.ts";

/** All of these say that they were `legacy` once. */
const sharing = (graph: MergedGraph, names: readonly string[]): MergedGraph => ({
  ...graph,
  assets: new Map(
    [...graph.assets].map(([id, asset]) => [
      id,
      names.includes(asset.name) ? { ...asset, aliases: [idOf("legacy")] } : asset,
    ]),
  ),
});

const suggested = (text: string): readonly string[] =>
  suggestIdentities(sharing(graphOf(text), ["sale", "purchase"]), []).suggestions.map(
    ({ a, b }) => `${a.name} ${b.name}`,
  );

it("two that say one further name are suggested, unless one is made of the other", () => {
  expect(suggested("raw.id -> sale.id; raw.id -> purchase.id")).toEqual(["sale purchase"]);
  expect(suggested("sale.id -> purchase.id")).toEqual([]);
  expect(suggested("purchase.id -> clean.id -> sale.id")).toEqual([]);
});

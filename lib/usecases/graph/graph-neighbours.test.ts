import { expect, test } from "vitest";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import { walkAssets } from "./graph-neighbours.ts";

const id = (name: string): AssetId => assetId("mesh", name);

function asset(
  name: string,
  kind: AssetKind,
  more: { readonly reads?: readonly string[]; readonly partOf?: string } = {},
): [AssetId, MergedAsset] {
  const { reads = [], partOf } = more;
  return [
    id(name),
    {
      id: id(name),
      namespace: "mesh",
      name,
      shortName: name,
      kind,
      attributes: partOf === undefined ? {} : { partOf: id(partOf) },
      columns: [],
      columnsComplete: true,
      edges: reads.map((from) => ({
        from: { asset: id(from) },
        to: { asset: id(name) },
        use: "UNKNOWN",
        provenance: {},
      })),
      queries: [],
      aliases: [],
      sources: [],
      placeholder: false,
    },
  ];
}

const graph: MergedGraph = {
  version: 1,
  assets: new Map([
    asset("orders", "table"),
    asset("daily", "view", { reads: ["orders"] }),
    asset("Revenue by day", "chart", { reads: ["daily"], partOf: "Sales" }),
    asset("Sales", "dashboard"),
  ]),
};

const walk = (start: string, direction: "upstream" | "downstream") =>
  Object.fromEntries(
    [...walkAssets(graph, { start: id(start), direction })].map(([reached, hops]) => [
      graph.assets.get(reached)?.name,
      hops,
    ]),
  );

test("a table leads on to the dashboards whose charts read it", () => {
  expect(walk("orders", "downstream")).toEqual({ daily: 1, "Revenue by day": 2, Sales: 3 });
});

test("a dashboard is made from all that its charts read", () => {
  expect(walk("Sales", "upstream")).toEqual({ "Revenue by day": 1, daily: 2, orders: 3 });
});

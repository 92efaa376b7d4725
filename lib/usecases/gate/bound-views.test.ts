import { expect, it } from "vitest";
import { claimsBehind, mergeClaims } from "#lib/graph/merge-claims.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { rebindViews } from "./bound-views.ts";

it("who told of what is still known where views read tables under new names", () => {
  const graph = mergeClaims([], 1);
  const renamed = new Map([[assetId("sql", "shop.orders"), assetId("sql", "shop.sales")]]);
  expect(claimsBehind(graph)).toBeDefined();
  expect(claimsBehind(rebindViews(graph, renamed))).toBe(claimsBehind(graph));
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { assetFromSegment, assetHref } from "./asset-href.ts";

test("every asset has an address, whatever its name", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (namespace, name) => {
      const id = assetId(namespace, name);
      expect(assetFromSegment(assetHref(id).slice("/assets/".length))).toBe(id);
    }),
  );
});

test("an address that is none of ours names no asset", () => {
  expect(assetFromSegment("%E0%A4%A")).toBeUndefined();
  expect(assetFromSegment("orders")).toBeUndefined();
});

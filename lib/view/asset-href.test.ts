import fc from "fast-check";
import { expect, test } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { assetFromSegment, assetHref, candidateHref, nameInAddress } from "./asset-href.ts";

const segmentOf = (href: string): string => href.slice("/assets/".length);

test("every asset has an address, whatever its name", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (namespace, name) => {
      const id = assetId(namespace, name);
      expect(assetFromSegment(segmentOf(assetHref(id)))).toBe(id);
      expect(nameInAddress(id)).toBe(name);
    }),
  );
});

test("an address may say the name as people type it", () => {
  expect(assetFromSegment("checkout.orders")).toBe("checkout.orders");
  expect(nameInAddress("checkout.orders")).toBe("checkout.orders");
});

test("an address that is no text names nothing", () => {
  expect(assetFromSegment("%E0%A4%A")).toBeUndefined();
  expect(assetFromSegment("")).toBeUndefined();
});

test("a name that may have been meant leads to its asset, also where two assets share it", () => {
  expect(assetFromSegment(segmentOf(candidateHref("checkout.orders")))).toBe("checkout.orders");
  expect(assetFromSegment(segmentOf(candidateHref("Weekly sales")))).toBe("Weekly sales");
  expect(assetFromSegment(segmentOf(candidateHref("s3://lake orders/daily")))).toBe(
    assetId("s3://lake", "orders/daily"),
  );
});

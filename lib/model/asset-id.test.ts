import fc from "fast-check";
import { expect, test } from "vitest";
import { assetId, assetNameOf, columnId, columnOf, parseAssetId, shortNameOf } from "./asset-id.ts";

const uglyNames = [
  "",
  "a/b",
  "::",
  "é",
  "a%2Fb",
  "#",
  "50%",
  "db.schema.table",
  "s3://bucket/key",
  " ",
];

test("ugly names survive the way into an id and back", () => {
  for (const namespace of uglyNames)
    for (const name of uglyNames) {
      const id = assetId(namespace, name);
      expect(assetNameOf(id)).toEqual({ namespace, name });
      expect(parseAssetId(id)).toBe(id);
      for (const column of uglyNames)
        expect(columnOf(columnId(id, column))).toEqual({ asset: id, column });
    }
});

test("two different names never share an id", () => {
  const name = fc.string({ unit: fc.constantFrom("/", "%", "#", "2", "F", "5", "3", "a") });
  fc.assert(
    fc.property(name, name, name, name, (a, b, c, d) => {
      expect(assetId(a, b) === assetId(c, d)).toBe(a === c && b === d);
    }),
  );
});

test("the short name is the last part that says something", () => {
  expect(shortNameOf("mesh.checkout.orders")).toBe("orders");
  expect(shortNameOf("s3://lake/payments/")).toBe("payments");
  expect(shortNameOf("board")).toBe("board");
  expect(shortNameOf("/")).toBe("/");
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import { buildSchemas } from "./table-schemas.ts";

const SOURCE: SourceInfo = { id: "dbt:shop", kind: "dbt", label: "shop" };
const ORDERS = assetId("db", "orders");

function schemasOf(columns: readonly string[], columnsComplete: boolean) {
  const fact = {
    name: { namespace: "db", name: "orders" },
    attributes: {},
    columns: columns.map((name) => ({ name })),
    columnsComplete,
    edges: [],
    queries: [],
    provenance: {},
  };
  return buildSchemas([{ id: ORDERS, source: SOURCE, fact }]);
}

const aName = fc.constantFrom("Id", "ID", "id", "ÄRA", "ära", "amount", "Amount", "__proto__", "");

it("a column is found among few and among many, as it is written or in lower case", () => {
  fc.assert(
    fc.property(
      fc.array(aName, { maxLength: 6 }),
      fc.constantFrom(0, 30),
      aName,
      (few, more, asked) => {
        const columns = [...few, ...Array.from({ length: more }, (_, at) => `more_${at}`)];
        const names = new Set(columns.flatMap((name) => [name, name.toLowerCase()]));
        expect(schemasOf(columns, true).namesOf(ORDERS)?.has(asked)).toBe(
          names.has(asked) || names.has(asked.toLowerCase()),
        );
      },
    ),
    { numRuns: 200, seed: 20261123 },
  );
});

it("of a table whose columns are not all known, nobody can say that a column is missing", () => {
  const schemas = schemasOf(["id"], false);
  expect(schemas.namesOf(ORDERS)).toBeUndefined();
  expect(schemas.namesOf(assetId("db", "nowhere"))).toBeUndefined();
});

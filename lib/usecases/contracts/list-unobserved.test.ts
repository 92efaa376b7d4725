import { expect, test } from "vitest";
import { graphOf } from "#lib/graph/graph-of.ts";
import { readContractShape } from "#lib/ingest/contract/contract-shape.ts";
import { checkContract } from "./check-contract.ts";

const contract = readContractShape({
  apiVersion: "v3.1.0",
  kind: "DataContract",
  id: "orders",
  version: "1.0.0",
  schema: [
    {
      name: "orders",
      quality: [{ type: "library", metric: "rowCount", mustBeGreaterThan: 100 }],
      properties: [
        { name: "id", required: true },
        {
          name: "status",
          logicalTypeOptions: { pattern: "^[A-Z]+$" },
          quality: [
            { metric: "invalidValues", arguments: { validValues: ["NEW"] }, mustBe: 0 },
            { type: "sql", name: "few", query: "select 1", mustBe: 1 },
          ],
        },
        { name: "address", properties: [{ name: "city", required: true }] },
        { name: "customer_id", relationships: [{ to: "customers.id" }] },
        { name: "pair", relationships: [{ to: ["a.id", "b.id"] }, { type: "foreignKey" }] },
      ],
    },
  ],
});

test("what is promised and nobody observes is said, and never passed over as kept", () => {
  const observed = graphOf("", {
    orders: { columns: ["id", "status", "address", "customer_id", "pair"] },
  });
  const { violations } = checkContract({ contract, observed, now: "2026-11-01T00:00:00Z" });
  expect(violations.map(({ path, severity, what }) => [path, severity, what])).toEqual([
    ["orders.id", "info", expect.stringContaining("nobody has looked at its values")],
    [
      "orders.status",
      "info",
      expect.stringMatching(/its pattern, its list of values and the rule few$/),
    ],
    ["orders.address.city", "info", expect.stringContaining("what is inside of the column")],
    ["orders.customer_id", "info", expect.stringContaining("that it refers to customers.id")],
    [
      "orders.pair",
      "info",
      expect.stringMatching(/that it refers to a\.id, b\.id and the relationship .*foreignKey/),
    ],
    ["orders", "info", expect.stringContaining("the rule rowCount")],
  ]);
});

test("a freshness that cannot be read is said, and not passed over as kept", () => {
  const observed = graphOf("", { orders: { columns: ["id"] } });
  const check = (value: string) =>
    checkContract({
      contract: readContractShape({
        id: "o",
        schema: [{ name: "orders", properties: [{ name: "id" }] }],
        slaProperties: [{ property: "latency", value, element: "orders.id" }],
      }),
      observed,
      now: "2026-11-01T00:00:00Z",
    }).violations.map(({ rule, what }) => `${rule}: ${what}`);
  expect(check("soon")).toEqual([expect.stringMatching(/^not-observed: .*"soon".*no time/)]);
  expect(check("PT4H")).toEqual([expect.stringMatching(/^not-observed: 4 h are promised/)]);
});

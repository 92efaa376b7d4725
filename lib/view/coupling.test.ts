import { expect, it } from "vitest";
import { graphOf } from "#lib/graph/graph-of.ts";
import { showCoupling } from "./coupling.ts";

const AS_OF = { version: 1, at: "2026-01-01T00:00:00Z" };

const page = showCoupling(
  graphOf(
    `orders.amount -IDENTITY> revenue.amount; orders.id -IDENTITY> revenue.id
     orders.amount -MEASURE> board.n; revenue.amount -MEASURE> board.n; stray.x -IDENTITY> revenue.x`,
    {
      orders: {
        attributes: {
          domain: "checkout",
          contract: { id: "c", status: "active", columns: ["AMOUNT"] },
        },
      },
      revenue: { attributes: { domain: "finance" } },
      board: { kind: "dashboard", attributes: { domain: "finance", tier: 1 } },
      stray: {},
    },
  ),
  AS_OF,
);

it("counts each column that is read over a border once, with its readers and whether a contract names it", () => {
  expect(page.couplings).toHaveLength(1);
  const [coupling] = page.couplings;
  expect(coupling).toMatchObject({
    of: "checkout",
    by: "finance",
    underContract: 1,
    consumers: 1,
    tierOne: 1,
  });
  expect(coupling?.columns).toMatchObject([
    { shortName: "orders", column: "amount", readers: 2, underContract: true },
    { shortName: "orders", column: "id", readers: 1, underContract: false },
  ]);
});

it("puts the domain that is read before the one that reads, and counts what belongs to none", () => {
  expect(page.domains).toEqual(["checkout", "finance"]);
  expect(page.withoutDomain).toBe(1);
});

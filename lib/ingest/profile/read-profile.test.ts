import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProfile } from "./read-profile.ts";

const FILE = `profiles:
  - asset: checkout.orders
    at: 2026-11-20T03:00:00Z
    rows: 1204
    columns:
      coupon_code: {nullShare: 1, distinct: 0}
      amount: {nullShare: 0, min: 1, max: 990, type: BIGINT}
  - asset: checkout.carts
    columns:
      cart_id: {nullShare: 7}
  - rows: 3
`;

const read = (text: string) => readProfile({ path: "profile.yaml", text });

describe("a file of profiles", () => {
  it("says of each column what was seen, and when", () => {
    const [orders] = read(FILE).facts;
    expect(orders).toMatchObject({
      name: { namespace: "profile", name: "checkout.orders" },
      path: ["checkout", "orders"],
      attributes: { rows: 1204 },
      placeholder: true,
    });
    expect(orders?.columns).toEqual([
      {
        name: "coupon_code",
        profile: { nullShare: 1, distinct: 0, rows: 1204, observedAt: "2026-11-20T03:00:00Z" },
      },
      {
        name: "amount",
        type: "BIGINT",
        profile: {
          nullShare: 0,
          rows: 1204,
          min: 1,
          max: 990,
          observedAt: "2026-11-20T03:00:00Z",
        },
      },
    ]);
  });

  it("keeps the column of a wrong number, and the rest beside an entry without a table, each told with its line", () => {
    const { facts, problems } = read(FILE);
    expect(facts.map((fact) => fact.name.name)).toEqual(["checkout.orders", "checkout.carts"]);
    expect(facts[1]?.columns).toEqual([{ name: "cart_id" }]);
    expect(problems.map(({ code, line }) => ({ code, line }))).toEqual([
      { code: "wrong-shape", line: 10 },
      { code: "wrong-shape", line: 11 },
    ]);
  });

  it("never throws, whatever the file holds", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(FILE.length), (json, cut) => {
        expect(read(json).facts).toBeInstanceOf(Array);
        expect(read(FILE.slice(0, cut)).facts).toBeInstanceOf(Array);
        expect(read(`{"profiles": [${json}]}`).facts).toBeInstanceOf(Array);
      }),
    );
  });
});

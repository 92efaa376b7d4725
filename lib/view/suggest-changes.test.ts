import { describe, expect, it } from "vitest";
import { suggestChanges } from "./suggest-changes.ts";

const drop = (asset: string, column: string) => ({ kind: "drop_column", asset, column }) as const;

describe("names that were perhaps meant", () => {
  it("asks about the near column in the same table and keeps the other changes", () => {
    const problem = {
      code: "unknown-column",
      message: 'shop.orders has no column "amout"',
      candidates: ["amount"],
    };
    expect(
      suggestChanges(problem, [drop("shop.customers", "id"), drop("shop.orders", "amout")]),
    ).toEqual([
      {
        name: "shop.orders.amount",
        href: "/blast?change=drop_column:shop.customers.id&change=drop_column:shop.orders.amount",
      },
    ]);
  });

  it("tells two assets of one name apart by their namespace", () => {
    const problem = {
      code: "ambiguous-name",
      message: '"orders" is the name of several assets',
      candidates: ["postgres://shop public.orders"],
    };
    expect(suggestChanges(problem, [drop("orders", "id")])[0]?.href).toBe(
      "/blast?change=drop_column:postgres://shop|public.orders.id",
    );
  });

  it("suggests nothing where no name is at fault", () => {
    expect(
      suggestChanges({ code: "unreachable", message: "no store", candidates: ["orders"] }, [
        drop("orders", "id"),
      ]),
    ).toEqual([]);
  });
});

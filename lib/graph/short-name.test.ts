import { describe, expect, it } from "vitest";
import type { AssetKind } from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { shortNameOfAsset } from "./short-name.ts";

const shortNameFor = (kind: AssetKind, name: string, whole?: string): string =>
  shortNameOfAsset({
    name,
    kind,
    attributes: whole === undefined ? {} : { partOf: assetId("bi", whole) },
  });

describe("what people call an asset", () => {
  it.each([
    ["table", "mesh.checkout.orders", "orders"],
    ["table", "warehouse/raw/orders", "orders"],
    ["job", "nightly.load_orders", "load_orders"],
    ["ml_job", "risk.churn_training", "churn_training"],
    ["dashboard", "Orders / Refunds", "Orders / Refunds"],
    ["dashboard", "KPI v1.2", "KPI v1.2"],
    ["report", "Weekly, No. 1", "Weekly, No. 1"],
    ["dashboard", "Sales/Refunds", "Sales/Refunds"],
    ["application", "Reminder v2.1 mail", "Reminder v2.1 mail"],
  ] as const)("a %s called %s is %s", (kind, name, short) => {
    expect(shortNameFor(kind, name)).toBe(short);
  });

  it("a tile leaves out the dashboard that it stands on, and nothing else", () => {
    expect(shortNameFor("dashboard", "Board v1.2/Orders / day", "Board v1.2")).toBe("Orders / day");
    expect(shortNameFor("dashboard", "Orders / day", "Board")).toBe("Orders / day");
  });
});

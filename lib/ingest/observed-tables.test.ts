import { describe, expect, it } from "vitest";
import type { SourceFacts } from "./names/name-entry.ts";
import { buildNameIndex } from "./names/name-index.ts";
import { DEFAULT_NAMES } from "./names/names-config.ts";
import { readProfile } from "./profile/read-profile.ts";
import { splitRelationName } from "./relation-name.ts";

const read = (text: string) => readProfile({ path: "profile.yaml", text });

describe("a table of a profile", () => {
  const owner = (name: string) => ({
    source: { id: `dbt:${name}`, kind: "dbt" as const, label: name },
    facts: [
      {
        name: { namespace: "duckdb", name },
        path: splitRelationName(name),
        attributes: {},
        edges: [],
        queries: [],
        provenance: {},
      },
    ],
  });
  const observed = (asset: string): SourceFacts => ({
    source: { id: "profile:p", kind: "profile", label: "p" },
    facts: read(JSON.stringify({ profiles: [{ asset, rows: 1 }] })).facts,
  });
  const tableOf = (asset: string, ...owners: readonly string[]) => {
    const profile = observed(asset);
    const index = buildNameIndex([...owners.map(owner), profile], DEFAULT_NAMES);
    return profile.facts[0] && index.idOf(profile.facts[0]);
  };

  it("is the one table whose name ends so, or that the connection gives a longer name", () => {
    expect(tableOf("orders", "shop.checkout.orders")).toBe("duckdb/shop.checkout.orders");
    expect(tableOf("shop.checkout.orders", "checkout.orders")).toBe("duckdb/checkout.orders");
    expect(tableOf("Checkout.ORDERS", "shop.checkout.orders")).toBe("duckdb/shop.checkout.orders");
  });

  it("is none of several", () => {
    expect(tableOf("orders", "shop.checkout.orders", "shop.crm.orders")).toBe("profile/orders");
  });
});

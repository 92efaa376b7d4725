import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asRecord } from "../loose-value.ts";
import { parseYamlText } from "../parse-structured-text.ts";
import { findContractFaults } from "./contract-faults.ts";
import { readContract } from "./read-contract.ts";

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: orders-v2
status: active
domain: checkout
team:
  name: checkout-core
servers:
  - server: staging
    type: postgres
    host: db.staging.example
    database: shop
    schema: public
  - server: production
    type: postgres
    host: db.example
    port: 5433
    database: shop
    schema: public
slaProperties:
  - property: latency
    value: 1
    unit: d
    driver: regulatory
  - property: freshness
    value: 6h
    element: orders.placed_at
schema:
  - name: orders
    physicalName: orders_v2
    physicalType: table
    customProperties:
      - {property: readerMode, value: pandas csv}
    properties:
      - name: id
        physicalType: bigint
        primaryKey: true
        required: true
      - name: status
        logicalType: string
        quality:
          - metric: invalidValues
            arguments: {validValues: [open, done]}
      - name: email
        classification: restricted
        transformSourceObjects: [crm.people]
      - logicalType: integer
`;

const read = (text: string, path = "contracts/orders.odcs.yaml") => readContract({ path, text });

describe("a data contract", () => {
  const { facts, problems } = read(CONTRACT);
  const [orders] = facts;

  it("names the table where its production server has it", () => {
    expect(orders?.name).toEqual({
      namespace: "postgres://db.example:5433",
      name: "shop.public.orders_v2",
    });
  });

  it("says who owns it, what is promised and when it is late", () => {
    expect(orders?.attributes).toMatchObject({
      domain: "checkout",
      owner: "checkout-core",
      sla: { freshnessHours: 6, driver: "regulatory" },
      contract: { id: "orders-v2", status: "active", columns: ["id", "status", "email"] },
    });
  });

  it("says how the table's load meets a file that differs", () => {
    expect(orders?.attributes.readerMode).toBe("strict");
  });

  it("says what is required, unique and allowed of each column", () => {
    expect(orders?.columns).toEqual([
      { name: "id", type: "bigint", nullable: false, unique: true },
      { name: "status", type: "string", allowedValues: ["open", "done"] },
      { name: "email", extra: { classification: "restricted" } },
    ]);
  });

  it("tells what a column is made of, as far as it goes: the table", () => {
    expect(orders?.edges).toMatchObject([
      { from: { path: ["crm", "people"] }, toColumn: "email", use: "UNKNOWN" },
    ]);
  });

  it("keeps the rest when a property has no name, and says where", () => {
    expect(problems).toMatchObject([
      {
        code: "wrong-shape",
        file: "contracts/orders.odcs.yaml",
        line: expect.any(Number) as number,
      },
    ]);
  });

  it("of an older standard is refused with the versions that are read", () => {
    const old = read(CONTRACT.replace("v3.1.0", "v2.2.2"));
    expect(old.facts).toEqual([]);
    expect(old.problems).toMatchObject([{ code: "wrong-version" }]);
  });
});

const EXAMPLES = new URL("../../../../shared/data/sources/odcs/examples/", import.meta.url)
  .pathname;

function* filesUnder(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesUnder(path);
    else if (name.endsWith(".yaml")) yield path;
  }
}

describe.skipIf(!existsSync(EXAMPLES))("the standard's own examples", () => {
  it.each(existsSync(EXAMPLES) ? [...filesUnder(EXAMPLES)] : [])("%s is read whole", (path) => {
    const text = readFileSync(path, "utf8");
    const { facts, problems } = read(text, path);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const objects = text.match(/^ {2}- (?:id: .*\n {4})?name:/gm)?.length ?? 0;
    expect(facts.length).toBeGreaterThanOrEqual(Math.min(1, objects));
    const parsed = parseYamlText(path, text);
    expect(parsed.ok && findContractFaults(asRecord(parsed.value) ?? {})).toEqual([]);
  });
});

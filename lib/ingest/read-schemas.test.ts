import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { toldRenames } from "#lib/model/told-renames.ts";
import { readSchemas } from "./read-schemas.ts";

const columnsOf = (fact: AssetFact | undefined) =>
  fact?.columns?.map(({ name, type, nullable }) => [name, type, nullable]);
const read = (...files: readonly (readonly [string, unknown])[]) =>
  readSchemas(
    files.map(([path, value]) => ({
      path,
      text: typeof value === "string" ? value : JSON.stringify(value),
    })),
  );

const ORDER = {
  type: "record",
  namespace: "com.shop",
  name: "Order",
  aliases: ["Purchase"],
  doc: "One order.",
  fields: [
    { name: "id", type: "long" },
    {
      name: "total",
      type: ["null", { type: "bytes", logicalType: "decimal", precision: 10, scale: 2 }],
      default: null,
      aliases: ["amount"],
    },
    { name: "state", type: { type: "enum", name: "State", symbols: ["OPEN", "PAID"] } },
    { name: "placed_at", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "ship_to", type: "com.shop.Address" },
    { name: "bill_to", type: ["null", "Address"] },
    {
      name: "lines",
      type: {
        type: "array",
        items: {
          type: "record",
          name: "Line",
          fields: [
            { name: "sku", type: "string" },
            { name: "tags", type: { type: "map", values: "int" } },
          ],
        },
      },
    },
    { name: "parent", type: ["null", "Order"] },
    { name: "either", type: ["int", "string"] },
  ],
};
const ADDRESS = {
  type: "record",
  namespace: "com.shop",
  name: "Address",
  fields: [{ name: "city", type: "string" }],
};

describe("Avro schemas", () => {
  it("are topics with columns; what is only a part of another record is none", () => {
    const { facts, problems } = read(["address.avsc", ADDRESS], ["order.avsc", ORDER]);
    expect(problems).toEqual([]);
    expect(facts.map(({ name, kind }) => [name.namespace, name.name, kind])).toEqual([
      ["kafka", "com.shop.Order", "topic"],
    ]);
    expect(facts[0]?.aliases).toEqual([{ namespace: "kafka", name: "com.shop.Purchase" }]);
    expect(columnsOf(facts[0])).toEqual([
      ["id", "long", false],
      ["total", "decimal(10,2)", true],
      ["state", "string", false],
      ["placed_at", "timestamp with time zone", false],
      ["ship_to", "STRUCT(city string)", false],
      ["bill_to", "STRUCT(city string)", true],
      ["lines", "ARRAY<STRUCT(sku string, tags MAP<string, int>)>", false],
      ["parent", "com.shop.Order", true],
      ["either", "UNION(int, string)", false],
    ]);
    expect(facts[0]?.columns?.[2]?.allowedValues).toEqual(["OPEN", "PAID"]);
  });

  it("tell a rename by an alias", () => {
    const before = [{ name: "id" }, { name: "amount" }];
    const after = read(["order.avsc", ORDER], ["address.avsc", ADDRESS]).facts[0]?.columns ?? [];
    expect([...toldRenames(before, after)]).toEqual([["amount", "total"]]);
  });

  it("of a protocol are its records", () => {
    const { facts } = read([
      "shop.avpr",
      { protocol: "Shop", namespace: "com.shop", types: [ADDRESS, ORDER] },
    ]);
    expect(facts.map(({ name }) => name.name)).toEqual(["com.shop.Order"]);
  });
});

const PROTO = `
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
option java_package = "com.shop";
/* Everything that was ordered. */
message Order {
  reserved 3, 9 to 11;
  reserved "old";
  int64 id = 1; // the key
  // In cents.
  optional int64 amount = 2 [deprecated = true];
  State state = 4;
  oneof payment { string card = 5; Iban iban = 6; }
  map<string, double> rates = 7;
  repeated Line lines = 8;
  google.protobuf.Timestamp placed_at = 12;
  Order parent = 13;
  string message = 14;
  message Line { string sku = 1; int32 pieces = 2; }
  enum State { option allow_alias = true; STATE_UNKNOWN = 0; PAID = 1; }
}
message Iban { string value = 1; }
service Orders { rpc Get(Order) returns (Order) { option (x) = { get: "/v1" }; } }
`;

describe("Protobuf messages", () => {
  it("are topics with their fields, numbered", () => {
    const { facts, problems } = read(["order.proto", PROTO]);
    expect(problems).toEqual([]);
    expect(facts.map(({ name, provenance }) => [name.name, provenance.line])).toEqual([
      ["shop.v1.Order", 7],
    ]);
    expect(columnsOf(facts[0])).toEqual([
      ["id", "int64", undefined],
      ["amount", "int64", true],
      ["state", "string", undefined],
      ["card", "string", true],
      ["iban", "STRUCT(value string)", true],
      ["rates", "MAP<string, double>", undefined],
      ["lines", "ARRAY<STRUCT(sku string, pieces int32)>", undefined],
      ["placed_at", "timestamp with time zone", true],
      ["parent", "shop.v1.Order", true],
      ["message", "string", undefined],
    ]);
    expect(facts[0]?.columns?.[2]?.allowedValues).toEqual(["STATE_UNKNOWN", "PAID"]);
    expect(facts[0]?.columns?.[1]?.description).toBe("the key In cents.");
  });

  it("tell a rename by the field's number", () => {
    const renamed = PROTO.replace("int64 amount = 2", "int64 total = 2");
    const [before, after] = [PROTO, renamed].map(
      (text) => read(["o.proto", text]).facts[0]?.columns ?? [],
    );
    expect([...toldRenames(before ?? [], after ?? [])]).toEqual([["amount", "total"]]);
  });
});

const CUSTOMER = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "https://shop.example/customer.schema.json",
  type: "object",
  required: ["id", "email", "nick"],
  properties: {
    id: { type: "integer" },
    email: { type: "string", format: "email", description: "To write to." },
    nick: { type: ["string", "null"] },
    born: { type: "string", format: "date" },
    band: { enum: ["a", "b", null] },
    home: { $ref: "#/$defs/address" },
    others: { type: "array", items: { $ref: "address.json" } },
    parent: { $ref: "#" },
  },
  $defs: { address: { type: "object", properties: { city: { type: "string" } } } },
};

describe("JSON Schemas", () => {
  it("are topics with their properties; references are followed inside and over files", () => {
    const { facts, problems } = read(
      ["customer.json", CUSTOMER],
      [
        "address.json",
        { $schema: CUSTOMER.$schema, type: "object", properties: { zip: { type: "string" } } },
      ],
    );
    expect(problems).toEqual([]);
    expect(facts.map(({ name }) => name.name)).toEqual(["customer"]);
    expect(columnsOf(facts[0])?.slice(0, 7)).toEqual([
      ["id", "integer", false],
      ["email", "string", false],
      ["nick", "string", true],
      ["born", "date", true],
      ["band", undefined, true],
      ["home", "STRUCT(city string)", true],
      ["others", "ARRAY<STRUCT(zip string)>", true],
    ]);
  });

  it("say which reference leads nowhere", () => {
    const { problems } = read([
      "c.json",
      { ...CUSTOMER, properties: { a: { $ref: "none.json" } } },
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      "`$ref` none.json leads to nothing that was read",
    ]);
  });
});

describe("a schema registry's answers", () => {
  const subject = (name: string, version: number, schema: unknown, more: object = {}) => ({
    subject: name,
    version,
    id: version,
    schema: typeof schema === "string" ? schema : JSON.stringify(schema),
    ...more,
  });

  it("are a topic each, by the newest version; keys stand beside, references are followed", () => {
    const { facts, problems } = read([
      "schemas.json",
      [
        subject("orders-value", 2, ORDER, {
          references: [{ name: "com.shop.Address", subject: "address", version: 1 }],
        }),
        subject("orders-value", 1, {
          type: "record",
          name: "Order",
          fields: [{ name: "id", type: "long" }],
        }),
        subject("orders-key", 1, {
          type: "record",
          name: "Key",
          fields: [{ name: "id", type: "long" }],
        }),
        subject("address", 1, ADDRESS),
        subject("refunds-value", 1, PROTO, { schemaType: "PROTOBUF" }),
        subject("plain-value", 1, '"string"'),
      ],
    ]);
    expect(facts.map(({ name }) => name.name)).toEqual(["orders", "refunds"]);
    expect(facts[0]?.columns?.[4]).toMatchObject({ name: "ship_to", type: "STRUCT(city string)" });
    expect(facts[0]?.attributes.extra).toEqual({ keyColumns: [{ name: "id", type: "long" }] });
    expect(problems.map(({ message }) => message)).toContain(
      "the subject plain-value has no record with fields, so its topic has no columns",
    );
  });

  it("may be a dump of the registry's own topic, with what was deleted", () => {
    const dump = [
      `{"keytype":"SCHEMA","subject":"a-value","version":1,"magic":1}\t${JSON.stringify(subject("a-value", 1, ADDRESS, { deleted: false }))}`,
      `{"keytype":"SCHEMA","subject":"b-value","version":1,"magic":1}\t${JSON.stringify(subject("b-value", 1, ADDRESS, { deleted: true }))}`,
    ].join("\n");
    expect(read(["_schemas.jsonl", dump]).facts.map(({ name }) => name.name)).toEqual(["a"]);
  });
});

describe("schemas that are broken", () => {
  it("never throw, and cost only themselves", () => {
    const texts = [
      JSON.stringify(ORDER),
      PROTO,
      JSON.stringify(CUSTOMER),
      '[{"subject":"a","schema":"{}"}]',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.constantFrom("a.avsc", "a.proto", "a.json"),
        fc.nat(1_000),
        fc.nat(40),
        fc.string(),
        (text, path, at, cut, put) => {
          const mangled = text.slice(0, at) + put + text.slice(at + cut);
          const { facts } = readSchemas([
            { path, text: mangled },
            { path: "good.avsc", text: JSON.stringify(ADDRESS) },
          ]);
          return (
            facts.some(({ name }) => name.name === "com.shop.Address") ||
            mangled.includes("Address")
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it("that unfold into far more than was written are cut", () => {
    const records = Array.from({ length: 14 }, (_, at) => ({
      type: "record",
      name: `R${at}`,
      fields: Array.from({ length: 12 }, (__, field) => ({
        name: `f${field}`,
        type: at === 0 ? "int" : `R${at - 1}`,
      })),
    }));
    const { facts } = read(["bomb.avsc", records]);
    expect(facts.map(({ columns }) => columns?.length)).toEqual([12]);
  });
});

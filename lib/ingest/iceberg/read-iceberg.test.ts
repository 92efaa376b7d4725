import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toldRenames } from "#lib/model/told-renames.ts";
import { readIceberg } from "./read-iceberg.ts";

const metadata = (more: object = {}) => ({
  "format-version": 2,
  "table-uuid": "u-1",
  location: "s3://lake/marts/orders",
  "last-updated-ms": 1000,
  "current-schema-id": 1,
  schemas: [
    {
      "schema-id": 0,
      type: "struct",
      fields: [
        { id: 1, name: "id", type: "long", required: true },
        { id: 2, name: "email", type: "string", required: false },
      ],
    },
    {
      "schema-id": 1,
      type: "struct",
      "identifier-field-ids": [1],
      fields: [
        { id: 1, name: "id", type: "long", required: true },
        { id: 2, name: "mail", type: "string", required: false, doc: "To write to." },
        { id: 3, name: "at", type: "timestamptz", required: false },
        {
          id: 4,
          name: "tags",
          type: { type: "list", "element-id": 7, element: "string", "element-required": false },
          required: false,
        },
        {
          id: 5,
          name: "home",
          type: {
            type: "struct",
            fields: [{ id: 8, name: "city", type: "string", required: false }],
          },
          required: false,
        },
        {
          id: 6,
          name: "m",
          type: { type: "map", key: "string", value: "double" },
          required: false,
        },
      ],
    },
  ],
  "partition-specs": [
    {
      "spec-id": 0,
      fields: [{ "source-id": 3, "field-id": 1000, name: "at_day", transform: "day" }],
    },
  ],
  "default-spec-id": 0,
  "current-snapshot-id": 7,
  snapshots: [{ "snapshot-id": 7, summary: { "total-records": "1204" } }],
  properties: { owner: "finance" },
  ...more,
});
const file = (path: string, value: unknown) => ({ path, text: JSON.stringify(value) });

describe("Iceberg metadata", () => {
  it("is a table with its current columns, rows, partitions and owner", () => {
    const { tables, problems } = readIceberg([file("v2.metadata.json", metadata())]);
    expect(problems).toEqual([]);
    expect(tables[0]?.fact).toMatchObject({
      name: { namespace: "s3://lake", name: "marts/orders" },
      attributes: { owner: "finance", rows: 1204, extra: { partitionedBy: ["day(at)"] } },
      columnsComplete: true,
    });
    expect(
      tables[0]?.fact.columns?.map(({ name, type, nullable, unique }) => [
        name,
        type,
        nullable,
        unique,
      ]),
    ).toEqual([
      ["id", "long", false, true],
      ["mail", "string", true, undefined],
      ["at", "timestamp with time zone", true, undefined],
      ["tags", "ARRAY<string>", true, undefined],
      ["home", "STRUCT(city string)", true, undefined],
      ["m", "MAP<string, double>", true, undefined],
    ]);
  });

  it("of several files of one table counts the newest, and an older one tells a rename from it", () => {
    const old = metadata({ "current-schema-id": 0, "last-updated-ms": 500 });
    const { tables } = readIceberg([file("2.json", metadata()), file("1.json", old)]);
    expect(tables).toHaveLength(1);
    const [before] = readIceberg([file("1.json", old)]).tables;
    const renames = toldRenames(before?.fact.columns ?? [], tables[0]?.fact.columns ?? []);
    expect([...renames]).toEqual([["email", "mail"]]);
  });

  it("that is broken is a problem, and never throws", () => {
    expect(
      readIceberg([file("a.json", { location: "s3://x/y", schemas: [] })]).problems,
    ).toHaveLength(1);
    const text = JSON.stringify(metadata());
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(60), fc.string(), (at, cut, put) => {
        const { tables, problems } = readIceberg([
          { path: "m.json", text: text.slice(0, at) + put + text.slice(at + cut) },
        ]);
        return tables.length + problems.length === 1;
      }),
    );
  });
});

const DATA = fileURLToPath(new URL("../../../../shared/data/sources/iceberg/", import.meta.url));

describe.skipIf(!existsSync(DATA))("Iceberg metadata that pyiceberg wrote", () => {
  it("tells the rename and the drop by field ids", () => {
    const [first, second, third] = readdirSync(DATA)
      .sort()
      .map(
        (name) =>
          readIceberg([{ path: name, text: readFileSync(DATA + name, "utf8") }]).tables[0]?.fact
            .columns ?? [],
      );
    expect([...toldRenames(first ?? [], second ?? [])]).toEqual([["email", "mail"]]);
    expect([...toldRenames(second ?? [], third ?? [])]).toEqual([]);
    expect(third?.map(({ name }) => name)).toEqual(["id", "mail", "channel"]);
  });
});

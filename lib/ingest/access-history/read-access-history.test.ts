import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { eventStamp } from "./event-stamp.ts";
import { kindOfRows, readAccessHistory } from "./read-access-history.ts";

/** Takes the table after INTO, UPDATE, TABLE or VIEW for what is written. */
const targetsOf = ({ sql }: { readonly sql: string }) =>
  [...sql.matchAll(/\b(?:into|update|table|view)\s+([\w.]+)/gi)].map(([, name = ""]) =>
    name.split("."),
  );

const read = (text: string, path = "log.csv") => readAccessHistory([{ path, text }], targetsOf);
const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join("\n");

const factOf = (facts: readonly AssetFact[], name: string): AssetFact => {
  const fact = facts.find((one) => one.name.name === name);
  if (fact === undefined) throw new Error(`no ${name} in ${facts.map((one) => one.name.name)}`);
  return fact;
};
const edgesOf = (facts: readonly AssetFact[], name: string): string[] =>
  factOf(facts, name)
    .edges.map(({ from, toColumn, use, cap }) =>
      [`${from.name.name}.${from.column ?? "*"}`, toColumn ?? "*", use, cap]
        .filter(Boolean)
        .join(" "),
    )
    .sort();

describe("Databricks lineage tables", () => {
  const columns =
    "account_id,entity_type,entity_id,source_table_full_name,source_table_catalog,source_table_schema,source_table_name,source_path,source_type,source_column_name,target_table_full_name,target_table_catalog,target_table_schema,target_table_name,target_path,target_type,target_column_name,created_by,event_time";
  const row = (
    from: string,
    column: string,
    to: string,
    toColumn: string,
    time: string,
    entity = "JOB,17",
  ) => {
    const side = (name: string) =>
      [name, ...(name === "" ? ["", "", ""] : name.split("."))].join(",");
    return `1,${entity},${side(from)},,TABLE,${column},${side(to)},,TABLE,${toColumn},a@b.c,${time}`;
  };

  it("column by column, with the first and the last time; a table that reads itself says nothing", () => {
    const { facts, problems } = read(
      [
        columns,
        row(
          "main.raw.orders",
          "amount",
          "main.mart.revenue",
          "cents",
          "2026-11-01T03:00:00.000+0000",
        ),
        row(
          "main.raw.orders",
          "amount",
          "main.mart.revenue",
          "cents",
          "2026-11-20T03:00:00.000+0000",
        ),
        row("main.raw.orders", "id", "main.mart.revenue", "key", "2026-11-20T03:00:00.000+0000"),
        row("main.raw.rates", "rate", "main.mart.revenue", "cents", "2026-11-20T03:00:00.000+0000"),
        row("main.mart.revenue", "key", "main.mart.revenue", "key", "2026-11-20T03:00:00.000+0000"),
      ].join("\n"),
    );
    expect(edgesOf(facts, "main.mart.revenue")).toEqual([
      "main.raw.orders.amount cents ARITH likely",
      "main.raw.orders.id key IDENTITY likely",
      "main.raw.rates.rate cents ARITH likely",
    ]);
    expect(factOf(facts, "main.mart.revenue").edges[0]?.extra).toEqual({
      times: 2,
      firstSeen: "2026-11-01T03:00:00Z",
      lastSeen: "2026-11-20T03:00:00Z",
    });
    expect(factOf(facts, "main.raw.orders")).toMatchObject({
      name: { namespace: "databricks" },
      path: ["main", "raw", "orders"],
      placeholder: true,
      columnsComplete: false,
    });
    expect(problems).toEqual([expect.objectContaining({ code: "self-loop", severity: "info" })]);
  });

  it("a dashboard that reads a column and writes nothing is a consumer", () => {
    const { facts } = read(
      [
        columns,
        row("main.mart.revenue", "cents", "", "", "2026-11-20T03:00:00Z", "DASHBOARD_V3,01ef"),
      ].join("\n"),
    );
    expect(factOf(facts, "dashboard 01ef")).toMatchObject({ kind: "dashboard" });
    expect(edgesOf(facts, "dashboard 01ef")).toEqual(["main.mart.revenue.cents * UNKNOWN"]);
  });

  it("files in a lake are what OpenLineage calls them", () => {
    const { facts } = read(
      lines([
        {
          source_table_full_name: null,
          source_path: "s3://lake/orders/",
          source_type: "PATH",
          target_table_full_name: "main.raw.orders",
          target_type: "TABLE",
          event_time: "2026-11-20T03:00:00Z",
        },
      ]),
      "table_lineage.jsonl",
    );
    expect(factOf(facts, "main.raw.orders").edges[0]?.from.name).toEqual({
      namespace: "s3://lake",
      name: "orders",
    });
  });

  it("table lineage beside column lineage adds nothing to it, and tells who uses a table", () => {
    const { facts } = readAccessHistory(
      [
        {
          path: "c.csv",
          text: [
            columns,
            row("main.raw.orders", "id", "main.mart.revenue", "key", "2026-11-20T03:00:00Z"),
          ].join("\n"),
        },
        {
          path: "t.jsonl",
          text: lines(
            ["2026-11-20T03:00:00Z", "2026-11-19T03:00:00Z", "2026-08-01T03:00:00Z"].map(
              (event_time, at) => ({
                source_table_full_name: "main.raw.orders",
                target_table_full_name: "main.mart.revenue",
                created_by: `user ${at % 2}`,
                event_time,
              }),
            ),
          ),
        },
      ],
      targetsOf,
    );
    expect(edgesOf(facts, "main.mart.revenue")).toEqual(["main.raw.orders.id key IDENTITY likely"]);
    expect(factOf(facts, "main.raw.orders").attributes.usage).toEqual({ views30d: 2, users30d: 2 });
  });

  it("the answer of the statement interface is the same rows", () => {
    const { facts } = read(
      JSON.stringify({
        manifest: {
          schema: {
            columns: [{ name: "source_table_full_name" }, { name: "target_table_full_name" }],
          },
        },
        result: { data_array: [["main.a.b", "main.a.c"]] },
      }),
      "answer.json",
    );
    expect(edgesOf(facts, "main.a.c")).toEqual(["main.a.b.* * UNKNOWN"]);
  });
});

describe("Snowflake's account usage", () => {
  const column = (columnName: string, ...directSources: readonly object[]) => ({
    columnId: 1,
    columnName,
    ...(directSources.length === 0 ? {} : { directSources, baseSources: directSources }),
  });
  const source = (objectName: string, columnName: string) => ({
    columnName,
    objectDomain: "Table",
    objectId: 7,
    objectName,
  });
  const access = {
    QUERY_ID: "01b",
    QUERY_START_TIME: "2026-11-20 03:00:00.123 -0800",
    USER_NAME: "LOADER",
    DIRECT_OBJECTS_ACCESSED: [
      {
        objectDomain: "Table",
        objectName: "SHOP.RAW.ORDERS",
        columns: [column("AMOUNT"), column("STATE")],
      },
      {
        objectDomain: "Stage",
        objectName: "SHOP.RAW.STAGE",
        locations: [{ location: "s3://lake/in/" }],
      },
      { objectDomain: "Function", objectName: "SHOP.RAW.F" },
    ],
    BASE_OBJECTS_ACCESSED: [],
    OBJECTS_MODIFIED: [
      {
        objectDomain: "Table",
        objectName: 'SHOP.MART."Revenue"',
        columns: [column("CENTS", source("SHOP.RAW.ORDERS", "AMOUNT")), column("LOADED_AT")],
      },
    ],
  };
  const expected = [
    "SHOP.RAW.ORDERS.AMOUNT CENTS IDENTITY likely",
    "SHOP.RAW.ORDERS.STATE * UNKNOWN",
    "in.* * UNKNOWN",
  ];

  it("direct sources are edges, and what was read for no column decided the rows somehow", () => {
    const { facts, problems } = read(lines([access]), "access.jsonl");
    expect(problems).toEqual([]);
    expect(edgesOf(facts, "SHOP.MART.Revenue")).toEqual(expected);
    expect(factOf(facts, "SHOP.MART.Revenue").path).toEqual(["SHOP", "MART", "Revenue"]);
    expect(factOf(facts, "SHOP.MART.Revenue").edges[0]?.extra?.["lastSeen"]).toBe(
      "2026-11-20T11:00:00Z",
    );
    expect(facts.map((fact) => fact.name.name)).not.toContain("SHOP.RAW.F");
  });

  it("CSV holds the same records as texts, a list and the SQL interface too", () => {
    const cell = (value: unknown) =>
      `"${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
    const csv = [Object.keys(access).join(","), Object.values(access).map(cell).join(",")].join(
      "\r\n",
    );
    const answer = {
      resultSetMetaData: { rowType: Object.keys(access).map((name) => ({ name })) },
      data: [
        Object.values(access).map((value) =>
          typeof value === "string" ? value : JSON.stringify(value),
        ),
      ],
    };
    for (const [text, path] of [
      [csv, "a.csv"],
      [JSON.stringify([access]), "a.json"],
      [JSON.stringify(answer), "b.json"],
    ] as const) {
      const { facts, problems } = read(text, path);
      expect(problems).toEqual([]);
      expect(edgesOf(facts, "SHOP.MART.Revenue")).toEqual(expected);
    }
  });

  const overView = {
    QUERY_ID: "02",
    QUERY_START_TIME: "2026-11-20 03:00:00",
    DIRECT_OBJECTS_ACCESSED: [
      {
        objectDomain: "View",
        objectName: "DB.S.V_ORD",
        columns: [column("AMOUNT"), column("REGION")],
      },
    ],
    BASE_OBJECTS_ACCESSED: [
      { objectDomain: "Table", objectName: "DB.S.ORD", columns: [column("AMOUNT")] },
    ],
    OBJECTS_MODIFIED: [
      {
        objectDomain: "Table",
        objectName: "DB.S.MART",
        columns: [
          {
            columnName: "A",
            directSources: [source("DB.S.V_ORD", "AMOUNT")],
            baseSources: [source("DB.S.ORD", "AMOUNT")],
          },
        ],
      },
    ],
  };

  it("the table behind a view is told, to what was written and to the view", () => {
    const { facts } = read(lines([overView, overView]), "access.jsonl");
    expect(edgesOf(facts, "DB.S.MART")).toEqual([
      "DB.S.ORD.AMOUNT A IDENTITY likely",
      "DB.S.V_ORD.AMOUNT A IDENTITY likely",
      "DB.S.V_ORD.REGION * UNKNOWN",
    ]);
    expect(edgesOf(facts, "DB.S.V_ORD")).toEqual(["DB.S.ORD.* * UNKNOWN"]);
    expect(factOf(facts, "DB.S.V_ORD")).not.toHaveProperty("placeholder");
  });

  it("no edge is told twice where the lineage of the view is known", () => {
    const dependency =
      "REFERENCED_DATABASE,REFERENCED_SCHEMA,REFERENCED_OBJECT_NAME,REFERENCED_OBJECT_DOMAIN,REFERENCING_DATABASE,REFERENCING_SCHEMA,REFERENCING_OBJECT_NAME,REFERENCING_OBJECT_DOMAIN\nDB,S,ORD,TABLE,DB,S,V_ORD,VIEW\n";
    const statement = {
      QUERY_ID: "03",
      QUERY_TEXT: "create view DB.S.V_ORD as select amount, region from DB.S.ORD",
      DATABASE_NAME: "DB",
      SCHEMA_NAME: "S",
    };
    const withView = (path: string, text: string) =>
      readAccessHistory(
        [
          { path: "a.jsonl", text: lines([overView]) },
          { path, text },
        ],
        targetsOf,
      ).facts;
    expect(edgesOf(withView("d.csv", dependency), "DB.S.V_ORD")).toEqual(["DB.S.ORD.* * UNKNOWN"]);
    const known = withView("q.jsonl", lines([statement]));
    expect(edgesOf(known, "DB.S.V_ORD")).toEqual([]);
    expect(edgesOf(known, "DB.S.MART")).toEqual([
      "DB.S.V_ORD.AMOUNT A IDENTITY likely",
      "DB.S.V_ORD.REGION * UNKNOWN",
    ]);
  });

  it("object dependencies make a view of the tables it stands on", () => {
    const { facts } = read(
      "REFERENCED_DATABASE,REFERENCED_SCHEMA,REFERENCED_OBJECT_NAME,REFERENCED_OBJECT_DOMAIN,REFERENCING_DATABASE,REFERENCING_SCHEMA,REFERENCING_OBJECT_NAME,REFERENCING_OBJECT_DOMAIN,DEPENDENCY_TYPE\n" +
        "SHOP,RAW,ORDERS,TABLE,SHOP,MART,OPEN_ORDERS,VIEW,BY_NAME\nSHOP,RAW,F,FUNCTION,SHOP,MART,OPEN_ORDERS,VIEW,BY_NAME\n",
    );
    expect(factOf(facts, "SHOP.MART.OPEN_ORDERS").kind).toBe("view");
    expect(edgesOf(facts, "SHOP.MART.OPEN_ORDERS")).toEqual(["SHOP.RAW.ORDERS.* * UNKNOWN"]);
  });

  it("the query log gives each statement that writes once, the newest of its runs", () => {
    const run = (day: string, more: object = {}) => ({
      QUERY_ID: day,
      QUERY_TEXT: `insert into revenue select sum(amount) from raw.orders where day = '${day}'`,
      DATABASE_NAME: "SHOP",
      SCHEMA_NAME: "MART",
      EXECUTION_STATUS: "SUCCESS",
      END_TIME: `${day} 03:00:00`,
      ...more,
    });
    const { facts } = read(
      lines([
        run("2026-11-18"),
        run("2026-11-20"),
        run("2026-11-19"),
        run("2026-11-21", { EXECUTION_STATUS: "FAIL" }),
        { ...run("2026-11-22"), QUERY_TEXT: "select * from raw.orders" },
      ]),
      "queries.jsonl",
    );
    expect(
      facts.map(({ path, queries }) => [
        path,
        queries.map(({ sql, defaultPath }) => [sql.slice(-12), defaultPath]),
      ]),
    ).toEqual([[["SHOP", "MART", "revenue"], [["'2026-11-20'", ["SHOP", "MART"]]]]]);
  });
});

describe("BigQuery", () => {
  const table = (project_id: string, dataset_id: string, table_id: string) => ({
    project_id,
    dataset_id,
    table_id,
  });
  const job = (more: object) => ({
    creation_time: "2026-11-20 03:00:00.123 UTC",
    job_id: "bquxjob_1",
    user_email: "loader@shop.example",
    query: "insert into mart.revenue select amount from raw.orders",
    referenced_tables: [table("shop", "raw", "orders")],
    destination_table: table("shop", "mart", "revenue"),
    error_result: null,
    ...more,
  });

  it("a job that wrote a table is an edge and a query; one that answered somebody is a reading", () => {
    const { facts } = read(
      lines([
        job({}),
        job({
          destination_table: table("shop", "_a1b2", "anon123"),
          user_email: "ana@shop.example",
        }),
        job({
          destination_table: table("shop", "mart", "failed"),
          error_result: { reason: "invalidQuery" },
        }),
      ]),
      "jobs.json",
    );
    expect(facts.map((fact) => fact.name.name)).toEqual(["shop.mart.revenue", "shop.raw.orders"]);
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual(["shop.raw.orders.* * UNKNOWN"]);
    expect(factOf(facts, "shop.mart.revenue").queries).toMatchObject([
      { dialect: "bigquery", defaultPath: ["shop", "mart"] },
    ]);
    expect(factOf(facts, "shop.raw.orders").attributes.usage).toEqual({ views30d: 2, users30d: 2 });
  });

  it("links of the data lineage, with columns where it knows them", () => {
    const link = (from: string, to: string, more: object = {}) => ({
      name: "projects/1/locations/eu/links/1",
      source: { fullyQualifiedName: from, ...more },
      target: { fullyQualifiedName: to, ...more },
      endTime: "2026-11-20T03:00:00.5Z",
    });
    const { facts } = read(
      JSON.stringify({
        links: [
          link("bigquery:shop.raw.orders", "bigquery:shop.mart.revenue", { field: ["amount"] }),
          link("gcs:lake.`in/orders.csv`", "bigquery:`shop-1`.raw.orders"),
        ],
      }),
      "links.json",
    );
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual([
      "shop.raw.orders.amount amount IDENTITY likely",
    ]);
    expect(factOf(facts, "shop-1.raw.orders").edges[0]?.from.name).toEqual({
      namespace: "gs://lake",
      name: "in/orders.csv",
    });
  });
});

describe("bad and large exports", () => {
  it("a row that is broken is told with its line, the others are read", () => {
    const good = JSON.stringify({
      source_table_full_name: "m.a.b",
      target_table_full_name: "m.a.c",
    });
    const { facts, problems } = read(
      `${good}\n{"source_table_full_name": \n${good.replace("m.a.c", "m.a.d")}`,
      "x.jsonl",
    );
    expect(facts.map((fact) => fact.name.name)).toEqual(["m.a.b", "m.a.c", "m.a.d"]);
    expect(problems).toEqual([expect.objectContaining({ code: "bad-json", line: 2 })]);
  });

  it("a list that was cut off while it was written keeps its whole rows", () => {
    const text = JSON.stringify(
      [1, 2, 3].map((at) => ({
        source_table_full_name: "m.a.b",
        target_table_full_name: `m.a.t${at}`,
      })),
    );
    const { facts, problems } = read(text.slice(0, -20), "x.json");
    expect(facts.map((fact) => fact.name.name)).toEqual(["m.a.b", "m.a.t1", "m.a.t2"]);
    expect(problems).toHaveLength(1);
  });

  it("columns of no log that is known are said to be none", () => {
    expect(read("a,b\n1,2\n").problems).toEqual([expect.objectContaining({ code: "wrong-shape" })]);
    expect(kindOfRows(["Query_ID", "QUERY_TEXT"])).toBe("queries");
  });

  it("rows of any shape are read without an exception", () => {
    const key = fc.constantFrom(
      "source_table_full_name",
      "target_table_full_name",
      "source_column_name",
      "event_time",
      "entity_type",
      "entity_id",
      "direct_objects_accessed",
      "objects_modified",
      "query_id",
      "query_text",
      "referenced_tables",
      "destination_table",
      "job_id",
      "links",
      "source",
      "target",
      "name",
      "referencing_object_name",
      "referenced_object_name",
    );
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(key, fc.jsonValue({ maxDepth: 4 }))),
        fc.string(),
        (rows, tail) => {
          read(lines(rows) + tail, "x.jsonl");
          read(JSON.stringify(rows) + tail, "x.json");
          read(JSON.stringify({ links: rows }), "x.json");
          read(`source_table_full_name,target_table_full_name\n${tail}`, "x.csv");
        },
      ),
    );
  });

  it("times are read as warehouses write them", () => {
    expect(
      [
        "2026-11-20 03:00:00.123 -0800",
        "2026-11-20 03:00:00 UTC",
        "2026-11-20T03:00:00+05:30",
        "2026-11-20",
        1795143600,
        "1795143600123",
        "x",
        null,
      ].map(eventStamp),
    ).toEqual([
      "2026-11-20T11:00:00Z",
      "2026-11-20T03:00:00Z",
      "2026-11-19T21:30:00Z",
      "2026-11-20T00:00:00Z",
      "2026-11-20T03:00:00Z",
      "2026-11-20T03:00:00Z",
      undefined,
      undefined,
    ]);
  });
});

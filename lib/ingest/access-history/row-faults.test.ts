import { describe, expect, it } from "vitest";
import { readAccessHistory } from "./read-access-history.ts";

const cell = (value: unknown): string =>
  `"${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
const csv = (rows: readonly Readonly<Record<string, unknown>>[]): string =>
  [
    Object.keys(rows[0] ?? {}).join(","),
    ...rows.map((row) => Object.values(row).map(cell).join(",")),
  ].join("\n");
const read = (text: string, path = "log.csv") => readAccessHistory([{ path, text }], () => []);
const lines = (rows: readonly unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join("\n");

const table = (objectName: string, ...columns: readonly object[]) => ({
  columns,
  objectDomain: "Table",
  objectName,
});
const access = {
  QUERY_ID: "1",
  QUERY_START_TIME: "2026-11-20 03:00:00",
  DIRECT_OBJECTS_ACCESSED: [
    table("DB.S.A", { columnName: "X" }),
    table("DB.S.B", { columnName: "Y" }),
  ],
  BASE_OBJECTS_ACCESSED: [],
  OBJECTS_MODIFIED: [table("DB.S.MART", { columnName: "M" })],
};
const sourcesOf = (text: string, name: string, path?: string): string[] =>
  read(text, path)
    .facts.filter((fact) => fact.name.name === name)
    .flatMap(({ edges }) => edges.map(({ from }) => from.name.name));

describe("rows of an access log that cannot be read whole", () => {
  it("are told once, with their lines, and a list that was cut off keeps what is whole of it", () => {
    const cut = JSON.stringify(access.DIRECT_OBJECTS_ACCESSED).slice(0, -30);
    const text = csv([
      access,
      {
        ...access,
        DIRECT_OBJECTS_ACCESSED: cut,
        OBJECTS_MODIFIED: [table("DB.S.OTHER", { columnName: "M" })],
      },
      { ...access, QUERY_START_TIME: "yesterday" },
    ]);
    expect(sourcesOf(text, "DB.S.OTHER")).toEqual(["DB.S.A"]);
    expect(read(text).problems).toEqual([
      expect.objectContaining({
        severity: "error",
        file: "log.csv",
        message:
          "2 of 3 rows could not be read whole: line 3: direct_objects_accessed is no whole JSON; line 4: query_start_time is no time",
      }),
    ]);
  });

  it("keep their lineage where only the time is wrong, which is a warning", () => {
    const text = lines([{ ...access, QUERY_START_TIME: "2026-13-45 03:00:00" }]);
    expect(sourcesOf(text, "DB.S.MART", "a.jsonl")).toEqual(["DB.S.A", "DB.S.B"]);
    expect(read(text, "a.jsonl").problems).toMatchObject([{ severity: "warning" }]);
  });

  it.each([
    ["a number for a list", { ...access, OBJECTS_MODIFIED: 5 }],
    ["a text in a list", { ...access, OBJECTS_MODIFIED: ["DB.S.MART"] }],
    ["a table without a name", { ...access, OBJECTS_MODIFIED: [{ objectDomain: "Table" }] }],
    ["columns that are none", { ...access, OBJECTS_MODIFIED: [{ ...table("T"), columns: 3 }] }],
    [
      "sources that are none",
      { ...access, OBJECTS_MODIFIED: [table("T", { columnName: "M", directSources: "X" })] },
    ],
    [
      "half a name of a dependency",
      {
        referenced_database: "DB",
        referenced_schema: "S",
        referenced_object_name: "",
        referencing_database: "DB",
        referencing_schema: "S",
        referencing_object_name: "V",
      },
    ],
    ["a number for a name", { source_table_full_name: 7, target_table_full_name: "m.a.b" }],
    [
      "metadata that was cut off",
      {
        source_table_full_name: "m.a.b",
        target_table_full_name: null,
        entity_type: "JOB",
        entity_metadata: '{"job_id": ',
      },
    ],
    [
      "tables of a job that were cut off",
      { job_id: "1", referenced_tables: '[{"project_id": "p", ' },
    ],
    [
      "half a name of a table of a job",
      { job_id: "1", referenced_tables: [], destination_table: { project_id: "p" } },
    ],
    [
      "a link to nothing",
      { name: "l", source: {}, target: { fullyQualifiedName: "bigquery:a.b.c" } },
    ],
    ["a query that is no text", { query_id: "1", query_text: 5 }],
  ])("are told, whatever the warehouse: %s", (_, row) => {
    expect(read(lines([row]), "a.jsonl").problems).toMatchObject([
      {
        code: "wrong-shape",
        message: expect.stringMatching(/^1 of 1 rows .*: line 1: /) as string,
      },
    ]);
  });

  it("are many: the first are told by their place, the others counted", () => {
    const bad = { ...access, OBJECTS_MODIFIED: 5 };
    const [problem, ...rest] = read(lines(Array(12).fill(bad)), "a.jsonl").problems;
    expect(rest).toEqual([]);
    expect(problem?.message).toMatch(/^12 of 12 .*line 5: [^;]*; and 7 more$/);
  });

  it("are told where a row of CSV ends too early", () => {
    const [head, row] = csv([access]).split("\n");
    const { problems } = read(`${head}\n${row}\n2,2026-11-20 03:00:00\n`);
    expect(problems).toMatchObject([{ line: 3, severity: "error" }]);
  });

  it("are none where cells are empty", () => {
    const empty = {
      ...access,
      BASE_OBJECTS_ACCESSED: "",
      OBJECTS_MODIFIED: "[]",
      USER_NAME: "null",
    };
    expect(read(csv([empty])).problems).toEqual([]);
    expect(
      read(
        lines([
          {
            job_id: "1",
            referenced_tables: null,
            destination_table: { project_id: null, dataset_id: null, table_id: null },
            error_result: null,
            end_time: null,
          },
        ]),
        "j.jsonl",
      ).problems,
    ).toEqual([]);
  });

  it("end soon however deep a list that was cut off is nested", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(199_999)}`;
    const { problems } = read(csv([access, { ...access, DIRECT_OBJECTS_ACCESSED: deep }]));
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("direct_objects_accessed is no whole JSON"),
    ]);
  });
});

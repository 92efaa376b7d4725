import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readOpenLineageFiles } from "./read-open-lineage-events.ts";

const DATA = fileURLToPath(
  new URL("../../../../shared/data/sources/openlineage/", import.meta.url),
);

describe.skipIf(!existsSync(DATA))("events of real clients", () => {
  const read = (name: string) =>
    readOpenLineageFiles([{ path: name, text: readFileSync(DATA + name, "utf8") }]);
  const named = (name: string, tail: string) =>
    read(name).facts.find((fact) => fact.name.name.endsWith(tail));

  it.each(["py_client.ndjson", "dbt_ol.ndjson", "spark_parquet.ndjson"])(
    "%s is accepted as a whole",
    (name) => {
      expect(read(name).problems.filter((problem) => problem.severity !== "info")).toEqual([]);
    },
  );

  it("every column that Spark tells the lineage of has it here", () => {
    const events = readFileSync(`${DATA}spark_parquet.ndjson`, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { facts } = read("spark_parquet.ndjson");
    let checked = 0;
    for (const output of events.flatMap((event) => event.outputs)) {
      const fact = facts.find((one) => one.name.name === output.name);
      for (const [column, { inputFields }] of Object.entries<{
        inputFields: { name: string; field: string }[];
      }>(output.facets?.columnLineage?.fields ?? {})) {
        for (const { name, field } of inputFields.filter((one) => one.name !== output.name)) {
          checked++;
          expect(
            fact?.edges.some(
              (edge) =>
                edge.from.name.name === name &&
                edge.from.column === field &&
                (edge.toColumn ?? column) === column,
            ),
          ).toBe(true);
        }
      }
    }
    expect(checked).toBeGreaterThan(100);
  });

  it("dbt-ol's models keep the SQL beside lineage that only lists columns, and seeds it leaves out exist", () => {
    expect(named("dbt_ol.ndjson", "main_marts.revenue_daily")?.queries).toHaveLength(1);
    expect(named("dbt_ol.ndjson", "main_raw.raw_customers")).toMatchObject({ placeholder: true });
    expect(named("dbt_ol.ndjson", "int_payments_by_order")?.attributes.materialization).toBe(
      "ephemeral",
    );
  });
});

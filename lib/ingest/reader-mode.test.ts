import { describe, expect, it } from "vitest";
import { fileReadersIn, parseReaderMode } from "./reader-mode.ts";

describe("how a reader meets a schema that differs", () => {
  it("is called by its name, by a tool's word for it, or by the reader itself", () => {
    expect(parseReaderMode("Skips bad rows")).toBe("skips_bad_rows");
    expect(parseReaderMode("by-position")).toBe("by_position");
    expect(parseReaderMode("DROPMALFORMED")).toBe("skips_bad_rows");
    expect(parseReaderMode("Spark / Parquet")).toBe("lenient");
    expect(parseReaderMode("pandas CSV")).toBe("strict");
    expect(parseReaderMode("pandas csv, on_bad_lines=skip")).toBe("skips_bad_rows");
    expect(parseReaderMode("polars missing_columns=insert")).toBe("lenient");
  });

  it("is not guessed from words that say nothing of it", () => {
    expect(parseReaderMode("nightly")).toBeUndefined();
    expect(parseReaderMode("duckdb parquet")).toBeUndefined();
    expect(parseReaderMode(7)).toBeUndefined();
  });

  it("is read off the options of a call in SQL, for the file that the call names", () => {
    const sql = `select * from read_parquet('s3://lake/o''s/*.parquet', hive_partitioning = true, UNION_BY_NAME=true) a
      join read_csv('in (1).csv', ignore_errors => true, columns = {'a': 'INT'}) b on true
      join read_csv_auto('plain.csv') c on true
      join read_csv('list.csv', names = ['a', 'b'], header = false)`;
    expect([...fileReadersIn(sql)]).toEqual([
      ["s3://lake/o's/*.parquet", "lenient"],
      ["in (1).csv", "skips_bad_rows"],
      ["list.csv", "by_position"],
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { isReworded, sparkSql, sparkType, typeName } from "./spark-sql.mjs";

const words = { database: "harbour", relations: new Set(["checkout.orders", "crm.consents"]) };
const inSpark = (sql: string): string => sparkSql(sql, words);

describe("SQL that is written for DuckDB, on Spark", () => {
  it("names tables by the views of the session, with quotes, with the database and without", () => {
    for (const name of [
      '"harbour"."checkout"."orders"',
      "harbour.checkout.orders",
      "checkout.orders",
    ])
      expect(inSpark(`select o.status from ${name} o`)).toBe(
        "select o.status from checkout__orders o",
      );
  });

  it("leaves columns alone that look like a table of the company", () => {
    expect(inSpark("select checkout.state from x as checkout")).toBe(
      "select checkout.state from x as checkout",
    );
  });

  it("quotes names with backticks, and keeps what stands in texts", () => {
    expect(inSpark(`select "a b", 'say "no"' from checkout.orders`)).toBe(
      "select `a b`, 'say \"no\"' from checkout__orders",
    );
    expect(inSpark("select 'harbour.checkout.orders'")).toBe("select 'harbour.checkout.orders'");
  });

  it("writes a quote in a text so that Spark does not join the halves, and a backslash as one", () => {
    expect(inSpark("select 'it''s', 'a\\n'")).toBe("select 'it\\'s', 'a\\\\n'");
  });

  it("takes parts of a date by name, and whole days between two dates in Spark's order", () => {
    expect(inSpark("select extract('hour' from t), date_diff('day', a, cast(b as date))")).toBe(
      "select extract(hour from t), datediff(cast(b as date), a)",
    );
  });

  it("leaves what it would count otherwise, so that it is refused and not guessed", () => {
    expect(inSpark("select date_diff('month', a, b)")).toBe("select date_diff('month', a, b)");
  });

  it("casts to a string where DuckDB casts to a varchar", () => {
    expect(inSpark("select cast(a as varchar), cast(b as double precision)")).toBe(
      "select cast(a as string), cast(b as double)",
    );
  });

  it("drops comments, in which a quote opens nothing", () => {
    expect(inSpark("-- it's here\nselect 1").trim()).toBe("select 1");
  });

  it("says which statements are told in other words", () => {
    expect(isReworded('select "a" from "harbour"."checkout"."orders"', words)).toBe(false);
    expect(isReworded("-- a comment\nselect a\nfrom checkout.orders", words)).toBe(false);
    expect(isReworded("select cast(a as varchar) from checkout.orders", words)).toBe(true);
  });
});

describe("types of Spark", () => {
  it("have the names that the runs use, and are declared in Spark's", () => {
    expect(["string", "int", "bigint", "decimal(10,2)"].map(typeName)).toEqual([
      "VARCHAR",
      "INTEGER",
      "BIGINT",
      "DECIMAL(10,2)",
    ]);
    expect(["VARCHAR", "INTEGER", "TIMESTAMP"].map(sparkType)).toEqual([
      "string",
      "int",
      "timestamp",
    ]);
  });
});

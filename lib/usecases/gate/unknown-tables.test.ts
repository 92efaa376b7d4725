import { describe, expect, it } from "vitest";
import { changesUnknown } from "./unknown-tables.ts";

const told = (text: string): readonly string[] =>
  changesUnknown([{ path: "one.sql", text }], []).map(({ relation }) => relation?.join(".") ?? "");

/** Each was read in time that grows with the square of its length: a million signs took minutes. */
describe("a text that is built to be read for long", () => {
  const LENGTH = 1_000_000;
  const filled = (piece: string): string => piece.repeat(Math.ceil(LENGTH / piece.length));

  it.each([
    ["names behind commas whose bracket is never closed", `update rates set a = 1${filled(",[")}`],
    ["tables whose bracket is never closed", `drop table rates ${filled("create table [")}`],
    ["new names whose bracket is never closed", `alter table rates ${filled("rename to [")}`],
    ["blanks within a name", `drop table rates${" ".repeat(LENGTH)}`],
  ])("is read to its end: %s", (_, text) => {
    expect(told(text)).toEqual(["rates"]);
  });

  it("is read to its end where parts of a name stand far apart", () => {
    expect(told(`drop table shop${" ".repeat(LENGTH)}.rates`)).toHaveLength(1);
  });

  it("is read to its end where tables are chosen from without an end", () => {
    expect(told(`select ${filled("into [")}`)).toEqual([]);
  });
});

describe("a table that the text makes", () => {
  it.each([
    "create table shop.rates (a int); drop table rates;",
    "create table rates (a int); drop table shop.rates;",
    "alter table shop.rates set schema old; drop table old.rates;",
  ])("is the one that is meant without its schema: %s", (text) => {
    expect(told(text).filter((name) => name !== "shop.rates")).toEqual([]);
  });

  it("is not the one of another schema", () => {
    expect(told("create table staging.rates (a int); drop table shop.rates;")).toEqual([
      "shop.rates",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { classifyType, isRespelled } from "./classify-type.ts";

describe("a change of a declared type, in the spellings of the engines", () => {
  test.each([
    ["INT64", "bigint", "same"],
    ["varchar", "TEXT", "same"],
    ["NUMBER(38, 0)", "NUMERIC(38,0)", "same"],
    ["varchar(10)", "character varying(10)", "same"],
    ["timestamptz", "timestamp with time zone", "same"],
    ["timestamp(3)", "timestamp(3) without time zone", "same"],
    ["character varying(20)", "varchar(10)", "type_narrowed_lossy"],
    ["varchar(10)", "character varying(20)", "type_widened"],
    ["int", "BIGINT", "type_widened"],
    ["integer", "double precision", "type_widened"],
    ["int4", "numeric(12,2)", "type_widened"],
    ["decimal(10,2)", "decimal(12,4)", "type_widened"],
    ["varchar(20)", "varchar(50)", "type_widened"],
    ["varchar(20)", "string", "type_widened"],
    ["DATE", "TIMESTAMP", "type_widened"],
    ["bigint", "smallint", "type_narrowed_lossy"],
    ["double", "integer", "type_narrowed_lossy"],
    ["decimal(12,4)", "decimal(12,2)", "type_narrowed_lossy"],
    ["timestamp with time zone", "date", "type_narrowed_lossy"],
    ["text", "varchar(10)", "type_narrowed_lossy"],
    ["int", "decimal(5,2)", "type_narrowed_lossy"],
    ["int", "text", "type_incompatible"],
    ["TIMESTAMP_NTZ", "STRING", "type_incompatible"],
    ["boolean", "integer", "type_incompatible"],
    ["varchar[]", "varchar", "type_incompatible"],
    ["struct(a int)", "struct(a bigint)", "type_incompatible"],
    ["", "int", "type_incompatible"],
  ])("%s to %s is %s", (from, to, expected) => {
    expect(classifyType(from, to)).toBe(expected);
  });
});

describe("a wider type that is spelled otherwise", () => {
  test.each([
    ["INTEGER", "DOUBLE"],
    ["BIGINT", "DECIMAL(12,2)"],
    ["DECIMAL(6,2)", "DECIMAL(12,4)"],
    ["DECIMAL(6,2)", "DOUBLE"],
    ["FLOAT", "DOUBLE"],
    ["DATE", "TIMESTAMP"],
  ])("%s to %s", (from, to) => {
    expect(isRespelled(from, to)).toBe(true);
  });

  test.each([
    ["INTEGER", "BIGINT"],
    ["INTEGER", "DECIMAL(18,0)"],
    ["VARCHAR(10)", "VARCHAR(20)"],
    ["DECIMAL(6,2)", "DECIMAL(12,2)"],
  ])("not %s to %s", (from, to) => {
    expect(isRespelled(from, to)).toBe(false);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileAddresses } from "./file-names.ts";
import { nameKey } from "./name-key.ts";

const keyOf = (namespace: string, name: string): string => nameKey({ namespace, name });

describe("a store of files", () => {
  it.each([
    ["s3a://lake", "orders/raw"],
    ["s3n://lake", "orders/raw/"],
    ["S3://lake/", "/orders/raw"],
    ["s3a://lake/orders", "raw"],
  ])("%s %s is s3://lake orders/raw", (namespace, name) => {
    expect(keyOf(namespace, name)).toBe(keyOf("s3://lake", "orders/raw"));
  });

  it.each([
    ["abfs://c@acme.dfs.core.windows.net", "/t"],
    ["wasb://c@acme.blob.core.windows.net", "t"],
    ["wasbs://c@acme.blob.core.windows.net", "t/"],
  ])("%s %s is the container of that account", (namespace, name) => {
    expect(keyOf(namespace, name)).toBe(keyOf("abfss://c@acme.dfs.core.windows.net", "t"));
  });

  it.each([
    ["s3://lake", "orders", "s3://lake2", "orders"],
    ["s3://lake", "orders", "gs://lake", "orders"],
    ["s3://lake", "a/b", "s3://lake", "a//b"],
    ["s3://lake", "Orders", "s3://lake", "orders"],
    ["abfss://c@one.dfs.core.windows.net", "t", "abfss://c@two.dfs.core.windows.net", "t"],
    ["abfss://c@one.dfs.core.windows.net", "t", "abfss://d@one.dfs.core.windows.net", "t"],
    ["abfss://c@one.dfs.core.windows.net", "t", "abfss://c@one.dfs.core.chinacloudapi.cn", "t"],
    ["file", "/tmp/t", "file", "tmp/t"],
    ["kafka://broker", "s3/t", "kafka://broker", "/s3/t"],
    ["hdfs://one:8020", "t", "hdfs://two:8020", "t"],
  ])("%s %s is not %s %s", (a, one, b, other) => {
    expect(keyOf(a, one)).not.toBe(keyOf(b, other));
  });

  it("is found by SQL at any of its addresses", () => {
    expect(fileAddresses(["s3a://lake/orders/*.parquet"])).toContain("s3://lake/orders");
    expect(fileAddresses(["wasbs://c@acme.blob.core.windows.net/t/"])).toEqual(
      fileAddresses(["abfss://c@acme.dfs.core.windows.net/t"]),
    );
  });

  it("has one key for every way to cut one address, and two for two addresses", () => {
    const part = fc.stringMatching(/^[a-zA-Z0-9._=-]{1,5}$/);
    const address = fc.record({
      bucket: part,
      path: fc.array(part, { minLength: 1, maxLength: 4 }),
    });
    const spelling = fc.record({
      scheme: fc.constantFrom("s3", "s3a", "s3n"),
      cut: fc.nat(3),
      lead: fc.constantFrom("", "/"),
      trail: fc.constantFrom("", "/", "//"),
    });
    fc.assert(
      fc.property(address, address, spelling, spelling, (a, b, x, y) => {
        const spelt = (
          { bucket, path }: typeof a,
          { scheme, cut, lead, trail }: typeof x,
        ): string => {
          const at = Math.min(cut, path.length - 1);
          const namespace = [`${scheme}://${bucket}`, ...path.slice(0, at)].join("/");
          return keyOf(namespace, `${lead}${path.slice(at).join("/")}${trail}`);
        };
        const isOne = a.bucket === b.bucket && a.path.join("/") === b.path.join("/");
        expect(spelt(a, x) === spelt(b, y)).toBe(isOne);
        expect(spelt(a, x)).toBe(spelt(a, y));
      }),
    );
  });
});

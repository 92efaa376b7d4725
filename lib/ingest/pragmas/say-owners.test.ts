import { expect, it } from "vitest";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { sayOwnersInCode } from "./say-owners.ts";

const fact = (name: string, more: Partial<AssetFact>): AssetFact => ({
  name: { namespace: "sql", name },
  attributes: {},
  edges: [],
  queries: [],
  provenance: { file: "a.sql" },
  ...more,
});

const source = (kind: "sql" | "dbt", facts: readonly AssetFact[]): AssembleSource => ({
  source: { id: kind, kind, label: kind },
  facts,
  at: "2026-03-03T09:00:00Z",
  complete: true,
  problems: [],
});

const ownersIn = (sources: readonly AssembleSource[]) =>
  sources.flatMap(({ facts }) => facts.map(({ attributes }) => attributes.owner));

const TEXT = [
  "create table nobodys (id int);",
  "-- faultline: owner checkout-core",
  "create table orders (id int);",
  "create table lines (id int);",
  "-- faultline: owner finance-data",
  "create table revenue (id int);",
].join("\n");

it("an owner in a file of statements owns what is made below it, up to the next", () => {
  const at = (name: string, line: number) => fact(name, { provenance: { file: "a.sql", line } });
  const facts = [at("nobodys", 1), at("orders", 3), at("lines", 4), at("revenue", 6)];
  const said = sayOwnersInCode([source("sql", facts)], [{ path: "a.sql", text: TEXT }]);
  expect(ownersIn(said)).toEqual([undefined, "checkout-core", "checkout-core", "finance-data"]);
});

it("an owner in the code of a dbt model owns it, unless the project says another", () => {
  const sql = "-- faultline: owner growth\nselect 1 as id";
  const provenance = { file: "models/a.sql" };
  const queries = [{ name: "q", sql, dialect: "duckdb", provenance }];
  const facts = [
    fact("a", { provenance, queries }),
    fact("b", { provenance, queries, attributes: { owner: "said-in-meta" } }),
  ];
  expect(ownersIn(sayOwnersInCode([source("dbt", facts)], []))).toEqual(["growth", "said-in-meta"]);
});

it("a text without one leaves every source as it is", () => {
  const own = source("sql", [fact("a", { provenance: { file: "a.sql", line: 1 } })]);
  expect(sayOwnersInCode([own], [{ path: "a.sql", text: "select 1" }])[0]).toBe(own);
});

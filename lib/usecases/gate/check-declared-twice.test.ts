import { describe, expect, it } from "vitest";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

type Files = Readonly<Record<string, string>>;

const NEW = "create table shop.t (id int, y text);";
const OLD = "create table shop.t (id int, x int, y text);";
const READER = "create view shop.v as select x, y from shop.t;";
const BASE: Files = { "b.sql": `${OLD} ${READER}` };

async function check(base: Files, head: Files): Promise<CheckAnswer> {
  const side = (label: string, of: Files) => ({
    label,
    files: Object.entries(of).map(([name, text]) => ({
      path: `${label}/${name}`,
      root: label,
      text,
    })),
  });
  const answer = await checkStored({
    base: side("base", base),
    head: side("head", head),
    policy: { ...DEFAULT_GATE, mode: "block" },
    waivers: [],
    now: "2026-03-03T09:00:00Z",
    dialect: "postgres",
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const twice = async (head: Files, base: Files = head): Promise<readonly string[]> =>
  (await check(base, head)).confidence.notUnderstood
    .map(({ asset, why }) => `${asset} ${why}`)
    .filter((line) => line.includes("two files create"));

describe("two files that create one table or view", () => {
  it("leave open which of them is so, whatever their names: with both places, never passed", async () => {
    const later = await check(BASE, { "b.sql": `${NEW} ${READER}`, "c.sql": OLD });
    expect([later.outcome, later.exitCode]).toEqual(["incomplete", 3]);
    expect(later.confidence.notUnderstood).toContainEqual({
      asset: "head/c.sql:1",
      why: "two files create shop.t, with other columns, and which of them is so is not known: the other is head/b.sql:1",
    });
    expect(await twice({ "b.sql": `${NEW} ${READER}`, "a.sql": OLD }, BASE)).toEqual([
      "head/b.sql:1 two files create shop.t, with other columns, and which of them is so is not known: the other is head/a.sql:1",
    ]);
  });

  it.each([
    ["views of other queries", { "c.sql": "create view shop.v as select id as x, y from shop.t;" }],
    ["a table and a view", { "c.sql": "create table shop.v (x int, y text);" }],
    ["the same names of other types", { "c.sql": "create table shop.t (id int, x text, y text);" }],
  ])("are told: %s", async (_what, more) => {
    expect(await twice({ ...BASE, ...more }, BASE)).toHaveLength(1);
  });

  it.each<[string, Files]>([
    ["the same twice", { ...BASE, "c.sql": `CREATE TABLE shop.t (id int, x int,\n y text)` }],
    ["what a later file alters", { ...BASE, "c.sql": "alter table shop.t add column z int;" }],
    [
      "a copy of what migrations come to",
      {
        "V1__t.sql": OLD,
        "V2__z.sql": "alter table shop.t add column z int;",
        "z.sql": "",
        "a_schema.sql": "create table shop.t (id int, x int, y text, z int);",
      },
    ],
    ["what is dropped before", { ...BASE, "c.sql": `drop view shop.v; drop table shop.t; ${NEW}` }],
    ["what got another name", { ...BASE, "c.sql": `alter table shop.t rename to old; ${NEW}` }],
    ["or replace", { ...BASE, "c.sql": "create or replace view shop.v as select y from shop.t;" }],
    ["if not exists", { ...BASE, "c.sql": "create table if not exists shop.t (id int);" }],
    ["one file", { "b.sql": `${OLD} ${NEW}` }],
    ["alter view", { ...BASE, "c.sql": "alter view shop.v as select y from shop.t;" }],
  ])("are no contradiction: %s", async (_what, head) => {
    expect(await twice(head, BASE)).toEqual([]);
  });

  it("are no news where both states have them, wherever in the files they stand", async () => {
    const base = { ...BASE, "c.sql": NEW };
    const head = { ...BASE, "c.sql": `-- moved down\n\n${NEW}` };
    const why = (await check(base, head)).confidence.notUnderstood;
    expect(why.filter((one) => one.why.includes("two files"))).toEqual([]);
  });
});

import { expect, it } from "vitest";
import { dbtProject, type TestNode } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { checkStored } from "./check-stored.ts";

const tree = (step: string): string =>
  `with recursive t as (select no, parent as root, 0 as lvl, name as path from dev.raw.accounts where parent is null union all ${step}) select * from t`;
const STEP =
  "select a.no, t.root, t.lvl + 1, t.path || '>' || a.name from dev.raw.accounts a join t on a.parent = t.no";

const ACCOUNTS: TestNode = {
  id: "source.shop.raw.accounts",
  relation: '"dev"."raw"."accounts"',
  columns: { no: "INTEGER", parent: "INTEGER", name: "VARCHAR", closed: "BOOLEAN" },
};
const model = (name: string, sql: string, columns: TestNode["columns"] = {}): TestNode => ({
  id: `model.shop.${name}`,
  relation: `"dev"."main"."${name}"`,
  sql,
  columns,
});

function side(label: string, step: string) {
  const files = dbtProject({
    name: "shop",
    folder: label,
    sources: [ACCOUNTS],
    nodes: [
      model("tree", tree(step), {
        no: "INTEGER",
        root: "INTEGER",
        lvl: "INTEGER",
        path: "VARCHAR",
      }),
      model("paths", "select path from dev.main.tree", { path: "VARCHAR" }),
      model("levels", "select distinct lvl from dev.main.tree", { lvl: "INTEGER" }),
      model("roots", "select count(distinct root) as n from dev.main.tree", { n: "BIGINT" }),
    ],
  });
  return { label, files: files.map((file) => ({ ...file, root: label })) };
}

it.each([
  ["other levels", STEP.replace("t.lvl + 1", "t.lvl + 2"), ["levels"]],
  // The next turn joins by what this one gave.
  [
    "keys in each other's place",
    STEP.replace("a.no, t.root", "t.root, a.no"),
    ["levels", "paths", "roots"],
  ],
  ["fewer rows of a turn", `${STEP} where not a.closed`, ["levels", "paths", "roots"]],
  [
    "rows kept once",
    STEP.replace("select a.no", "select distinct a.no"),
    ["levels", "paths", "roots"],
  ],
])("an edit of the part that a recursive query repeats: %s", async (_what, step, harmed) => {
  const answer = await checkStored({
    base: side("base", STEP),
    head: side("head", step),
    policy: DEFAULT_GATE,
    waivers: [],
    now: "2026-03-03T09:00:00Z",
  });
  if (!answer.ok) throw new Error(answer.error.message);
  const said = answer.value.assessment.verdicts.filter(({ verdict }) => verdict !== "unaffected");
  const names = said.map(({ asset }) => asset.shortName);
  expect(names.filter((name) => name !== "tree").sort()).toEqual(harmed);
});

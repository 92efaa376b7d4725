// Runs the demo company on DuckDB and says what a change does to every consumer, judged by the consumer's own queries.
//
//   node scripts/demo/execute.mjs                                   builds it and counts
//   node scripts/demo/execute.mjs --story <folder in graph-seed>    applies a story's changes (all stories: --stories)
//   node scripts/demo/execute.mjs --mutate checkout.orders.status --kind enum_rename [--to x] [--share 0.15] …
//   node scripts/demo/execute.mjs --everything FILE.json            every mutation of every column of every base table
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { listMutations } from "./list-mutations.mjs";
import { changeToMutation } from "./mutate-table.mjs";
import { readCompany } from "./read-company.mjs";
import { openCompany } from "./run-company.mjs";

const seed = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "graph-seed");
const { values } = parseArgs({
  options: {
    story: { type: "string" },
    stories: { type: "boolean" },
    mutate: { type: "string" },
    kind: { type: "string" },
    to: { type: "string" },
    value: { type: "string" },
    type: { type: "string" },
    share: { type: "string" },
    factor: { type: "string" },
    everything: { type: "string" },
    json: { type: "boolean" },
  },
});

const company = readCompany(join(seed, "company"));
const running = await openCompany(company);
try {
  if (values.story || values.stories)
    for (const story of values.story ? [values.story] : storyFolders()) await runStory(story);
  else if (values.mutate) await runMutation(values);
  else if (values.everything) await runEverything(values.everything);
  else printBaseline();
} finally {
  await running.close();
}

function storyFolders() {
  return readdirSync(seed, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() && readdirSync(join(seed, entry.name)).includes("expected.json"),
    )
    .map((entry) => entry.name)
    .sort();
}

/** Exits with 1 where an outcome is not the one that expected.json says was executed. */
async function runStory(name) {
  const { steps } = JSON.parse(readFileSync(join(seed, name, "expected.json"), "utf8"));
  for (const step of steps) {
    const { changes } = JSON.parse(readFileSync(join(seed, name, step.changes), "utf8"));
    const mutations = [];
    for (const change of changes) {
      const relation = company.relationOf(change.asset);
      const mutation = changeToMutation(change, await running.columnsOf(relation));
      if (mutation === undefined) throw new Error(`${change.kind} cannot be run`);
      mutations.push({ relation, mutation });
    }
    const { outcomes, steps: built } = await running.tryMutations(mutations);
    console.log(
      `\n${name}/${step.changes}: ${changes.map((one) => `${one.kind} ${typeof one.asset === "string" ? one.asset : one.asset.name}.${one.column ?? ""}`).join(", ")}`,
    );
    for (const [relation, one] of built)
      if (one.state !== "built")
        console.log(`  ${one.state.padEnd(8)} ${relation}${one.error ? `: ${one.error}` : ""}`);
    printOutcomes(outcomes);
    checkStep({ name, step, outcomes });
  }
}

function checkStep({ name, step, outcomes }) {
  for (const [consumer, { executed }] of Object.entries(step.consumers)) {
    const found = outcomes.get(consumer)?.outcome;
    if (executed === undefined || found === executed) continue;
    console.error(
      `  ${name}: ${consumer} is ${found ?? "not reached"}, expected.json says ${executed}`,
    );
    process.exitCode = 1;
  }
  for (const consumer of outcomes.keys()) {
    if (step.consumers[consumer] !== undefined) continue;
    console.error(`  ${name}: ${consumer} is reached, and not in expected.json`);
    process.exitCode = 1;
  }
}

async function runMutation({ mutate, kind, to, value, type, share, factor }) {
  const cut = mutate.split(".").length > 2 ? mutate.lastIndexOf(".") : mutate.length;
  const mutation = {
    kind,
    to,
    value,
    type,
    column: mutate.slice(cut + 1) || undefined,
    share: share && Number(share),
    factor: factor && Number(factor),
  };
  const result = await running.tryMutations([
    { relation: company.relationOf(mutate.slice(0, cut)), mutation },
  ]);
  if (result === undefined) console.log("the mutation does not fit the column's type");
  else printOutcomes(result.outcomes);
}

async function runEverything(file) {
  const results = [];
  for (const one of await listMutations(company, running.columnsOf))
    results.push(await tryOne(one));
  writeFileSync(file, `${JSON.stringify(results.filter(Boolean), undefined, 1)}\n`);
  console.log(`${results.filter(Boolean).length} mutations written to ${file}`);
}

async function tryOne({ relation, mutation }) {
  const result = await running.tryMutations([{ relation, mutation }]);
  return (
    result && {
      relation,
      ...mutation,
      steps: Object.fromEntries(
        [...result.steps]
          .filter(([, one]) => one.state !== "built")
          .map(([name, one]) => [name, one.state]),
      ),
      consumers: Object.fromEntries([...result.outcomes].map(([name, one]) => [name, one.outcome])),
    }
  );
}

function printBaseline() {
  console.log(
    `${company.bases.size} base tables, ${company.steps.length} built, ${company.consumers.length} consumers, ${running.baseline.size} queries`,
  );
  for (const [query, answer] of running.baseline)
    if (answer.table.length === 0) console.log(`no rows: ${query.name}`);
}

function printOutcomes(outcomes) {
  for (const [name, { outcome, kind, queries }] of [...outcomes].sort((a, b) =>
    a[1].outcome.localeCompare(b[1].outcome),
  )) {
    console.log(`  ${outcome.padEnd(10)} ${kind.padEnd(12)} ${name}`);
    for (const query of queries)
      if (query.outcome !== "same")
        console.log(
          `               ${query.outcome.padEnd(10)} ${query.name}${query.detail ? ` (${query.detail})` : ""}`,
        );
  }
}

// Builds the demo company on DuckDB, applies mutations to base tables, rebuilds what is below, and says what each
// consumer's own queries then give.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { mutatedSelect } from "./mutate-table.mjs";
import { loaderSelect } from "./read-loader.mjs";

/**
 * @typedef {{outcome: "fails" | "different" | "stale" | "same", detail?: string}} Outcome
 *
 * @param {import("./read-company.mjs").Company} company
 * @param {{file?: string}} [options] a database file instead of memory
 */
export async function openCompany(company, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "harbour-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const run = (sql) => connection.run(sql);
  const rowsOf = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
  await run(`attach '${options.file ?? ":memory:"}' as ${company.database}`);
  await run(`use ${company.database}`);
  const columnsOf = async (relation) =>
    (await rowsOf(`describe select * from ${relation}`)).map(([name, type]) => ({ name, type }));
  const engine = { run, rowsOf, columnsOf, folder };
  await build(company, engine);
  const baseline = new Map();
  for (const consumer of company.consumers) {
    for (const query of consumer.queries) baseline.set(query, await answerOf(query.sql, engine));
  }
  return {
    baseline,
    columnsOf,
    rowsOf,
    /** @param {{relation: string, mutation: any}[]} mutations */
    tryMutations: (mutations) => tryMutations({ company, engine, baseline, mutations }),
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function build(company, engine) {
  const relations = [...company.bases, ...company.steps.map((step) => step.relation)];
  for (const schema of new Set(relations.map((relation) => relation.split(".")[0])))
    await engine.run(`create schema if not exists ${schema}`);
  await engine.run("create schema if not exists untouched");
  for (const sql of [...company.ddl, ...company.rows]) await engine.run(sql);
  for (const base of company.bases)
    await engine.run(`create table ${copyOf(base)} as select * from ${base}`);
  for (const step of company.steps) await buildStep(step, engine);
}

const copyOf = (relation) => `untouched.${relation.replace(".", "__")}`;

async function buildStep(step, engine) {
  try {
    const sql = step.loader ? await loaderSelect(step.loader, engine) : step.sql;
    if (step.contract) await checkContract(step, engine);
    await engine.run(
      `create or replace ${step.kind === "view" ? "view" : "table"} ${step.relation} as ${sql}`,
    );
  } catch (error) {
    throw new Error(`${step.relation}: ${error.message}`);
  }
}

/** dbt compares the query's columns with an enforced contract before it builds. */
async function checkContract(step, engine) {
  const found = new Map(
    (await engine.rowsOf(`describe ${step.sql}`)).map(([name, type]) => [name, type]),
  );
  for (const [name, type] of step.contract) {
    if (found.get(name)?.toLowerCase() !== type)
      throw new Error(
        `the contract says ${name} ${type}, the query gives ${found.get(name) ?? "no such column"}`,
      );
  }
}

async function tryMutations({ company, engine, baseline, mutations }) {
  const changed = new Set();
  for (const { relation, mutation } of mutations) {
    if (!company.bases.has(relation))
      throw new Error(`${relation} is built from others; only base tables can be changed`);
    // a second change of the same table starts from the first one's result
    const copy = changed.has(relation) ? `untouched.staging` : copyOf(relation);
    if (changed.has(relation))
      await engine.run(`create or replace table untouched.staging as select * from ${relation}`);
    const select = mutatedSelect(mutation, { copy, columns: await engine.columnsOf(copy) });
    if (select === undefined) return undefined;
    await engine.run(`create or replace table ${relation} as ${select}`);
    changed.add(relation);
  }
  const below = stepsBelow(company.steps, changed);
  const state = await rebuild(below, engine);
  const outcomes = new Map();
  for (const consumer of company.consumers) {
    const reached = consumer.queries.filter((query) =>
      query.reads.some((read) => changed.has(read) || below.some((step) => step.relation === read)),
    );
    if (reached.length === 0) continue;
    const queries = [];
    for (const query of consumer.queries)
      queries.push({ name: query.name, ...(await outcomeOf(query, { engine, baseline, state })) });
    outcomes.set(consumer.name, { kind: consumer.kind, ...worst(queries), queries });
  }
  for (const relation of changed)
    await engine.run(`create or replace table ${relation} as select * from ${copyOf(relation)}`);
  for (const step of below) await buildStep(step, engine);
  return { outcomes, steps: state };
}

function stepsBelow(steps, changed) {
  const reached = new Set(changed);
  return steps.filter((step) => {
    const below = step.reads.some((read) => reached.has(read));
    if (below) reached.add(step.relation);
    return below;
  });
}

/**
 * Rebuilds in order. A failed table keeps yesterday's rows. Within a dbt project what stands below a failure is skipped;
 * another team's job does not know of it and runs on what is there.
 *
 * @returns {Promise<Map<string, {state: "built" | "failed" | "skipped", error?: string, stale: boolean}>>}
 */
async function rebuild(steps, engine) {
  const state = new Map();
  const kinds = new Map(steps.map((step) => [step.relation, step]));
  for (const step of steps) {
    const before = step.reads.map((read) => ({
      ...state.get(read),
      project: kinds.get(read)?.project,
    }));
    const stale = before.some((one) => one.stale);
    const blocked =
      step.project !== undefined &&
      before.some(
        (one) =>
          one.project === step.project && (one.state === "failed" || one.state === "skipped"),
      );
    if (blocked) {
      state.set(step.relation, { state: "skipped", stale: true });
      continue;
    }
    try {
      await buildStep(step, engine);
      state.set(step.relation, { state: "built", stale });
    } catch (error) {
      state.set(step.relation, { state: "failed", error: firstLine(error), stale: true });
    }
  }
  return state;
}

const firstLine = (error) => error.message.split("\n")[0];

async function outcomeOf(query, { engine, baseline, state }) {
  let answer;
  try {
    answer = await answerOf(query.sql, engine);
  } catch (error) {
    return { outcome: "fails", detail: firstLine(error) };
  }
  const before = baseline.get(query);
  if (answer.rows !== before.rows)
    return { outcome: "different", detail: describeDifference(before, answer) };
  return query.reads.some((read) => state.get(read)?.stale)
    ? { outcome: "stale" }
    : { outcome: "same" };
}

/** A query's answer as a multiset of rows; floating-point numbers to nine digits, since the order of adding may differ. */
async function answerOf(sql, engine) {
  const columns = (await engine.rowsOf(`describe ${sql}`)).map(([name, type]) => ({ name, type }));
  const rows = (await engine.rowsOf(sql)).map((row) =>
    row.map((cell, at) => plainCell(cell, columns[at].type)),
  );
  return {
    columns,
    table: rows,
    rows: canonical(
      columns.map((one) => one.name),
      rows,
    ),
  };
}

const plainCell = (cell, type) =>
  cell !== null && /^(FLOAT|DOUBLE|DECIMAL|HUGEINT|U?BIGINT|U?INTEGER)/.test(type)
    ? Number(Number(cell).toPrecision(9))
    : cell;

const canonical = (names, rows) =>
  JSON.stringify([names, rows.map((row) => JSON.stringify(row)).sort()]);

function describeDifference(before, after) {
  const names = (answer) => answer.columns.map((one) => one.name);
  const added = names(after).filter((name) => !names(before).includes(name));
  if (added.length > 0) return `new columns: ${added.join(", ")}`;
  const numbers = (answer) =>
    answer.table
      .map((row) => JSON.stringify(row.filter((cell) => typeof cell === "number")))
      .sort()
      .join();
  const relabelled =
    before.table.length === after.table.length &&
    numbers(before) === numbers(after) &&
    numbers(before).length > 2;
  return relabelled
    ? "relabelled"
    : `${before.table.length} rows before, ${after.table.length} after`;
}

const WEIGHT = { different: 3, fails: 2, stale: 1, same: 0 };

const worst = (queries) =>
  queries.reduce(
    (most, one) =>
      WEIGHT[one.outcome] > WEIGHT[most.outcome]
        ? { outcome: one.outcome, detail: one.detail }
        : most,
    { outcome: "same", detail: undefined },
  );

// Builds the demo company on DuckDB, applies mutations to base tables, rebuilds what is below, and says what each
// consumer's own queries then give.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describeDifference, firstLine } from "./describe-difference.mjs";
import { duckdbTarget } from "./duckdb-target.mjs";
import { mutatedSelect } from "./mutate-table.mjs";
import { loaderSelect } from "./read-loader.mjs";
import { backToDay, firstDay, rememberDay } from "./second-day.mjs";
import { outcomesOfTables, rememberTables } from "./table-outcomes.mjs";

/**
 * `detail` may be `relabelled` (other words beside the same numbers), `retyped` (the same values as another type),
 * `reshaped` (a table has more or fewer columns) or `skipped` (it was not built, because something before it failed).
 *
 * `hadRows`: it held or gave any before the change; where not, nothing could have been seen to stay the same.
 *
 * @typedef {{outcome: "fails" | "different" | "stale" | "same", detail?: string, hadRows: boolean}} Outcome
 *
 * @param {import("./read-company.mjs").Company} company
 * @typedef {{run: (sql: string) => Promise<unknown>, rowsOf: (sql: string) => Promise<any[][]>, columnsOf: (relation: string) => Promise<{name: string, type: string}[]>, folder: string}} Files
 * @typedef {{prepare: (schemas: Iterable<string>) => Promise<void>, takeOver: (relation: string) => Promise<void>, build: (step: any) => Promise<void>, load?: (step: any) => Promise<boolean>, remember?: () => Promise<unknown>, putBack?: () => Promise<unknown>, refresh?: (step: any) => Promise<void>, settle: (steps: any[]) => Promise<void>, columnsOf: Files["columnsOf"], digestOf: (relation: string) => Promise<any>, answerOf: (sql: string) => Promise<any>, close: () => Promise<void>}} Target
 *
 * @param {{file?: string, engine?: (files: Files) => Promise<Target>}} [options] a database file instead of memory; an
 *   engine that runs the steps and the consumers' queries instead of DuckDB
 */
export async function openCompany(company, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "harbour-"));
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: "1GB",
  });
  const connection = await instance.connect();
  const run = (sql) => connection.run(sql);
  const rowsOf = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
  await run(`attach '${options.file ?? ":memory:"}' as ${company.database}`);
  await run(`use ${company.database}`);
  const columnsOf = async (relation) =>
    (await rowsOf(`describe select * from ${relation}`)).map(([name, type]) => ({
      name: String(name),
      type: String(type),
    }));
  const files = { run, rowsOf, columnsOf, folder };
  const target = options.engine ? await options.engine(files) : duckdbTarget(files);
  const engine = { files, target };
  const { runnable, leftOut } = await build(company, {
    engine,
    isOther: options.engine !== undefined,
  });
  const baseline = new Map();
  const tables = new Map();
  const consumers = [];
  for (const consumer of runnable.consumers) {
    try {
      for (const query of consumer.queries) baseline.set(query, await target.answerOf(query.sql));
      consumers.push(consumer);
    } catch (error) {
      if (options.engine === undefined) throw error;
      leftOut.push(`${consumer.name}: ${firstLine(error)}`);
    }
  }
  const ready = { ...runnable, consumers };
  const built = new Set(ready.steps.map((step) => step.relation));
  return {
    baseline,
    /** What of the company this engine runs. */
    company: ready,
    columnsOf: (relation) =>
      built.has(relation) ? target.columnsOf(relation) : columnsOf(relation),
    rowsOf,
    /** What this engine does not run as it is written, and why. */
    leftOut,
    /**
     * @param {{relation: string, mutation: any}[]} mutations
     * @param {{withTables?: boolean}} [wanted] also what became of every table below, and of its columns
     */
    tryMutations: (mutations, wanted = {}) =>
      tryMutations({
        company: ready,
        engine,
        baseline,
        mutations,
        tables: wanted.withTables && tables,
      }),
    close: async () => {
      await target.close();
      connection.closeSync();
      instance.closeSync();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Base tables are made by DuckDB on every engine. What another engine does not take is left out, with all that reads it. */
async function build(company, { engine, isOther }) {
  const { files, target } = engine;
  const relations = [...company.bases, ...company.steps.map((step) => step.relation)];
  const schemas = new Set(relations.map((relation) => relation.split(".")[0]));
  for (const schema of [...schemas, "untouched"])
    await files.run(`create schema if not exists ${schema}`);
  for (const sql of [...company.ddl, ...company.rows]) await files.run(sql);
  await target.prepare(schemas);
  for (const base of company.bases) {
    await files.run(`create table ${copyOf(base)} as select * from ${base}`);
    await target.takeOver(base);
  }
  const kept = isOther ? [] : company.steps.filter(keepsRows);
  for (const base of kept.length > 0 ? company.bases : [])
    await files.run(`create or replace table ${base} as ${firstDay(copyOf(base))}`);
  const steps = [];
  const leftOut = [];
  const missing = new Set();
  for (const step of company.steps) {
    const lacks = step.reads.find((read) => missing.has(read));
    try {
      if (lacks !== undefined) throw new Error(`${step.relation}: reads ${lacks}`);
      await buildStep(step, engine);
      steps.push(step);
    } catch (error) {
      if (!isOther) throw error;
      missing.add(step.relation);
      leftOut.push(firstLine(error));
    }
  }
  if (kept.length > 0) await runSecondDay({ ...company, kept }, engine);
  await target.remember?.();
  return { runnable: { ...company, steps }, leftOut };
}

const keepsRows = ({ keeps }) => keeps !== undefined;

/** All rows are there, and every step runs once more: what is compared with later is this day. */
async function runSecondDay({ bases, steps, kept }, engine) {
  const { files } = engine;
  for (const { relation } of kept) await rememberDay(relation, "first", files);
  for (const base of bases)
    await files.run(`create or replace table ${base} as select * from ${copyOf(base)}`);
  for (const step of steps) await runStep(step, engine);
  for (const { relation } of kept) await rememberDay(relation, "second", files);
}

const copyOf = (relation) => `untouched.${relation.replace(".", "__")}`;

/** A loader reads files, which is DuckDB's part unless the engine has that reader itself; what it makes is then handed over. */
async function buildStep(step, { files, target }) {
  await orWithName(step, async () => {
    if (step.loader === undefined) return await target.build(step);
    if (await target.load?.(step)) return undefined;
    const sql = await loaderSelect(step.loader, files);
    await files.run(`create or replace table ${step.relation} as ${sql}`);
    return await target.takeOver(step.relation);
  });
}

/** A later run: tables that are not built anew keep what they have and take what is new. */
async function runStep(step, engine) {
  const { target } = engine;
  if (step.loader !== undefined || target.refresh === undefined) return buildStep(step, engine);
  await orWithName(step, () => target.refresh(step));
}

/** The run of the second day again, over what has changed. A table whose run fails stands as it stood before the change. */
async function runAgain(step, engine) {
  if (!keepsRows(step) || engine.target.refresh === undefined) return runStep(step, engine);
  const { files } = engine;
  await backToDay(step.relation, "first", files);
  try {
    await runStep(step, engine);
  } catch (error) {
    await backToDay(step.relation, "second", files);
    throw error;
  }
}

async function orWithName({ relation }, act) {
  try {
    await act();
  } catch (error) {
    throw new Error(`${relation}: ${error.message}`);
  }
}

async function tryMutations({ company, engine, baseline, mutations, tables }) {
  const { files, target } = engine;
  const changed = new Set();
  const below = stepsBelow(
    company.steps,
    mutations.map((one) => one.relation),
  );
  if (tables) await rememberTables({ below, tables, engine });
  let changesData = false;
  for (const { relation, mutation } of mutations) {
    if (!company.bases.has(relation))
      throw new Error(`${relation} is built from others; only base tables can be changed`);
    // a second change of the same table starts from the first one's result
    const copy = changed.has(relation) ? `untouched.staging` : copyOf(relation);
    if (changed.has(relation))
      await files.run(`create or replace table untouched.staging as select * from ${relation}`);
    const select = mutatedSelect(mutation, { copy, columns: await files.columnsOf(copy) });
    const content = select === undefined ? undefined : await changedContent(select, files);
    if (content === undefined) return undefined;
    changesData ||= content !== (await contentOf(copy, files));
    await files.run(`create or replace table ${relation} as ${select}`);
    await target.takeOver(relation);
    changed.add(relation);
  }
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
    const hadRows = consumer.queries.some((query) => baseline.get(query).table.length > 0);
    outcomes.set(consumer.name, { kind: consumer.kind, ...worst(queries), hadRows, queries });
  }
  const tableOutcomes = tables && (await outcomesOfTables({ below, tables, state, engine }));
  for (const relation of changed)
    await files.run(`create or replace table ${relation} as select * from ${copyOf(relation)}`);
  await putBack({ changed, below, engine });
  return { outcomes, steps: state, tables: tableOutcomes, changesData };
}

/** What was there before a change. An engine that keeps it builds nothing again but files. */
async function putBack({ changed, below, engine }) {
  const { target } = engine;
  for (const relation of changed) await target.takeOver(relation);
  const isKept = target.putBack !== undefined;
  for (const step of below) {
    if (keepsRows(step) && target.refresh !== undefined)
      await backToDay(step.relation, "second", engine.files);
    else if (step.loader || !isKept) await buildStep(step, engine);
  }
  await target.putBack?.();
}

/** Undefined where the type of a column cannot hold what the change makes of its values: then it cannot happen here. */
async function changedContent(select, files) {
  try {
    return await contentOf(`(${select})`, files);
  } catch (error) {
    if (!/out of range|overflow|conversion error/i.test(error.message)) throw error;
    return undefined;
  }
}

/** Names, order and rows of a relation in one text: whether a mutation does anything to this data at all. */
async function contentOf(relation, files) {
  const columns = await files.columnsOf(relation);
  const [[rows, digest]] = await files.rowsOf(
    `select count(*), bit_xor(hash(t)) from ${relation} as t`,
  );
  return JSON.stringify([columns, rows, digest]);
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
      await runAgain(step, engine);
      state.set(step.relation, { state: "built", stale });
    } catch (error) {
      state.set(step.relation, { state: "failed", error: firstLine(error), stale: true });
    }
  }
  await engine.target.settle(steps.filter((step) => state.get(step.relation).state !== "built"));
  return state;
}

async function outcomeOf(query, { engine, baseline, state }) {
  let answer;
  try {
    answer = await engine.target.answerOf(query.sql);
  } catch (error) {
    return { outcome: "fails", detail: firstLine(error) };
  }
  const before = baseline.get(query);
  if (answer.rows !== before.rows)
    return { outcome: "different", detail: describeDifference(before, answer) };
  if (query.reads.some((read) => state.get(read)?.stale)) return { outcome: "stale" };
  const retyped = before.columns.some(({ type }, at) => type !== answer.columns[at].type);
  return { outcome: "same", ...(retyped ? { detail: "retyped" } : {}) };
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

// The company's steps and queries on DuckDB itself, where its files and base tables are too.
import { canonicalRows, plainCell } from "./plain-answer.mjs";
import { firstSnapshot, refreshTable } from "./refresh-table.mjs";

/**
 * @param {import("./run-company.mjs").Files} files
 * @returns {import("./run-company.mjs").Target}
 */
export function duckdbTarget(files) {
  const { rowsOf } = files;
  /** The columns that each step gave at first, for contracts that hold it to them. */
  const contracts = new Map();
  return {
    prepare: async () => undefined,
    takeOver: async () => undefined,
    settle: async () => undefined,
    close: async () => undefined,
    build: async (step) => {
      if (step.contract) await checkContract(step, files);
      if (step.holdsColumns) await holdColumns(step, { files, contracts });
      await buildAnew(step, files);
    },
    refresh: async (step) => {
      if (step.contract) await checkContract(step, files);
      if (step.holdsColumns) await holdColumns(step, { files, contracts });
      await (step.keeps ? refreshTable(step, files) : buildAnew(step, files));
    },
    columnsOf: files.columnsOf,
    digestOf: (relation) => digestOf(relation, files),
    answerOf: async (sql) => {
      const columns = (await rowsOf(`describe ${sql}`)).map(([name, type]) => ({ name, type }));
      const rows = (await rowsOf(sql)).map((row) =>
        row.map((cell, at) => plainCell(cell, columns[at].type)),
      );
      return { columns, table: rows, rows: canonicalRows(columns, rows) };
    },
  };
}

/** `firstSql` fills an incremental table that is not there yet. A table with constraints takes the old one's place only when they hold. */
async function buildAnew(step, { run }) {
  const { relation, kind, required = [] } = step;
  const sql = step.keeps?.how === "snapshot" ? firstSnapshot(step) : (step.firstSql ?? step.sql);
  const how = kind === "view" ? "view" : "table";
  if (required.length > 0) {
    await run(`create or replace table untouched.constrained as ${sql}`);
    for (const column of required)
      await run(`alter table untouched.constrained alter column "${column}" set not null`);
  }
  await run(`create or replace ${how} ${relation} as ${sql}`);
}

/** A contract that says what the model gave when it was first built. */
async function holdColumns({ relation, sql }, { files, contracts }) {
  const found = (await files.rowsOf(`describe ${sql}`)).map(([name, type]) => `${name} ${type}`);
  const said = found.sort().join(", ");
  const held = contracts.get(relation) ?? said;
  contracts.set(relation, held);
  if (held !== said) throw new Error(`the contract of ${relation} says ${held}, not ${said}`);
}

/** dbt compares the query's columns with an enforced contract before it builds. */
async function checkContract(step, { rowsOf }) {
  const found = new Map((await rowsOf(`describe ${step.sql}`)).map(([name, type]) => [name, type]));
  for (const [name, type] of step.contract) {
    if (found.get(name)?.toLowerCase() !== type)
      throw new Error(
        `the contract says ${name} ${type}, the query gives ${found.get(name) ?? "no such column"}`,
      );
  }
}

/**
 * A relation by column: how many values, and a sum over their hashes, with numbers and times told alike in every type. Of a
 * column of texts also how many words there are, and a sum over those.
 */
async function digestOf(relation, { rowsOf, columnsOf }) {
  const columns = await columnsOf(relation);
  const plain = columns.map(({ name, type }) => plainSql(`"${name}"`, type));
  const sums = plain.map((cell) => `count(${cell}) || ':' || coalesce(sum(hash(${cell})), 0)`);
  const words = columns.flatMap(({ name, type }) =>
    type === "VARCHAR"
      ? [
          `count(distinct ${word(name)})`,
          `sum(distinct hash(${word(name)})) filter (where ${word(name)} is not null)`,
        ]
      : [],
  );
  const [[rows, digest, ...each]] = await rowsOf(
    `select ${["count(*)", `coalesce(sum(hash(${plain.join(", ")})), 0)`, ...sums, ...words].join(", ")} from ${relation}`,
  );
  const ofWords = each.slice(columns.length);
  const told = columns.map(({ name, type }, at) => {
    const own = type === "VARCHAR" ? ofWords.splice(0, 2) : [];
    const [count, sum] = own;
    const known = own.length === 0 ? {} : { words: { count: Number(count), sum } };
    return [name, { type, digest: each[at], ...known }];
  });
  return { rows: Number(rows), digest, columns: new Map(told) };
}

/** A text that is more than a number or a time. */
const word = (name) => `(case when regexp_matches("${name}", '[^\\d\\s:.-]') then "${name}" end)`;

const IS_NUMBER = /^(FLOAT|DOUBLE|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)/;

function plainSql(cell, type) {
  if (type === "BOOLEAN") return `cast(cast(${cell} as integer) as varchar)`;
  if (/^(DATE|TIMESTAMP)/.test(type)) return `cast(cast(${cell} as timestamp) as varchar)`;
  return IS_NUMBER.test(type)
    ? `format('{:.9g}', cast(${cell} as double))`
    : `cast(${cell} as varchar)`;
}

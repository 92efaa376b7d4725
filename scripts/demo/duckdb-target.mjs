// The company's steps and queries on DuckDB itself, where its files and base tables are too.
import { canonicalRows, plainCell } from "./plain-answer.mjs";

/**
 * @param {import("./run-company.mjs").Files} files
 * @returns {import("./run-company.mjs").Target}
 */
export function duckdbTarget(files) {
  const { run, rowsOf } = files;
  return {
    prepare: async () => undefined,
    takeOver: async () => undefined,
    settle: async () => undefined,
    close: async () => undefined,
    build: async (step) => {
      if (step.contract) await checkContract(step, files);
      await run(
        `create or replace ${step.kind === "view" ? "view" : "table"} ${step.relation} as ${step.sql}`,
      );
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

/** A relation by column: how many values, and a sum over their hashes, with numbers and times told alike in every type. */
async function digestOf(relation, { rowsOf, columnsOf }) {
  const columns = await columnsOf(relation);
  const plain = columns.map(({ name, type }) => plainSql(`"${name}"`, type));
  const sums = plain.map((cell) => `count(${cell}) || ':' || coalesce(sum(hash(${cell})), 0)`);
  const [[rows, digest, ...each]] = await rowsOf(
    `select count(*), coalesce(sum(hash(${plain.join(", ")})), 0), ${sums.join(", ")} from ${relation}`,
  );
  return {
    rows: Number(rows),
    digest,
    columns: new Map(columns.map(({ name, type }, at) => [name, { type, digest: each[at] }])),
  };
}

const IS_NUMBER = /^(FLOAT|DOUBLE|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)/;

function plainSql(cell, type) {
  if (type === "BOOLEAN") return `cast(cast(${cell} as integer) as varchar)`;
  if (/^(DATE|TIMESTAMP)/.test(type)) return `cast(cast(${cell} as timestamp) as varchar)`;
  return IS_NUMBER.test(type)
    ? `format('{:.9g}', cast(${cell} as double))`
    : `cast(${cell} as varchar)`;
}

// The company's steps and queries on PostgreSQL, as they are written. Its files and base tables come from DuckDB.
import pg from "pg";
import { canonicalRows, plainCell } from "./plain-answer.mjs";

/** What a type of PostgreSQL is called in the run's answers, by the number that the server gives it. */
const TYPES = new Map([
  [16, "BOOLEAN"],
  [20, "BIGINT"],
  [21, "SMALLINT"],
  [23, "INTEGER"],
  [25, "VARCHAR"],
  [700, "FLOAT"],
  [701, "DOUBLE"],
  [1042, "VARCHAR"],
  [1043, "VARCHAR"],
  [1082, "DATE"],
  [1114, "TIMESTAMP"],
  [1184, "TIMESTAMP WITH TIME ZONE"],
  [1700, "DECIMAL"],
]);

/** Functions of DuckDB that PostgreSQL 15 does not have, so that queries stay as they are written. */
const FUNCTIONS = `
  create function public.first_of(anyelement, anyelement) returns anyelement
    language sql immutable strict as 'select $1';
  create aggregate public.any_value(anyelement) (sfunc = public.first_of, stype = anyelement);
  create function public.date_diff(part text, since timestamp, until timestamp) returns bigint
    language sql immutable as $$
      select (extract(epoch from date_trunc(part, until) - date_trunc(part, since))
        / case part when 'day' then 86400 when 'hour' then 3600 when 'minute' then 60 end)::bigint
    $$;
`;

/**
 * @param {string} url of a server on which a database may be made
 * @param {string} database the name that the company's SQL writes before its schemas
 * @returns {(files: import("./run-company.mjs").Files) => Promise<import("./run-company.mjs").Target>}
 */
export const postgresTarget = (url, database) => async (files) => {
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  await server.query(`drop database if exists ${database}`);
  await server.query(`create database ${database}`);
  await server.end();
  const client = new pg.Client({
    connectionString: Object.assign(new URL(url), { pathname: `/${database}` }).href,
    types: { getTypeParser: () => (text) => text },
  });
  await client.connect();
  const run = (sql, values) => client.query(sql, values);
  /** The columns that each step gave when nothing was changed: what a contract says in the words of this engine. */
  const contracts = new Map();
  return {
    prepare: async (schemas) => {
      await run("set client_min_messages to warning");
      await run(FUNCTIONS);
      for (const schema of schemas) await run(`create schema ${schema}`);
    },
    takeOver: (relation) => takeOver(relation, { files, run }),
    build: async (step) => {
      const columns = await columnsOf(step.sql, run);
      if (step.contract) holdContract(step, { columns, contracts });
      if (step.kind === "view") await replaceView(step, run);
      else await replaceTable(step, run);
    },
    settle: (steps) => putBackViews(steps, run),
    columnsOf: (relation) => columnsOf(`select * from ${relation}`, run),
    digestOf: (relation) => digestOf(relation, run),
    answerOf: async (sql) => {
      const { fields, rows } = await run({ text: sql, rowMode: "array" });
      const columns = fields.map(columnOf);
      const table = rows.map((row) => row.map((cell, at) => cellOf(cell, columns[at].type)));
      return { columns, table, rows: canonicalRows(columns, table) };
    },
    close: () => client.end(),
  };
};

const columnOf = ({ name, dataTypeID }) => ({ name, type: TYPES.get(dataTypeID) ?? "VARCHAR" });

const cellOf = (cell, type) =>
  plainCell(type === "BOOLEAN" && cell !== null ? (cell === "t" ? 1 : 0) : cell, type);

async function columnsOf(sql, run) {
  return (await run(`select * from (${sql}) as q limit 0`)).fields.map(columnOf);
}

const NAMES = new Map([
  ["DOUBLE", "double precision"],
  ["FLOAT", "real"],
  ["TINYINT", "smallint"],
  ["HUGEINT", "numeric"],
  ["JSON", "varchar"],
]);

/** A relation of DuckDB's with its rows, in the place of what was there. What reads it as a view goes with it. */
async function takeOver(relation, { files, run }) {
  const columns = await files.columnsOf(relation);
  const list = columns.map(({ name, type }) => `"${name}" ${NAMES.get(type) ?? type}`);
  const [[rows]] = await files.rowsOf(`select to_json(list(t)) from ${relation} as t`);
  await run(`drop table if exists ${relation} cascade`);
  await run(`create table ${relation} (${list.join(", ")})`);
  if (rows === null) return;
  await run(
    `insert into ${relation} select * from json_populate_recordset(null::${relation}, $1::json)`,
    [rows],
  );
}

/** The old table stays until the new one is there; views over it are made anew by the steps that follow. */
async function replaceTable({ relation, sql }, run) {
  const name = relation.split(".")[1];
  const next = `${relation}__next`;
  await run(`drop table if exists ${next}`);
  await run(`create table ${next} as ${sql}`);
  await run(`drop table if exists ${relation} cascade`);
  await run(`alter table ${next} rename to ${name}`);
}

async function replaceView({ relation, sql }, run) {
  await run(`create temp view tried as ${sql}`);
  await run("drop view tried");
  await run(`drop view if exists ${relation} cascade`);
  await run(`create view ${relation} as ${sql}`);
}

/**
 * Views that went with a table and were not built again are read by their text, as they are on engines that bind late:
 * one that no longer binds cannot be read.
 */
async function putBackViews(steps, run) {
  for (const { relation, kind, sql } of steps) {
    if (kind !== "view") continue;
    const [found] = (await run("select to_regclass($1) as oid", [relation])).rows;
    if (found.oid === null) await run(`create view ${relation} as ${sql}`).catch(() => undefined);
  }
}

function holdContract({ relation }, { columns, contracts }) {
  const found = JSON.stringify(columns);
  const agreed = contracts.get(relation) ?? found;
  contracts.set(relation, agreed);
  if (found !== agreed) throw new Error(`the contract says ${agreed}, the query gives ${found}`);
}

/** As DuckDB's: how many values each column has, and a sum over their hashes. */
async function digestOf(relation, run) {
  const columns = await columnsOf(`select * from ${relation}`, run);
  const plain = columns.map(({ name, type }) => plainSql(`"${name}"`, type));
  const hashes = plain.map((cell) => `sum(hashtextextended(${cell}, 0)::numeric)`);
  const whole = `concat_ws('|', ${plain.map((cell) => `coalesce(${cell}, '∅')`).join(", ")})`;
  const sums = plain.map((cell, at) => `concat(count(${cell}), ':', ${hashes[at]})`);
  const { rows } = await run({
    text: `select count(*), coalesce(sum(hashtextextended(${whole}, 0)::numeric), 0), ${sums.join(", ")} from ${relation}`,
    rowMode: "array",
  });
  const [count, digest, ...each] = rows[0];
  return {
    rows: Number(count),
    digest,
    columns: new Map(columns.map(({ name, type }, at) => [name, { type, digest: each[at] }])),
  };
}

function plainSql(cell, type) {
  if (type === "BOOLEAN") return `cast(cast(${cell} as integer) as text)`;
  if (/^(DATE|TIMESTAMP)/.test(type)) return `cast(cast(${cell} as timestamp) as text)`;
  return /^(FLOAT|DOUBLE|DECIMAL|(SMALL|BIG)?INT(EGER)?)/.test(type)
    ? `to_char(cast(${cell} as double precision), '9.99999999EEEE')`
    : `cast(${cell} as text)`;
}

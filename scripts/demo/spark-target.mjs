// The company's steps and queries on Spark, in its words. Files and base tables come from DuckDB, as Parquet.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalRows, plainCell } from "./plain-answer.mjs";
import { openSpark } from "./spark-session.mjs";
import { sparkSql, sparkType, typeName, viewName } from "./spark-sql.mjs";

/**
 * @param {{python: string, ansi: boolean}} spark
 * @param {import("./spark-sql.mjs").Words} words
 * @returns {(files: import("./run-company.mjs").Files) => Promise<import("./run-company.mjs").Target>}
 */
export const sparkTarget =
  ({ python, ansi }, words) =>
  async (files) => {
    const session = await openSpark({ python, ansi, folder: files.folder });
    const places = new Map();
    /** The columns that each step gave when nothing was changed: what a contract says in the words of this engine. */
    const contracts = new Map();
    const columnsOf = async (sql) => (await session.ask({ columns: sql })).columns.map(columnOf);
    const answerOf = async (sql) => {
      const answer = await session.ask({ rows: sql });
      const columns = answer.columns.map(columnOf);
      const table = answer.rows.map((row) => row.map((cell, at) => cellOf(cell, columns[at].type)));
      return { columns, table, rows: canonicalRows(columns, table) };
    };
    return {
      prepare: async () => undefined,
      takeOver: (relation) => takeOver(relation, { files, session, places }),
      load: (step) => load(step, { session, places }),
      build: async (step) => {
        const sql = sparkSql(step.sql, words);
        if (step.contract) holdContract(step, { columns: await columnsOf(sql), contracts });
        await session.ask({ [step.kind]: viewName(step.relation), sql });
      },
      // Views are read by their text, so none went with a table.
      settle: async () => undefined,
      remember: () => session.ask({ remember: true }),
      putBack: () => session.ask({ put_back: true }),
      columnsOf: (relation) => columnsOf(`select * from ${viewName(relation)}`),
      digestOf: async (relation) => digestOf(await answerOf(`select * from ${viewName(relation)}`)),
      answerOf: (sql) => answerOf(sparkSql(sql, words)),
      close: session.close,
    };
  };

const columnOf = ([name, type]) => ({ name, type: typeName(type) });

const cellOf = (cell, type) =>
  plainCell(type === "BOOLEAN" && cell !== null ? (cell === "true" ? 1 : 0) : cell, type);

let written = 0;

/** A relation of DuckDB's as a Parquet file, in the place of what was there. */
async function takeOver(relation, { files, session, places }) {
  written += 1;
  const folder = join(files.folder, "files", `${relation}-${written}`);
  mkdirSync(folder, { recursive: true });
  await files.run(`copy (select * from ${relation}) to '${folder}/part.parquet' (format parquet)`);
  await session.ask({ file: viewName(relation), path: folder });
  if (places.has(relation)) rmSync(places.get(relation), { recursive: true, force: true });
  places.set(relation, folder);
}

/**
 * Spark's own way to read a Parquet file with declared columns: one that is missing is null, a new one is left out.
 * The other readers are none of Spark's.
 *
 * @returns {Promise<boolean>} whether Spark read it
 */
async function load({ relation, loader }, { session, places }) {
  const from = places.get(loader.from);
  if (loader.reader !== "lenient" || from === undefined) return false;
  const columns = Object.entries(loader.columns);
  const declared = columns.map(([name, type]) => `\`${name}\` ${sparkType(type)}`).join(", ");
  const names = columns.map(([name]) => [name, loader.rename?.[name] ?? name]);
  await session.ask({ file: viewName(relation), path: from, declared, names });
  return true;
}

function holdContract({ relation }, { columns, contracts }) {
  const found = JSON.stringify(columns);
  const agreed = contracts.get(relation) ?? found;
  contracts.set(relation, agreed);
  if (found !== agreed) throw new Error(`the contract says ${agreed}, the query gives ${found}`);
}

/** The values of a relation and of each of its columns, as texts in a fixed order. */
function digestOf({ columns, table, rows }) {
  const valuesOf = (at) => JSON.stringify(table.map((row) => row[at]).sort());
  return {
    rows: table.length,
    digest: JSON.parse(rows)[1].join(),
    columns: new Map(columns.map(({ name, type }, at) => [name, { type, digest: valuesOf(at) }])),
  };
}

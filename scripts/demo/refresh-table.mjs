// What dbt does on DuckDB to a table that it does not build anew: incremental models and snapshots.

/** When a snapshot is taken that finds other rows; clocks stand still here. */
const TAKEN_AT = "timestamp '2025-01-01 00:00:00'";
const FIRST_AT = "timestamp '2024-01-01 00:00:00'";

/**
 * @typedef {{how: "incremental", key: string[], onSchemaChange: string} | {how: "snapshot", key: string[], check: string[]}} Keeps
 *   a snapshot closes a row when one of `check` differs
 * @typedef {{run: (sql: string) => Promise<unknown>, columnsOf: (relation: string) => Promise<{name: string, type: string}[]>}} Files
 */

/** The select that fills a snapshot for the first time. */
export const firstSnapshot = ({ sql }) =>
  `select *, ${FIRST_AT} as dbt_valid_from, cast(null as timestamp) as dbt_valid_to from (${sql})`;

/**
 * @param {{relation: string, sql: string, keeps: Keeps}} step
 * @param {Files} files
 */
export async function refreshTable(step, files) {
  const { run } = files;
  const fresh = `untouched.fresh`;
  await run(`create or replace table ${fresh} as ${step.sql}`);
  await (step.keeps.how === "snapshot" ? takeSnapshot : insertNew)(step, { ...files, fresh });
  await run(`drop table ${fresh}`);
}

/** Rows of the same key are replaced, after the columns are brought in line as `on_schema_change` says. */
async function insertNew({ relation, keeps }, { run, columnsOf, fresh }) {
  const before = await columnsOf(relation);
  const after = await columnsOf(fresh);
  const columns = await alignColumns({ relation, mode: keeps.onSchemaChange, before, after }, run);
  const key = keys(keeps);
  const list = columns.map(({ name }) => `"${name}"`).join(", ");
  await run("begin");
  try {
    await run(`delete from ${relation} where (${key}) in (select (${key}) from ${fresh})`);
    await run(`insert into ${relation} (${list}) select ${list} from ${fresh}`);
    await run("commit");
  } catch (error) {
    await run("rollback");
    throw error;
  }
}

const keys = ({ key }) => key.map((name) => `"${name}"`).join(", ");

/** @returns the columns that are inserted */
async function alignColumns({ relation, mode, before, after }, run) {
  if (mode === "ignore") return before;
  const typeIn = (columns, name) => columns.find((one) => one.name === name)?.type;
  const added = after.filter(({ name }) => typeIn(before, name) === undefined);
  const gone = before.filter(({ name }) => typeIn(after, name) === undefined);
  const retyped = after.filter(
    ({ name, type }) => typeIn(before, name) !== undefined && typeIn(before, name) !== type,
  );
  if (mode === "fail" && added.length + gone.length + retyped.length > 0)
    throw new Error(
      `${relation}: the columns are not those of the table, and on_schema_change is fail`,
    );
  for (const { name, type } of added)
    await run(`alter table ${relation} add column "${name}" ${type}`);
  if (mode === "sync_all_columns") {
    for (const { name } of gone) await run(`alter table ${relation} drop column "${name}"`);
    for (const { name, type } of retyped)
      await run(`alter table ${relation} alter column "${name}" type ${type}`);
  }
  return after;
}

async function takeSnapshot({ relation, keeps }, { run, columnsOf, fresh }) {
  const key = keeps.key.map((name) => `n."${name}" = o."${name}"`).join(" and ");
  const differs = keeps.check
    .map((name) => `n."${name}" is distinct from o."${name}"`)
    .join(" or ");
  const known = new Set((await columnsOf(relation)).map(({ name }) => name));
  const after = await columnsOf(fresh);
  for (const { name, type } of after)
    if (!known.has(name)) await run(`alter table ${relation} add column "${name}" ${type}`);
  const list = after.map(({ name }) => `"${name}"`).join(", ");
  await run(
    `update ${relation} as o set dbt_valid_to = ${TAKEN_AT} from ${fresh} as n where ${key} and o.dbt_valid_to is null and (${differs})`,
  );
  await run(
    `insert into ${relation} (${list}, dbt_valid_from) select ${list}, ${TAKEN_AT} from ${fresh} as n where not exists (select 1 from ${relation} as o where ${key} and o.dbt_valid_to is null)`,
  );
}

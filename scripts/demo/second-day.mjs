// Tables that are not built anew take what is new: so the last tenth of each base table comes on a second day.

/** @typedef {{run: (sql: string) => Promise<unknown>}} Files */

const copyOf = (relation, day) => `untouched.${day}__${relation.replace(".", "__")}`;

/**
 * The rows of the first day; of a table of less than ten rows all.
 *
 * @param {string} copy a table with all rows
 */
export const firstDay = (copy) =>
  `select * from ${copy} where rowid < (select ceil(count(*) * 0.9) from ${copy}) order by rowid`;

/** What a table holds at the end of a day.
 *
 * @param {string} relation
 * @param {"first" | "second"} day
 * @param {Files} files
 */
export async function rememberDay(relation, day, { run }) {
  await run(`create or replace table ${copyOf(relation, day)} as select * from ${relation}`);
}

/** The same again.
 *
 * @param {string} relation
 * @param {"first" | "second"} day
 * @param {Files} files
 */
export async function backToDay(relation, day, { run }) {
  await run(`create or replace table ${relation} as select * from ${copyOf(relation, day)}`);
}

// Every mutation of the company that is worth a run: each kind on each column of each base table.
import { MUTATIONS, TYPE_MUTATIONS } from "./mutate-table.mjs";

/** Kinds that change a whole table are run once a table, the others for each column. */
const OF_TABLE = new Set(["duplicates", "row_loss", "reorder"]);
const OF_NEW_COLUMN = new Set(["add_column", "collision"]);

/**
 * @param {import("./read-company.mjs").Company} company
 * @param {(relation: string) => Promise<{name: string, type: string}[]>} columnsOf
 * @param {readonly string[]} [kinds] of TYPE_MUTATIONS, those that are among them are listed as well
 * @returns {Promise<{relation: string, mutation: {kind: string, column?: string}, type?: string}[]>} in a fixed order;
 *   `type` is the column's before the mutation
 */
export async function listMutations(company, columnsOf, kinds) {
  const tried = [...MUTATIONS, ...TYPE_MUTATIONS.filter((kind) => kinds?.includes(kind))];
  const found = [];
  for (const relation of [...company.bases].sort()) {
    for (const { name: column, type } of await columnsOf(relation)) {
      for (const kind of tried)
        if (!OF_TABLE.has(kind) && !OF_NEW_COLUMN.has(kind))
          found.push({ relation, mutation: { kind, column }, type });
    }
    for (const kind of OF_TABLE) found.push({ relation, mutation: { kind } });
    found.push({ relation, mutation: { kind: "add_column", column: "added_column" } });
    for (const column of await otherNames({ company, relation, columnsOf }))
      found.push({ relation, mutation: { kind: "collision", column } });
  }
  return found;
}

/** Names that the tables have which some step reads beside this one: where an added column can collide. */
async function otherNames({ company, relation, columnsOf }) {
  const own = new Set((await columnsOf(relation)).map((one) => one.name));
  const beside = new Set(
    company.steps.filter((step) => step.reads.includes(relation)).flatMap((step) => step.reads),
  );
  const names = new Set();
  for (const other of beside)
    for (const { name } of await columnsOf(other)) if (!own.has(name)) names.add(name);
  return [...names].sort();
}

// What a change made of the tables and views below it.
import { firstLine, rowCounts } from "./describe-difference.mjs";

/** What the tables below hold before a change, read once. */
export async function rememberTables({ below, tables, engine }) {
  for (const { relation } of below)
    if (!tables.has(relation)) tables.set(relation, await engine.target.digestOf(relation));
}

/** What became of each of them, by its name. */
export async function outcomesOfTables({ below, tables, state, engine }) {
  const outcomes = new Map();
  for (const step of below)
    outcomes.set(step.relation, await outcomeOfTable(step, { tables, state, engine }));
  return outcomes;
}

/** @returns {Promise<import("./run-company.mjs").Outcome & {columns: string[], rowsChanged: boolean}>} columns whose values or type are others */
async function outcomeOfTable({ relation, kind }, { tables, state, engine }) {
  const built = state.get(relation);
  const before = tables.get(relation);
  const hadRows = before.rows > 0;
  const unchanged = { columns: [], rowsChanged: false, hadRows };
  if (built.state === "failed") return { outcome: "fails", detail: built.error, ...unchanged };
  if (built.state === "skipped" && kind !== "view")
    return { outcome: "stale", detail: "skipped", ...unchanged };
  let after;
  try {
    after = await engine.target.digestOf(relation);
  } catch (error) {
    return { outcome: "fails", detail: firstLine(error), ...unchanged };
  }
  const names = [...new Set([...before.columns.keys(), ...after.columns.keys()])];
  const inBoth = names.filter((name) => before.columns.has(name) && after.columns.has(name));
  const differs = (part) => (name) =>
    before.columns.get(name)?.[part] !== after.columns.get(name)?.[part];
  const columns = names.filter((name) => differs("digest")(name) || differs("type")(name));
  const rowsChanged = before.rows !== after.rows;
  const reshaped = inBoth.length < names.length;
  const found = { columns, rowsChanged, hadRows };
  const isOther = rowsChanged || (!reshaped && before.digest !== after.digest);
  const others = inBoth.filter(differs("digest"));
  if (isOther || others.length > 0) {
    const isRespelled = !rowsChanged && others.length > 0 && others.every(differs("type"));
    const relabelled = isRespelled || inBoth.some((name) => hasNewWord(before, after, name));
    const detail = relabelled ? "relabelled" : rowCounts(before.rows, after.rows);
    return { outcome: "different", detail, ...found };
  }
  if (built.stale) return { outcome: "stale", ...found };
  const detail = reshaped ? "reshaped" : columns.length > 0 ? "retyped" : undefined;
  return { outcome: "same", ...(detail === undefined ? {} : { detail }), ...found };
}

/** As many words as before or more, and others: then one was never there. Only where an engine counts them. */
function hasNewWord(before, after, name) {
  const [was, is] = [before, after].map(({ columns }) => columns.get(name)?.words);
  return was !== undefined && is !== undefined && is.count >= was.count && is.sum !== was.sum;
}

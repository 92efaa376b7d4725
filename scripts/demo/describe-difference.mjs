// In which way an answer is another one.

export const rowCounts = (before, after) => `${before} rows before, ${after} after`;

export const firstLine = (error) => error.message.split("\n")[0];

/** `relabelled`, or what came or went. */
export function describeDifference(before, after) {
  const names = (answer) => answer.columns.map((one) => one.name);
  const added = names(after).filter((name) => !names(before).includes(name));
  if (added.length > 0) return `new columns: ${added.join(", ")}`;
  return isRelabelled(before, after)
    ? "relabelled"
    : rowCounts(before.table.length, after.table.length);
}

/** The figures are the same beside other words; or something shows a word, or a type, that was never there before. */
function isRelabelled(before, after) {
  const numbers = (answer) =>
    answer.table
      .map((row) => JSON.stringify(row.filter((cell) => typeof cell === "number")))
      .sort()
      .join();
  const sameFigures =
    before.table.length === after.table.length &&
    numbers(before) === numbers(after) &&
    numbers(before).length > 2;
  const words = (answer, at) => answer.table.map((row) => row[at]).filter(isWord);
  const hasNewWord = after.columns.some(({ type }, at) => {
    const known = new Set(words(before, at));
    return type !== before.columns[at].type || words(after, at).some((word) => !known.has(word));
  });
  return sameFigures || hasNewWord;
}

const isWord = (cell) => typeof cell === "string" && /[^\d\s:.-]/.test(cell);

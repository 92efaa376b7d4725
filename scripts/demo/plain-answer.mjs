// What a query gave, told alike on every engine.

const IS_NUMBER = /^(FLOAT|DOUBLE|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)/;

/** Floating-point numbers to nine digits, since the order of adding may differ. */
export function plainCell(cell, type) {
  if (cell === null) return cell;
  if (type === "BOOLEAN") return Number(cell);
  if (type === "DATE") return `${cell} 00:00:00`;
  return IS_NUMBER.test(type) ? Number(Number(cell).toPrecision(9)) : cell;
}

/** An answer as a multiset of rows. */
export const canonicalRows = (columns, rows) =>
  JSON.stringify([columns.map((one) => one.name), rows.map((row) => JSON.stringify(row)).sort()]);

/**
 * The same entries without what every object inherits: a table that is asked for words which files bring along. A plain
 * one answers to `constructor` with a function.
 */
export const makeTable = <T extends object>(entries: T): T =>
  Object.assign(Object.create(null), entries);

import type { Column } from "./asset.ts";

/**
 * How names of columns are compared over several lists of one table: without letter case, unless a list has two columns
 * that nothing else tells apart.
 */
export function foldNames(...lists: readonly (readonly Column[])[]): (name: string) => string {
  const clash = lists.some((columns) => {
    const names = new Set(columns.map(({ name }) => name));
    return new Set([...names].map((name) => name.toLowerCase())).size < names.size;
  });
  return clash ? (name) => name : (name) => name.toLowerCase();
}

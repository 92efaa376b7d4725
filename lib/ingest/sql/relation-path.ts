/** A name of a table or view as a text writes it, outer parts first; two names are one where they differ in case only. */
export type RelationPath = readonly string[];

export const pathKey = (path: RelationPath): string => path.join("\u0000").toLowerCase();

/** A name with fewer parts keeps the outer ones of the old one. */
export const renamedPath = (old: RelationPath, to: RelationPath): RelationPath =>
  to.length < old.length ? [...old.slice(0, -to.length), ...to] : to;

export const pathInSchema = (old: RelationPath, schema: string): RelationPath => [
  ...old.slice(0, -2),
  schema,
  ...old.slice(-1),
];

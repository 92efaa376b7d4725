import type { CatalogRelation } from "./catalog-schema.ts";

interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Relations by the words that a function's body may call them by. */
export type KnownRelations = ReadonlyMap<string, readonly RelationName[]>;

export function knownRelations(relations: readonly RelationName[]): KnownRelations {
  const known = new Map<string, RelationName[]>();
  for (const { schema, name } of relations) {
    const key = name.toLowerCase();
    const list = known.get(key);
    if (list) list.push({ schema, name });
    else known.set(key, [{ schema, name }]);
  }
  return known;
}

const WORD = /(?:(?:"([^"]+)"|([a-z_][\w$]*))\s*\.\s*)?(?:"([^"]+)"|([a-z_][\w$]*))/gi;

/**
 * What a view reads and its SQL does not show: the relations that the server tracks, and those that the functions it calls
 * name in their bodies. A body's words are all taken for names, so it may be one too many and never one too few.
 */
export function hiddenReads(
  { reads, bodies, schema, name }: CatalogRelation,
  known: KnownRelations,
): readonly RelationName[] {
  const found = new Map<string, RelationName>();
  const add = (one: RelationName): void => {
    if (one.schema !== schema || one.name !== name)
      found.set(JSON.stringify([one.schema, one.name]), { schema: one.schema, name: one.name });
  };
  for (const read of reads) add(read);
  for (const body of bodies) for (const named of namedIn(body, known)) add(named);
  return [...found.values()];
}

function namedIn(body: string, known: KnownRelations): readonly RelationName[] {
  const text = body.replace(/--[^\n]*/g, "").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...text.matchAll(WORD)].flatMap(
    ([, quotedSchema, plainSchema, quotedName, plainName]) => {
      const word = (quotedName ?? plainName ?? "").toLowerCase();
      const within = (quotedSchema ?? plainSchema)?.toLowerCase();
      const all = known.get(word) ?? [];
      const exact = all.filter(
        (one) => within !== undefined && one.schema.toLowerCase() === within,
      );
      // `o.id`: what stands before the dot is a table's other name and no schema.
      const [asTable] =
        exact.length > 0 || within === undefined ? [undefined] : [known.get(within)];
      return [...(exact.length > 0 || within !== undefined ? exact : all), ...(asTable ?? [])];
    },
  );
}

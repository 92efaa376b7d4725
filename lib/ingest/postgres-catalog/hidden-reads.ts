import type { CatalogRelation } from "./catalog-schema.ts";

export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Relations as a function's body may call them. */
export interface KnownRelations {
  readonly schemas: ReadonlySet<string>;
  readonly byName: ReadonlyMap<string, readonly RelationName[]>;
}

export function knownRelations(relations: readonly RelationName[]): KnownRelations {
  const byName = new Map<string, RelationName[]>();
  for (const { schema, name } of relations) {
    const key = name.toLowerCase();
    const list = byName.get(key);
    if (list) list.push({ schema, name });
    else byName.set(key, [{ schema, name }]);
  }
  const schemas = new Set(relations.map(({ schema }) => schema.toLowerCase()));
  return { schemas, byName };
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

const WRITTEN =
  /\b(?:insert\s+into|update(?:\s+only)?|merge\s+into)\s+((?:(?:"[^"]+"|[a-z_][\w$]*)\s*\.\s*)?(?:"[^"]+"|[a-z_][\w$]*))/gi;

/**
 * What a trigger on a table writes elsewhere: each table that its function inserts into or updates, with all that the
 * function names, the trigger's own table first.
 */
export function triggerWrites(
  relation: CatalogRelation,
  known: KnownRelations,
): readonly { readonly into: RelationName; readonly from: RelationName }[] {
  const isSame = (a: RelationName, b: RelationName): boolean =>
    a.schema === b.schema && a.name === b.name;
  return relation.triggers.flatMap((body) => {
    const targets = [...body.matchAll(WRITTEN)].flatMap(([, name = ""]) => namedIn(name, known));
    const sources = [relation, ...namedIn(body, known)];
    return targets.flatMap((into) =>
      sources.filter((from) => !isSame(from, into)).map((from) => ({ into, from })),
    );
  });
}

function namedIn(body: string, known: KnownRelations): readonly RelationName[] {
  const text = body.replace(/--[^\n]*/g, "").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...text.matchAll(WORD)].flatMap(([, quotedOuter, plainOuter, quotedName, plainName]) => {
    const all = closest(
      known.byName.get((quotedName ?? plainName ?? "").toLowerCase()) ?? [],
      quotedName ?? plainName?.toLowerCase(),
    );
    const outer = (quotedOuter ?? plainOuter)?.toLowerCase();
    if (outer === undefined) return all;
    if (known.schemas.has(outer)) return all.filter(({ schema }) => schema.toLowerCase() === outer);
    // `o.id`: what stands before the dot may be a table itself.
    return known.byName.get(outer) ?? [];
  });
}

/** A name without quotes means the one in small letters, one with quotes itself; where that is not there, any of its letters. */
function closest(
  all: readonly RelationName[],
  wanted: string | undefined,
): readonly RelationName[] {
  const exact = all.filter(({ name }) => name === wanted);
  return exact.length > 0 ? exact : all;
}

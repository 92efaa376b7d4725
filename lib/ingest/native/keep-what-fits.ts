interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface EntrySchema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

export type Kept<T> =
  | { readonly fits: true; readonly value: T; readonly leftOut: readonly Issue[] }
  | { readonly fits: false; readonly issue: Issue | undefined };

/** `queries[0].roles[1].role` is as deep as an entry goes. */
const DEEPEST = 6;

/**
 * An entry without the parts that have a wrong shape, as little as possible of it: a wrong tier costs the tier, a query
 * without its text that query. What cannot do without the wrong part does not fit.
 */
export function keepWhatFits<T>(entry: unknown, schema: EntrySchema<T>): Kept<T> {
  const first = schema.safeParse(entry);
  if (first.success) return { fits: true, value: first.data, leftOut: [] };
  const leftOut = first.error.issues;
  let rest = entry;
  let { issues } = first.error;
  for (let depth = DEEPEST; depth > 0; depth -= 1) {
    rest = without(
      rest,
      issues.map(({ path }) => path.slice(0, depth)),
    );
    const parsed = schema.safeParse(rest);
    if (parsed.success) return { fits: true, value: parsed.data, leftOut };
    issues = parsed.error.issues;
  }
  return { fits: false, issue: leftOut[0] };
}

function without(value: unknown, paths: readonly (readonly PropertyKey[])[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const keep = (item: unknown, key: PropertyKey): readonly unknown[] => {
    const here = paths.filter((path) => path[0] === key);
    if (here.length === 0) return [item];
    if (here.some((path) => path.length === 1)) return [];
    return [
      without(
        item,
        here.map((path) => path.slice(1)),
      ),
    ];
  };
  if (Array.isArray(value)) return value.flatMap(keep);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => keep(item, key).map((kept) => [key, kept])),
  );
}

import type { Select } from "./ast.ts";
import type { OutlinePart, OutlineSource, QueryOutline, SelectOutline } from "./outline.ts";

/** A query in FROM that is taken apart: what it gives and asks is said by the query around it. */
export interface MergedQuery {
  /** What each column is, by its name in lower case. */
  readonly columns: ReadonlyMap<string, string>;
  /** Its tables: they stand in the place of the query. */
  readonly sources: readonly OutlineSource[];
  readonly where: readonly OutlinePart[];
  /** Present where it numbers rows or the like: conditions on what it gives come after that, as QUALIFY does. */
  readonly qualify?: readonly OutlinePart[];
}

/** A table or query of a FROM, and what is said of it there. */
export interface FromPlace {
  readonly label: string;
  readonly side: string | undefined;
  readonly isFirst: boolean;
  /** It has an alias for columns, looks at the tables beside it, or more is said of it. */
  readonly isPlain: boolean;
}

/**
 * Which queries in a FROM can be taken apart, by their labels, so that a step more or less says the same: one that only
 * selects columns and rows. Behind a left join it must be of one table and hand on columns; what is computed over windows
 * stays below conditions, so its reader may do nothing else.
 */
export function mergeQueries(
  select: Select,
  places: readonly FromPlace[],
  queryAt: (label: string) => QueryOutline | undefined,
): ReadonlyMap<string, MergedQuery> {
  const found = new Map<string, MergedQuery>();
  const isSided = places.some(({ side }) => !TAKES_ROWS.has(side ?? "inner"));
  if (isSided || select.lateral_views.length > 0) return found;
  const taken = places.map(({ label }) => label);
  for (const place of places) {
    const query = queryAt(place.label);
    const merged = query && place.isPlain ? mergedQuery(query) : undefined;
    if (!merged || !mayStand(merged, { place, places, select })) continue;
    const labels = merged.sources.map(({ label }) => label);
    const others = taken.filter((label) => label !== place.label);
    // Two of one table would be told apart by their places.
    if (others.length < taken.length - 1 || labels.some((label) => others.includes(label)))
      continue;
    taken.push(...labels);
    found.set(place.label, merged);
  }
  return found;
}

const TAKES_ROWS: ReadonlySet<string> = new Set(["inner", "left"]);
const PLAIN_REST = /^\{(?:\w+:(?:\[\]|false|"Standard")(?:,|(?=\})))*\}$/;
const COLUMN = /^"(?:[^"\\]|\\.)*"\."(?:[^"\\]|\\.)*"$/;

/** Gives several rows for one, or other ones each time. */
const MAKES_ROWS =
  /\b(?:\w*(?:unnest|explode|flatten|_elements|_each|_keys|_to_table|_to_recordset|_populate_recordset|subscripts|_outer)\w*|generate_\w+|regexp_matches|inline|stack|json_tuple|arrayjoin|aclexplode)\(/;

/** Whether an expression may give several rows for one. */
export const makesRows = (text: string): boolean => MAKES_ROWS.test(text);

function mergedQuery({ ctes, body, limit, rest }: QueryOutline): MergedQuery | undefined {
  if (ctes.length > 0 || limit !== "" || !PLAIN_REST.test(rest) || body.kind !== "select")
    return undefined;
  const texts = [body.outputs, body.where, body.qualify].flat().map(({ text }) => text);
  const given = [...texts, ...body.sources.flatMap(({ conditions }) => conditions.map(textOf))];
  if (!isPlainSelect(body) || given.some((text) => makesRows(text) || hangsOnPlace(text)))
    return undefined;
  const columns = new Map<string, string>();
  for (const { name, text } of body.outputs) {
    const key = name.toLowerCase();
    if (columns.has(key)) return undefined;
    columns.set(key, text);
  }
  const isWindowed = body.qualify.length > 0 || body.outputs.some(({ text }) => isWindow(text));
  return {
    columns,
    sources: body.sources,
    where: body.where,
    ...(isWindowed ? { qualify: body.qualify } : {}),
  };
}

const isWindow = (text: string): boolean => /[{,]over:/.test(text);

/** A name that nobody resolved: what it means hangs on where it stands. */
export const hangsOnPlace = (text: string): boolean =>
  /\bname \[|^using |QualifiedWildcard|Wildcard:\{/.test(text);

const textOf = ({ text }: OutlinePart): string => text;

function isPlainSelect(body: SelectOutline): boolean {
  return (
    body.block !== undefined &&
    body.block.group === undefined &&
    body.groups.length === 0 &&
    body.having.length === 0 &&
    body.distinct === "" &&
    PLAIN_REST.test(body.rest) &&
    body.stars.every(({ isKnown }) => isKnown) &&
    body.sources.length > 0 &&
    body.sources.every(({ query, text }) => query === undefined && text === "")
  );
}

function mayStand(
  { sources, columns, qualify }: MergedQuery,
  {
    place,
    places,
    select,
  }: {
    readonly place: FromPlace;
    readonly places: readonly FromPlace[];
    readonly select: Select;
  },
): boolean {
  if (qualify !== undefined) return places.length === 1 && onlyFilters(select);
  if (place.isFirst) return sources.every(({ side }) => TAKES_ROWS.has(side ?? "inner"));
  if (sources.length !== 1) return false;
  return place.side === "inner" || [...columns.values()].every((text) => COLUMN.test(text));
}

/** Columns, conditions and DISTINCT: nothing is folded or numbered. */
function onlyFilters({ group_by: groups, having, qualify, projection }: Select): boolean {
  const isGrouped = "All" in groups || groups.Expressions[0].length > 0;
  const text = JSON.stringify(projection);
  return !isGrouped && !having && !qualify && !/"over":\{|"Function":/.test(text);
}

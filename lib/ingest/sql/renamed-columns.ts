import type { BodyOutline, OutlineOutput, QueryOutline } from "./outline.ts";

/** For a CTE, as the outline calls it: what its columns were called before, by what they are called now. */
export type ColumnNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Columns of CTEs under another name: those that say what a column said which the other version does not have any more. */
export function renamedColumns(
  before: QueryOutline | undefined,
  after: QueryOutline | undefined,
): ColumnNames {
  const found = new Map<string, ReadonlyMap<string, string>>();
  const old = new Map(before?.ctes.map(({ name, query }) => [name, query]));
  for (const { name, query } of after?.ctes ?? []) {
    const known = old.get(name);
    const names = known ? namesIn(known.body, query.body) : new Map<string, string>();
    if (names.size > 0) found.set(`with ${name}`, names);
  }
  return found;
}

function namesIn(before: BodyOutline, after: BodyOutline): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const [old, now] = [outputsIn(before), outputsIn(after)];
  const gone = old.filter((output) => !has(now, output));
  for (const output of now) {
    if (has(old, output)) continue;
    const at = gone.findIndex(({ text }) => text === output.text);
    const [same] = at < 0 ? [] : gone.splice(at, 1);
    if (same) names.set(columnOf(output), columnOf(same));
  }
  return names;
}

const columnOf = ({ name, calledAs }: OutlineOutput): string => (calledAs ?? name).toLowerCase();

const has = (outputs: readonly OutlineOutput[], output: OutlineOutput): boolean =>
  outputs.some((other) => columnOf(other) === columnOf(output));

/** The first branch names what a union gives. */
function outputsIn(body: BodyOutline): readonly OutlineOutput[] {
  if (body.kind === "select") return body.stars.every(({ isKnown }) => isKnown) ? body.outputs : [];
  if (body.kind === "query") return outputsIn(body.query.body);
  const [first] = body.kind === "set" ? body.branches : [];
  return first ? outputsIn(first) : [];
}

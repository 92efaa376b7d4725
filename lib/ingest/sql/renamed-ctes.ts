import { outlineText, type QueryOutline } from "./outline.ts";

/** CTEs under another name: those that say the same as one which the other version does not have any more. */
export function renamedCtes(
  before: QueryOutline | undefined,
  after: QueryOutline | undefined,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (!before || !after) return names;
  const known = new Set(before.ctes.map(({ name }) => name));
  const kept = new Set(after.ctes.map(({ name }) => name));
  const gone = before.ctes.filter(({ name }) => !kept.has(name));
  for (const { name, query } of after.ctes) {
    if (known.has(name)) continue;
    const text = outlineText(query);
    // One that reads itself bears its own name in its text.
    const same = gone.find(
      (cte) => outlineText(cte.query) === withNames(text, new Map([...names, [name, cte.name]])),
    );
    if (same && ![...names.values()].includes(same.name)) names.set(name, same.name);
  }
  return names;
}

/** Labels of CTEs that are known to be renamed, inside the text of a later one. */
function withNames(text: string, names: ReadonlyMap<string, string>): string {
  let renamed = text;
  for (const [name, old] of names) renamed = renamed.replaceAll(`with ${name}`, `with ${old}`);
  return renamed;
}

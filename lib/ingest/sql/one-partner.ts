import { makesRows } from "./merge-queries.ts";
import type { OutlineSource, QueryOutline } from "./outline.ts";
import { argumentsOf } from "./text-arguments.ts";

/**
 * Whether an optional side finds one partner at most for each row: it is grouped, and all that it is grouped by must be
 * equal to something of the other tables. `queryAt`: what a CTE is, by its label.
 */
export function findsOnePartner(
  source: OutlineSource,
  queryAt: (label: string) => QueryOutline | undefined,
): boolean {
  const query = source.query ?? queryAt(source.label);
  const body = query?.body;
  if (source.side !== "left" || source.text !== "" || body?.kind !== "select") return false;
  if (body.groups.length === 0 || body.distinct !== "" || !body.block?.group) return false;
  if (body.outputs.some(({ text }) => makesRows(text))) return false;
  const equal = equatedColumns(source);
  return body.groups.every(({ text }) =>
    body.outputs.some((output) => output.text === text && equal.has(output.name.toLowerCase())),
  );
}

/** Columns of the side that must equal something that is not of the side. */
function equatedColumns({ label, conditions }: OutlineSource): ReadonlySet<string> {
  const prefix = `${JSON.stringify(label)}.`;
  const found = new Set<string>();
  for (const { text } of conditions) {
    const [left, right, third] = argumentsOf(text, "Eq") ?? [];
    if (left === undefined || right === undefined || third !== undefined) continue;
    for (const [own, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const name = own.startsWith(prefix) ? own.slice(prefix.length) : "";
      const column = /^"((?:[^"\\]|\\.)*)"$/.exec(name)?.[1];
      if (column !== undefined && !other.includes(prefix)) found.add(column);
    }
  }
  return found;
}

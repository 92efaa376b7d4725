import type { OutlineOutput, QueryOutline } from "./outline.ts";

/** A last `select * from cte` shows what the CTE gives. */
export function outputsOf(query: QueryOutline | undefined): readonly OutlineOutput[] {
  const body = query?.body;
  return body?.kind === "select" ? body.outputs.map((output) => followed(output, query)) : [];
}

/** A column that is only handed on means what it means where it is made. */
function followed(output: OutlineOutput, query: QueryOutline | undefined): OutlineOutput {
  let at = output;
  for (let step = 0; step < MAX_HANDED_ON; step++) {
    const found = /^"with ((?:[^"\\]|\\.)*)"\.("(?:[^"\\]|\\.)*")$/.exec(at.text);
    const body = query?.ctes.find(({ name }) => name === found?.[1])?.query.body;
    if (body?.kind !== "select") return at;
    const column: unknown = JSON.parse(found?.[2] ?? '""');
    const inner = body.outputs.find(({ name }) => name.toLowerCase() === column);
    if (!inner) return at;
    // Where people wrote it first, not the star that it comes from in the end.
    const place = at.expr ? { line: at.line, excerpt: at.excerpt, expr: at.expr } : {};
    at = { ...inner, ...place, name: output.name };
  }
  return at;
}

/** Steps through CTEs; more than people write. */
const MAX_HANDED_ON = 100;

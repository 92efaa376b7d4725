import { escapePattern } from "#lib/kit/escape-pattern.ts";
import type { AssetFact, QueryFact } from "#lib/model/fact.ts";
import { factKey } from "./check-pairs.ts";
import type { CheckState } from "./check-state.ts";
import { pathOfFact } from "./path-of-fact.ts";

/**
 * A model whose text is as it was need not be compiled anew by every command of dbt: its query is the one that it had, with
 * the names that what it depends on has now.
 */
export function withOldQueries(base: CheckState, head: CheckState): CheckState {
  const old = new Map(
    base.sources.flatMap(({ facts }) => facts.map((fact) => [factKey(fact), fact] as const)),
  );
  const known = (after: AssetFact): AssetFact | undefined => old.get(factKey(after));
  const moves = head.sources.flatMap(({ facts }) =>
    facts.flatMap((after) => moveOf(known(after), after)),
  );
  const restored = (after: AssetFact): AssetFact => {
    const raw = after.recipe?.raw;
    if (raw === undefined || after.queries.length > 0) return after;
    const before = known(after);
    if (before?.recipe?.raw !== raw) return after;
    const needed = new Set(after.edges.map(({ from }) => from.name.name));
    const own = moves.filter(({ to }) => needed.has(to.name.name));
    return { ...after, queries: before.queries.map((query) => renamedIn(query, own)) };
  };
  const sources = head.sources.map((source) => ({ ...source, facts: source.facts.map(restored) }));
  return { ...head, sources };
}

interface Move {
  readonly from: RegExp;
  readonly to: AssetFact;
}

/** A relation that dbt calls otherwise now, and how its old name stands in SQL that dbt wrote. */
function moveOf(before: AssetFact | undefined, after: AssetFact): readonly Move[] {
  if (before === undefined || before.name.name === after.name.name) return [];
  const parts = pathOfFact(before);
  if (parts.length < 2 || parts.length !== pathOfFact(after).length) return [];
  const quoted = parts.map((part) => `(["\`[]?)${escapePattern(part)}(["\`\\]]?)`);
  return [{ from: new RegExp(`(?<![\\w.])${quoted.join("\\.")}(?![\\w.])`, "gi"), to: after }];
}

/** Each name is looked for in what dbt wrote, not in what others were replaced with: models may swap their names. */
function renamedIn(query: QueryFact, moves: readonly Move[]): QueryFact {
  const { sql } = query;
  const found = moves
    .flatMap(({ from, to }) => [...sql.matchAll(from)].map((match) => ({ match, to })))
    .sort((a, b) => a.match.index - b.match.index);
  let text = "";
  let end = 0;
  for (const { match, to } of found) {
    if (match.index < end) continue;
    const name = pathOfFact(to)
      .map((part, at) => `${match[1 + 2 * at] ?? ""}${part}${match[2 + 2 * at] ?? ""}`)
      .join(".");
    text += sql.slice(end, match.index) + name;
    end = match.index + match[0].length;
  }
  return end === 0 ? query : { ...query, sql: text + sql.slice(end) };
}

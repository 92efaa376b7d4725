import type { AssetFact } from "#lib/model/fact.ts";
import type { CheckState } from "./check-state.ts";

interface States {
  readonly base: CheckState;
  readonly head: CheckState;
}

/**
 * The two states as they are for a build with `--full-refresh`: incremental models of the head are made anew, as tables are,
 * but for those with `full_refresh: false`. Snapshots keep what they hold.
 */
export function withFullRefresh<T extends States>(states: T): T {
  const built = new Set<string>();
  for (const { facts } of states.head.sources)
    for (const fact of facts) if (isRefreshed(fact)) built.add(uniqueIdOf(fact));
  const anew = (state: CheckState): CheckState => ({
    ...state,
    sources: state.sources.map((source) => ({
      ...source,
      facts: source.facts.map((fact) =>
        isIncremental(fact) && built.has(uniqueIdOf(fact)) ? asTable(fact) : fact,
      ),
    })),
  });
  return built.size === 0
    ? states
    : { ...states, base: anew(states.base), head: anew(states.head) };
}

const uniqueIdOf = ({ attributes }: AssetFact): string => attributes?.dbtUniqueId ?? "";

const isIncremental = (fact: AssetFact): boolean =>
  fact.attributes?.materialization === "incremental" && uniqueIdOf(fact) !== "";

const isRefreshed = (fact: AssetFact): boolean =>
  isIncremental(fact) && fact.attributes?.extra?.["fullRefresh"] !== false;

const asTable = (fact: AssetFact): AssetFact => ({
  ...fact,
  attributes: { ...fact.attributes, materialization: "table" },
});

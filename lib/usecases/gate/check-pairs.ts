import type { SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import type { CheckState } from "./check-state.ts";

/** What the two states say of one thing. */
export interface FactPair {
  readonly source: SourceInfo;
  readonly before?: AssetFact;
  readonly after?: AssetFact;
}

/**
 * Facts of two states that speak of the same thing: by dbt's unique id where there is one, so that a project that was built
 * into another schema is the same project; by name elsewhere. What only the first state says is listed where the second
 * one is about the same source.
 */
export function pairFacts(base: CheckState, head: CheckState): readonly FactPair[] {
  const pairs: FactPair[] = [];
  const old = new Map<string, { readonly source: SourceInfo; readonly fact: AssetFact }>();
  for (const { source, facts } of base.sources) {
    for (const fact of facts) old.set(factKey(fact), { source, fact });
  }
  const familyOf = base.kind === "store" ? ({ id }: SourceInfo): string => id : likeSource;
  const heads = new Set(head.sources.flatMap((one) => (one.complete ? familyOf(one.source) : [])));
  const seen = new Set<string>();
  for (const { source, facts } of head.sources) {
    for (const after of facts) {
      const key = factKey(after);
      seen.add(key);
      const before = old.get(key)?.fact;
      pairs.push({ source, after, ...(before ? { before } : {}) });
    }
  }
  for (const [key, { source, fact }] of old) {
    if (!seen.has(key) && heads.has(familyOf(source))) pairs.push({ source, before: fact });
  }
  return pairs;
}

/** Sources that stand for each other in two sets of files: a project by its name, files of one kind by their kind. */
const likeSource = ({ id, kind }: SourceInfo): string =>
  kind === "dbt" ? id.replace(/@.*$/, "") : kind;

function factKey(fact: AssetFact): string {
  const { dbtUniqueId } = fact.attributes;
  if (dbtUniqueId !== undefined) return `dbt ${dbtUniqueId}`;
  return JSON.stringify([fact.name.namespace, fact.name.name.toLowerCase()]);
}

import { splitRelationName } from "#lib/ingest/relation-name.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import type { CheckState } from "./check-state.ts";

/** What the two states say of one thing. */
export interface FactPair {
  readonly source: SourceInfo;
  readonly before?: AssetFact;
  readonly after?: AssetFact;
  /** It alone is built under another name now, while most others are where they were. */
  readonly isMoved?: true;
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
  return markMoved(pairs);
}

/** A model whose text is as it was need not be compiled anew by every command of dbt: its query is the one that it had. */
export function withOldQueries(base: CheckState, head: CheckState): CheckState {
  const old = new Map(
    base.sources.flatMap(({ facts }) => facts.map((fact) => [factKey(fact), fact] as const)),
  );
  const restored = (after: AssetFact): AssetFact => {
    const raw = after.recipe?.raw;
    if (raw === undefined || after.queries.length > 0) return after;
    const before = old.get(factKey(after));
    return before?.recipe?.raw === raw ? { ...after, queries: before.queries } : after;
  };
  const sources = head.sources.map((source) => ({ ...source, facts: source.facts.map(restored) }));
  return { ...head, sources };
}

/** A project that is built into a scratch schema moves as a whole; one model that moves by itself is gone for its readers. */
function markMoved(pairs: readonly FactPair[]): readonly FactPair[] {
  const built = pairs.filter(({ before, after }) => isBuilt(before) && isBuilt(after));
  const ofWhole = (partOf: (fact: AssetFact) => string): ReadonlySet<FactPair> => {
    const moved = built.filter(
      ({ before, after }) => before && after && partOf(before) !== partOf(after),
    );
    return new Set(2 * moved.length < built.length ? moved : []);
  };
  const places = ofWhole((fact) => pathOf(fact).slice(0, -1).join("\u0000"));
  const names = ofWhole((fact) => pathOf(fact).at(-1) ?? "");
  return pairs.map((pair) =>
    places.has(pair) || names.has(pair) ? { ...pair, isMoved: true as const } : pair,
  );
}

const isBuilt = (fact: AssetFact | undefined): boolean =>
  fact?.attributes.dbtUniqueId !== undefined &&
  !/^(?:source|exposure|metric)\./.test(fact.attributes.dbtUniqueId) &&
  fact.attributes.materialization !== "ephemeral";

const pathOf = ({ path, name }: AssetFact): readonly string[] =>
  (path ?? splitRelationName(name.name)).map((part) => part.toLowerCase());

/** Sources that stand for each other in two sets of files: a project by its name, files of one kind by their kind. */
const likeSource = ({ id, kind }: SourceInfo): string =>
  kind === "dbt" ? id.replace(/@.*$/, "") : kind;

function factKey(fact: AssetFact): string {
  const { dbtUniqueId } = fact.attributes;
  if (dbtUniqueId !== undefined) return `dbt ${dbtUniqueId}`;
  return JSON.stringify([fact.name.namespace, fact.name.name.toLowerCase()]);
}

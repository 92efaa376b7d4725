import type { AssetName } from "#lib/model/asset-id.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import type { CheckState } from "./check-state.ts";
import { pathOfFact } from "./path-of-fact.ts";

/** What the two states say of one thing. */
export interface FactPair {
  readonly source: SourceInfo;
  readonly before?: AssetFact;
  readonly after?: AssetFact;
  /** It alone is built under another name now, while most others are where they were: it is judged under the new one. */
  readonly isMoved?: true;
  /** Of what a moved model left behind, for those who read it by its old name: what the model is called now. */
  readonly movedTo?: AssetName;
  /** Two versions of one data contract: what the second leaves out is taken away, though neither lists all columns. */
  readonly isPromise?: true;
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
      const known = old.get(key);
      const isPromise =
        base.kind === "files" && source.kind === "contract" && known?.source.kind === "contract";
      pairs.push({
        source,
        after,
        ...(known ? { before: known.fact } : {}),
        ...(isPromise ? { isPromise } : {}),
      });
    }
  }
  for (const [key, { source, fact }] of old) {
    if (!seen.has(key) && heads.has(familyOf(source))) pairs.push({ source, before: fact });
  }
  return markMoved(pairSameRelation(pairFormerNames(pairs)));
}

/** A thing that says what it was called before, as a renamed record does by its aliases, where just one says so of what is gone. */
function pairFormerNames(pairs: readonly FactPair[]): readonly FactPair[] {
  const gone = new Map<string, AssetFact>();
  for (const { before, after } of pairs)
    if (before && !after) gone.set(nameKey(before.name), before);
  if (gone.size === 0) return pairs;
  const heirs = new Map<AssetFact, Set<AssetFact>>();
  for (const { before, after } of pairs) {
    if (before || !after) continue;
    for (const name of after.aliases ?? []) {
      const former = gone.get(nameKey(name));
      if (former !== undefined) heirs.set(former, (heirs.get(former) ?? new Set()).add(after));
    }
  }
  const formerOf = new Map<AssetFact, AssetFact>();
  for (const [former, [heir, ...others]] of heirs)
    if (heir !== undefined && others.length === 0 && !formerOf.has(heir))
      formerOf.set(heir, former);
  const found = new Set(formerOf.values());
  return pairs.flatMap((pair): readonly FactPair[] => {
    const { before, after } = pair;
    if (before && !after && found.has(before)) return [];
    const former = before || !after ? undefined : formerOf.get(after);
    return [former === undefined ? pair : { ...pair, before: former }];
  });
}

/** A model whose file has another name, or is in another package, and that builds the same relation as before. */
function pairSameRelation(pairs: readonly FactPair[]): readonly FactPair[] {
  const gone = new Map<string, FactPair & { readonly before: AssetFact }>();
  for (const pair of pairs) {
    const { before, after } = pair;
    if (before && !after && isBuilt(before)) gone.set(nameKey(before.name), { ...pair, before });
  }
  if (gone.size === 0) return pairs;
  const found = new Set<AssetFact>();
  const joined = pairs.map((pair) => {
    const { before, after } = pair;
    const other = !before && after && isBuilt(after) ? gone.get(nameKey(after.name)) : undefined;
    if (other === undefined || found.has(other.before)) return pair;
    found.add(other.before);
    return { ...pair, before: other.before };
  });
  return joined.filter(({ before, after }) => after || !before || !found.has(before));
}

/** A project that is built into a scratch schema moves as a whole; one model that moves by itself is gone for its readers. */
function markMoved(pairs: readonly FactPair[]): readonly FactPair[] {
  const built = pairs.filter(({ before, after }) => isBuilt(before) && isBuilt(after));
  const ofWhole = (partOf: (fact: AssetFact) => string): ReadonlySet<FactPair> => {
    const moved = built.filter(
      ({ before, after }) => before && after && partOf(before) !== partOf(after),
    );
    // A single model may be all that there is; half of several is no project that moved.
    return new Set(moved.length < built.length && 2 * moved.length <= built.length ? moved : []);
  };
  const places = ofWhole((fact) => pathOf(fact).slice(0, -1).join("\u0000"));
  const names = ofWhole((fact) => pathOf(fact).at(-1) ?? "");
  return pairs.flatMap((pair): readonly FactPair[] => {
    const { source, before, after } = pair;
    if (!before || !after || !(places.has(pair) || names.has(pair))) return [pair];
    return [
      { ...pair, isMoved: true },
      { source, before, movedTo: after.name },
    ];
  });
}

const isBuilt = (fact: AssetFact | undefined): boolean =>
  fact?.attributes.dbtUniqueId !== undefined &&
  !/^(?:source|exposure|metric)\./.test(fact.attributes.dbtUniqueId) &&
  fact.attributes.materialization !== "ephemeral";

const pathOf = (fact: AssetFact): readonly string[] =>
  pathOfFact(fact).map((part) => part.toLowerCase());

/** Sources that stand for each other in two sets of files: a project by its name, files of one kind by their kind. */
const likeSource = ({ id, kind }: SourceInfo): string =>
  kind === "dbt" ? id.replace(/@.*$/, "") : kind;

/** What a thing is found by in another state. */
export function factKey(fact: AssetFact): string {
  const { dbtUniqueId } = fact.attributes;
  return dbtUniqueId === undefined ? nameKey(fact.name) : `dbt ${dbtUniqueId}`;
}

/** One name, however its letters are written. */
export const nameKey = ({ namespace, name }: AssetName): string =>
  JSON.stringify([namespace, name.toLowerCase()]);

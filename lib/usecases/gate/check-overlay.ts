import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { type Column, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { type FactPair, nameKey } from "./check-pairs.ts";
import type { CheckWorld } from "./check-world.ts";

export interface OverlayInput {
  readonly pairs: readonly FactPair[];
  readonly base: CheckWorld;
  readonly head: CheckWorld;
  /** What is deployed: the base's own sources, and those of all other teams where a store is known. */
  readonly deployed: readonly AssembleSource[];
}

interface Overlay {
  readonly sources: readonly AssembleSource[];
  /** What became of each pair: its asset may be called otherwise among all that is deployed. */
  readonly facts: ReadonlyMap<FactPair, AssetFact>;
}

/**
 * The graph that a change is judged on: every table still has the columns that readers know, and every reader has the query
 * that it will have. So a reader that was mended together with a column that goes is safe, and one that was forgotten is not.
 */
export function overlaySources(input: OverlayInput): Overlay {
  const text = editedTexts(input.pairs);
  const facts = new Map<FactPair, AssetFact>();
  const replaced = new Map<string, AssetFact[]>();
  const taken = new Set<AssetFact>();
  const apart = withoutGone(input);
  for (const pair of input.pairs) {
    const fact = apart(pair, overlayFact(pair, input, text));
    facts.set(pair, fact);
    if (pair.before) taken.add(pair.before);
    const list = replaced.get(pair.source.id);
    if (list) list.push(fact);
    else replaced.set(pair.source.id, [fact]);
  }
  const edited = editedAssets(input);
  const sources = input.deployed.map((source) => {
    const own = replaced.get(source.source.id) ?? [];
    replaced.delete(source.source.id);
    const others = source.facts
      .filter((fact) => !taken.has(fact))
      .map((fact) => (edited.has(nameKey(fact.name)) ? { ...fact, queries: [] } : fact));
    return { ...source, facts: [...others, ...own] };
  });
  const added = input.pairs.filter(({ source }) => replaced.has(source.id));
  for (const { source } of added) {
    const own = replaced.get(source.id);
    replaced.delete(source.id);
    if (own) sources.push({ source, facts: own, at: "", complete: true, problems: [] });
  }
  return { sources, facts };
}

/** Tables and views whose query is another one: what other sources know of the old query does not hold any more. */
function editedAssets({ pairs, base }: OverlayInput): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { before, after } of pairs) {
    if (!before || !after || after.queries.length === 0) continue;
    if (isConsumerKind(after.kind ?? "table")) continue;
    const old = new Set(before.queries.map(({ sql }) => sql));
    const isSame =
      after.queries.length === old.size && after.queries.every(({ sql }) => old.has(sql));
    if (isSame) continue;
    for (const name of [before.name, after.name, base.assetOf(before)])
      if (name) names.add(nameKey(name));
  }
  return names;
}

/** Words of queries that are new or edited, each with whose they are: a column that is added matters to its readers alone. */
function editedTexts(pairs: readonly FactPair[]): ReadonlyMap<string, ReadonlySet<FactPair>> {
  const words = new Map<string, Set<FactPair>>();
  for (const pair of pairs) {
    const old = new Set(pair.before?.queries.map(({ sql }) => sql));
    for (const { sql } of pair.after?.queries ?? []) {
      if (old.has(sql)) continue;
      for (const word of sql.match(/[A-Za-z_][\w$]*/g) ?? []) {
        const whose = words.get(word.toLowerCase()) ?? new Set<FactPair>();
        words.set(word.toLowerCase(), whose.add(pair));
      }
    }
  }
  return words;
}

function overlayFact(
  pair: FactPair,
  { base, head }: OverlayInput,
  words: ReadonlyMap<string, ReadonlySet<FactPair>>,
): AssetFact {
  const { before, after, isMoved, movedTo } = pair;
  if (before && movedTo) return leftBehind(before);
  const isReadElsewhere = (name: string): boolean =>
    [...(words.get(name.toLowerCase()) ?? [])].some((other) => other !== pair);
  const fact = after ?? before;
  if (fact === undefined) throw new Error("a pair holds at least one fact");
  if (!before || !after) return fact;
  const old = base.assetOf(before);
  const now = head.assetOf(after);
  const said = knownColumns(before, old?.columns);
  const named: AssetFact = isMoved
    ? after
    : { ...after, name: before.name, ...pathOf(before), ...aliasesOf(before, after) };
  if (!said || old === undefined) return named;
  const names = new Set(said.map(({ name }) => name.toLowerCase()));
  const added = (now?.columns ?? after.columns ?? []).filter(
    ({ name }) => !names.has(name.toLowerCase()) && isReadElsewhere(name),
  );
  return { ...named, columns: [...said, ...added], columnsComplete: old.columnsComplete };
}

/** What a model that is built elsewhere no longer fills: only a name, and the columns that its readers know. */
function leftBehind({ attributes, ...fact }: AssetFact): AssetFact {
  const { dbtUniqueId: _moved, ...kept } = attributes;
  return { ...fact, attributes: kept, queries: [], edges: [] };
}

/** Columns that a source lists, or that its query was found to give. */
const knownColumns = (
  fact: AssetFact,
  merged: readonly Column[] | undefined,
): readonly Column[] | undefined =>
  fact.columnsComplete ? fact.columns : (merged ?? fact.columns);

/** What is gone and was another thing than the one that takes over its name is judged as itself: the name is its own. */
function withoutGone({
  pairs,
  base,
}: OverlayInput): (pair: FactPair, fact: AssetFact) => AssetFact {
  const gone = new Map<string, AssetFact>();
  for (const { before, after } of pairs)
    if (before && !after) gone.set(nameKey(before.name), before);
  if (gone.size === 0) return (_, fact) => fact;
  return ({ before, after }, fact) => {
    if (!before || !after || !fact.aliases) return fact;
    const own = base.assetOf(before)?.id;
    const aliases = fact.aliases.filter((name) => {
      const other = gone.get(nameKey(name));
      return other === undefined || base.assetOf(other)?.id === own;
    });
    return aliases.length === fact.aliases.length ? fact : { ...fact, aliases };
  };
}

const pathOf = ({ path }: AssetFact): Pick<AssetFact, "path"> => (path ? { path } : {});

/** Built into another schema, it is called otherwise there: its readers' queries use that name. */
function aliasesOf(before: AssetFact, after: AssetFact): Pick<AssetFact, "aliases"> {
  const isSame =
    before.name.namespace === after.name.namespace && before.name.name === after.name.name;
  const aliases = [...(after.aliases ?? []), ...(isSame ? [] : [after.name])];
  return aliases.length > 0 ? { aliases } : {};
}

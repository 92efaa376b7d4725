import { buildSnapshot, buildWithShelf } from "#lib/graph/build-snapshot.ts";
import type { DraftShelf } from "#lib/graph/draft-shelf.ts";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { classifyType } from "#lib/impact/classify-type.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Column } from "#lib/model/asset.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { type FoundChanges, findReviewChanges } from "../reviews/find-review-changes.ts";
import type { KnownQueries } from "./analysis-cache.ts";
import { rebindViews } from "./bound-views.ts";
import type { ConfirmedRename } from "./check-columns.ts";
import { compareAssets, type Worlds } from "./check-comparison.ts";
import { overlaySources } from "./check-overlay.ts";
import { type FactPair, pairFacts } from "./check-pairs.ts";
import type { CheckState } from "./check-state.ts";
import { assembleWorld, type CheckWorld, textKey } from "./check-world.ts";
import { withOldQueries } from "./old-queries.ts";

export interface CompareStatesInput {
  readonly base: CheckState;
  readonly head: CheckState;
  /** What all teams have deployed, where a store is known. */
  readonly deployed?: readonly AssembleSource[];
  readonly parser: SqlParser;
  readonly names?: NamesConfig;
  /** Renames that a person has confirmed. */
  readonly renames?: readonly ConfirmedRename[];
  /** Analyses of before, which are taken over where they still hold. */
  readonly earlier?: readonly KnownQueries[];
  /** What assets were found to add to the graph. */
  readonly shelf?: DraftShelf;
}

export interface ComparedStates extends FoundChanges {
  readonly worlds: Worlds;
  readonly pairs: readonly FactPair[];
}

/** Two states assembled, laid over each other on what is deployed, and compared asset by asset. */
export async function compareStates(input: CompareStatesInput): Promise<ComparedStates> {
  const { base: before, parser, names } = input;
  const after = withOldQueries(before, input.head);
  const pairs = pairFacts(before, after);
  const common = {
    parser,
    traced: editedTexts(pairs),
    reads: new Map(),
    ...(names ? { names } : {}),
  };
  const deployed = deployedSources(before, input.deployed ?? []);
  const known = input.earlier ?? [];
  const base = await assembleWorld({ ...common, sources: before.sources, earlier: known });
  const head = await assembleWorld({ ...common, sources: after.sources, earlier: [base.queries] });
  const { sources, facts } = overlaySources({ pairs, base, head, deployed });
  const assembled = await assembleWorld({ ...common, sources, earlier: [base.queries, ...known] });
  const judged = withRebound(assembled, { pairs, head: after });
  const judgedOf = (pair: FactPair): MergedAsset | undefined => {
    const fact = facts.get(pair);
    return fact && judged.assetOf(fact);
  };
  const moved = pairs.flatMap((pair) => {
    const was = pair.isMoved && pair.before && base.assetOf(pair.before)?.id;
    const is = judgedOf(pair)?.id;
    return was && is ? [[was, is] as const] : [];
  });
  const worlds: Worlds = {
    base,
    head,
    judged,
    judgedOf,
    snapshot: input.shelf ? buildWithShelf(judged.graph, input.shelf) : buildSnapshot(judged.graph),
    moved: new Map(moved),
  };
  const found = findReviewChanges(compareAssets(pairs, worlds), {
    worlds,
    renames: input.renames ?? [],
  });
  return { ...found, worlds, pairs };
}

/** Views that hold on to a table which has another name now read it there, where nothing else was done to it. */
function withRebound(
  world: CheckWorld,
  { pairs, head }: { readonly pairs: readonly FactPair[]; readonly head: CheckState },
): CheckWorld {
  const renamed = new Map<AssetId, AssetId>();
  for (const { from, to } of head.renamed ?? []) {
    // It has been there before, or is there again, and is judged as what it was.
    if (pairs.some(({ before, after }) => before && after === to)) continue;
    const was = world.graph.assets.get(assetId(from.namespace, from.name));
    const is = world.assetOf(to);
    if (was && is && isOnlyRenamed(was, is, to)) renamed.set(was.id, is.id);
  }
  const graph = rebindViews(world.graph, renamed);
  const assetOf = (fact: AssetFact): MergedAsset | undefined => {
    const id = world.assetOf(fact)?.id;
    return id === undefined ? undefined : graph.assets.get(id);
  };
  return renamed.size === 0 ? world : { ...world, graph, assetOf };
}

function isOnlyRenamed(was: MergedAsset, is: MergedAsset, { losses = [] }: AssetFact): boolean {
  const types = new Map(is.columns.map(({ name, type }) => [name.toLowerCase(), type]));
  const keeps = ({ name, type }: Column): boolean => {
    const key = name.toLowerCase();
    const now = types.get(key);
    return types.has(key) && (!type || !now || classifyType(type, now) === "same");
  };
  return losses.length === 0 && was.columns.every(keeps);
}

/** Texts that differ, in both versions. */
function editedTexts(pairs: readonly FactPair[]): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { before, after } of pairs) {
    const old = new Set(before?.queries.map(textKey));
    const now = new Set(after?.queries.map(textKey));
    for (const text of old) if (after && !now.has(text)) texts.add(text);
    for (const text of now) if (before && !old.has(text)) texts.add(text);
  }
  return texts;
}

/** The base is what is deployed of its own sources. */
function deployedSources(
  base: CheckState,
  others: readonly AssembleSource[],
): readonly AssembleSource[] {
  const own = new Set(base.sources.map(({ source }) => source.id));
  return [...base.sources, ...others.filter(({ source }) => !own.has(source.id))];
}

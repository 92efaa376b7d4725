import { err, ok, type Result } from "#lib/kit/result.ts";
import { shortJson } from "#lib/kit/short-text.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { isCaseSensitive } from "#lib/model/letter-case.ts";
import { keepByVersion } from "./keep-by-version.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { PatchedMap } from "./patched-map.ts";

export interface NameError {
  readonly code: "unknown-asset" | "ambiguous-name" | "wrong-shape";
  readonly message: string;
  readonly candidates?: readonly string[];
}

interface NameIndex {
  /** By tail in lower case: `orders`, `checkout.orders`, `mesh.checkout.orders`. */
  readonly tails: ReadonlyMap<string, readonly AssetId[]>;
}

/** Every tail of a name that begins after a dot or a slash, the whole included. */
function tailsOf(name: string): string[] {
  const tails = [name];
  for (let at = 0; at < name.length - 1; at++) {
    if (name[at] === "." || name[at] === "/") tails.push(name.slice(at + 1));
  }
  return tails;
}

function buildIndex(graph: MergedGraph): NameIndex {
  const tails = new Map<string, AssetId[]>();
  for (const asset of graph.assets.values()) {
    for (const key of keysOf(asset)) {
      const ids = tails.get(key);
      if (ids === undefined) tails.set(key, [asset.id]);
      else ids.push(asset.id);
    }
  }
  return { tails };
}

/** All that a person may call the asset, in lower case, each once. */
function keysOf({ name, shortName, aliases }: MergedAsset): ReadonlySet<string> {
  const names = [...tailsOf(name), shortName, ...aliases.flatMap(tailsOf)];
  return new Set(names.map((each) => each.toLowerCase()));
}

const indexOf = keepByVersion<NameIndex>({
  build: buildIndex,
  goOn: ({ graph: earlier, made: { tails } }, { graph, changed }) => {
    const patch = new Map<string, readonly AssetId[] | undefined>();
    const idsOf = (key: string): readonly AssetId[] =>
      (patch.has(key) ? patch.get(key) : tails.get(key)) ?? [];
    for (const id of changed) {
      const [old, now] = [earlier.assets.get(id), graph.assets.get(id)];
      for (const key of old === undefined ? [] : keysOf(old)) {
        const rest = idsOf(key).filter((each) => each !== id);
        patch.set(key, rest.length === 0 ? undefined : rest);
      }
      for (const key of now === undefined ? [] : keysOf(now)) patch.set(key, [...idsOf(key), id]);
    }
    return { tails: PatchedMap.of(tails, patch) };
  },
});

/**
 * The asset that a person means: `{namespace, name}`, an id, a full name, or the shortest tail of one that fits only one
 * asset. Letter case counts only where it tells two assets of a system apart that does not fold it.
 */
export function findAssetByName(
  graph: MergedGraph,
  wanted: string | { readonly namespace: string; readonly name: string },
): Result<MergedAsset, NameError> {
  if (typeof wanted !== "string") {
    if (typeof wanted?.name !== "string")
      return err({ code: "wrong-shape", message: "a change needs an asset" });
    return choose(
      graph,
      wanted.name,
      (asset) => wanted.namespace === undefined || asset.namespace === wanted.namespace,
    );
  }
  const direct = graph.assets.get(wanted as AssetId);
  return direct === undefined ? choose(graph, wanted, () => true) : ok(direct);
}

/** Whether one asset or several answer to a name. */
export const isAssetName = (graph: MergedGraph, name: string): boolean =>
  graph.assets.has(name as AssetId) || indexOf(graph).tails.has(name.toLowerCase());

function choose(
  graph: MergedGraph,
  text: string,
  fits: (asset: MergedAsset) => boolean,
): Result<MergedAsset, NameError> {
  const ids = indexOf(graph).tails.get(text.toLowerCase()) ?? [];
  const found = ids.flatMap((id) => graph.assets.get(id) ?? []).filter(fits);
  const whole = (asset: MergedAsset, name: string): boolean => isSpelt(asset, { name, text });
  for (const narrower of [
    found.filter((asset) => asset.name === text),
    found.filter((asset) => whole(asset, asset.name)),
    found.filter((asset) => asset.aliases.some((alias) => whole(asset, alias))),
    // Quoted names of one place that nothing but their letters' case tells apart.
    isOneName(found) ? found.filter((asset) => tailsOf(asset.name).includes(text)) : [],
    found.filter((asset) => tailsOf(asset.name).some((tail) => whole(asset, tail))),
    found,
  ]) {
    // A metric is often called as the table that it counts; what a team changes is the table.
    const holding = narrower.filter((asset) => DATASET_KINDS.has(asset.kind));
    const [only, second] = holding.length === 1 ? holding : narrower;
    if (only !== undefined && second === undefined) return ok(only);
    if (second !== undefined) {
      return err({
        code: "ambiguous-name",
        message: `${shortJson(text)} fits ${narrower.length} assets`,
        candidates: narrower
          .map((asset) => `${asset.namespace} ${asset.name}`)
          .sort()
          .slice(0, 20),
      });
    }
  }
  return err({
    code: "unknown-asset",
    message: `no asset answers to ${shortJson(text)}`,
    candidates: similarTo(graph, text),
  });
}

const isOneName = (assets: readonly MergedAsset[]): boolean =>
  new Set(assets.map(({ name }) => name.toLowerCase())).size === 1;

/** Where a system folds letter case, the case that somebody typed does not choose among its names. */
function isSpelt(
  { namespace, attributes }: MergedAsset,
  { name, text }: { readonly name: string; readonly text: string },
): boolean {
  return isCaseSensitive(namespace, attributes.dialect)
    ? name === text
    : name.toLowerCase() === text.toLowerCase();
}

const similarNames = new WeakMap<MergedGraph, Map<string, readonly string[]>>();
const MOST_TEXTS = 100;

/** Who waits for an asset to come asks for it again and again: each version is looked through once. */
function similarTo(graph: MergedGraph, text: string): readonly string[] {
  const known = similarNames.get(graph) ?? new Map<string, readonly string[]>();
  similarNames.set(graph, known);
  const ready = known.get(text);
  if (ready !== undefined) return ready;
  if (known.size >= MOST_TEXTS) known.clear();
  const found = similar(graph, text);
  known.set(text, found);
  return found;
}

/** Up to five names that hold the text, or its last part. */
function similar(graph: MergedGraph, text: string): readonly string[] {
  const parts = text.toLowerCase().split(/[./]/);
  const last = parts.at(-1) ?? "";
  const close: string[] = [];
  for (const asset of graph.assets.values()) {
    const name = asset.name.toLowerCase();
    if (last.length > 2 && (name.includes(last) || last.includes(asset.shortName.toLowerCase())))
      close.push(asset.name);
  }
  return close.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, 5);
}

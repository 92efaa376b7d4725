import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { classifyType } from "#lib/impact/classify-type.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import type { AssetId, AssetName } from "#lib/model/asset-id.ts";
import type {
  IdentityDecision,
  IdentityPage,
  IdentitySuggestion,
  SuggestedAsset,
} from "#lib/view/identity-page.ts";
import { walkAssets } from "../graph/graph-neighbours.ts";
import { definingSources } from "./defining-sources.ts";

/** `id`, `events`: with more than this a shared last part is chance. */
export const MOST_ALIKE = 40;
const ENOUGH = 0.5;

/**
 * Pairs of datasets that no rule joins and that look like one: by the ends of their names over systems and environments, and
 * by their columns. Never two that one source tells apart, nor one that is made of the other. Nothing is joined by it.
 */
export function suggestIdentities(
  graph: MergedGraph,
  decisions: readonly IdentityDecision[],
): Pick<IdentityPage, "suggestions" | "tooCommon"> {
  const decided = new Set(decisions.map(({ a, b }) => pairKey(a, b)));
  const groups = new Map<string, MergedAsset[]>();
  for (const asset of graph.assets.values()) {
    if (!DATASET_KINDS.has(asset.kind)) continue;
    const key = groupKeyOf(asset);
    if (key === "") continue;
    const group = groups.get(key);
    if (group) group.push(asset);
    else groups.set(key, [asset]);
  }
  const isDerived = derivedIn(graph);
  const suggestions: IdentitySuggestion[] = [];
  const tooCommon: { name: string; assets: number }[] = [];
  for (const [name, assets] of groups) {
    if (assets.length > MOST_ALIKE) tooCommon.push({ name, assets: assets.length });
    else
      for (const [a, b] of pairsOf(assets)) {
        if (decided.has(pairKey(a, b)) || areTold(graph, a, b)) continue;
        const suggestion = weigh(a, b);
        if (suggestion.confidence >= ENOUGH && !isDerived(a, b)) suggestions.push(suggestion);
      }
  }
  suggestions.push(...sharedNames(graph, { decided, told: suggestions, isDerived }));
  return {
    suggestions: suggestions.sort(
      (x, y) =>
        y.confidence - x.confidence ||
        (x.a.id < y.a.id ? -1 : x.a.id > y.a.id ? 1 : x.b.id < y.b.id ? -1 : 1),
    ),
    tooCommon: tooCommon.sort((x, y) => y.assets - x.assets),
  };
}

/** More that say one name are told by a problem of their own. */
const MOST_SHARING = 5;

interface KnownPairs {
  readonly decided: ReadonlySet<string>;
  readonly told: readonly IdentitySuggestion[];
  readonly isDerived: (a: MergedAsset, b: MergedAsset) => boolean;
}

/** Pairs that call themselves by one further name, though one source tells them apart: nobody knows which of them it is. */
function sharedNames(
  graph: MergedGraph,
  { decided, told, isDerived }: KnownPairs,
): readonly IdentitySuggestion[] {
  const sharing = new Map<string, MergedAsset[]>();
  for (const asset of graph.assets.values()) {
    if (!DATASET_KINDS.has(asset.kind) || asset.placeholder) continue;
    for (const name of asset.aliases) {
      const known = sharing.get(name);
      if (known) known.push(asset);
      else sharing.set(name, [asset]);
    }
  }
  const known = new Set([...decided, ...told.map(({ a, b }) => pairKey(a, b))]);
  const found = new Map<string, IdentitySuggestion>();
  for (const [name, assets] of sharing) {
    if (assets.length > MOST_SHARING) continue;
    for (const [a, b] of pairsOf(assets)) {
      const key = pairKey(a, b);
      if (known.has(key) || isDerived(a, b)) continue;
      const suggestion = weigh(a, b);
      const confidence = Math.max(ENOUGH, suggestion.confidence);
      const reasons = [`both say that they are ${name} too`];
      found.set(key, { ...suggestion, confidence, reasons });
    }
  }
  return [...found.values()];
}

function* pairsOf(assets: readonly MergedAsset[]): Iterable<readonly [MergedAsset, MergedAsset]> {
  for (const [at, a] of assets.entries()) for (const b of assets.slice(at + 1)) yield [a, b];
}

export const pairKey = (a: AssetName, b: AssetName): string =>
  [a, b]
    .map(({ namespace, name }) => `${namespace}\u0000${name}`)
    .sort()
    .join("\u0001");

/** Only what has the same last part, without the mark of an environment, is ever looked at together. */
export const groupKeyOf = (asset: MergedAsset): string => bareWord(partsOf(asset).at(-1) ?? "");

/** Whether one is made of the other, directly or through others; walked once for each asset that is asked for. */
export function derivedIn(graph: MergedGraph): (a: MergedAsset, b: MergedAsset) => boolean {
  const kept = new Map<AssetId, ReadonlyMap<AssetId, number>>();
  const madeOf = ({ id }: MergedAsset): ReadonlyMap<AssetId, number> => {
    const known = kept.get(id) ?? walkAssets(graph, { start: id, direction: "upstream" });
    kept.set(id, known);
    return known;
  };
  return (a, b) => madeOf(a).has(b.id) || madeOf(b).has(a.id);
}

/** One source names both: they are two. */
export function areTold(graph: MergedGraph, a: MergedAsset, b: MergedAsset): boolean {
  const own = new Set(definingSources(graph, a).map(({ id }) => id));
  if (definingSources(graph, b).some(({ id }) => own.has(id))) return true;
  return a.placeholder && b.placeholder && a.namespace === b.namespace;
}

/** The name's parts, outermost first: of a path its folders, where Hive's `.db` means a schema. */
const partsOf = ({ name }: MergedAsset): readonly string[] =>
  (name.includes("/")
    ? name.split("/").filter((part) => part !== "")
    : splitRelationName(name)
  ).map((part) => part.toLowerCase().replace(/\.db$|\.(?:parquet|csv|json|avro|orc)$/, ""));

const ENVIRONMENT =
  /^(?:dev|prod|production|prd|stg|stage|staging|test|tst|uat|qa|int|preprod)[_-]|[_-](?:dev|prod|production|prd|stg|stage|staging|test|tst|uat|qa|int|preprod)$/;

/** Without the mark of an environment, a version, or the plural. */
const bareWord = (part: string): string =>
  part
    .replace(ENVIRONMENT, "")
    .replace(/[_-]v\d+$/, "")
    .replace(/s$/, "")
    .replaceAll(/[_-]/g, "");

export function weigh(a: MergedAsset, b: MergedAsset): IdentitySuggestion {
  const reasons: string[] = [];
  const confidence =
    weighNames(a, b, reasons) + weighColumns(a, b, reasons) + weighKinds(a, b, reasons);
  return {
    a: describe(a),
    b: describe(b),
    reasons,
    confidence: Math.round(Math.max(0, Math.min(0.99, confidence)) * 100) / 100,
  };
}

function weighNames(a: MergedAsset, b: MergedAsset, reasons: string[]): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  let exact = 0;
  let alike = 0;
  for (let at = 1; at <= Math.min(x.length, y.length); at++) {
    const [one = "", other = ""] = [x.at(-at), y.at(-at)];
    if (one === other && exact === alike) exact += 1;
    if (bareWord(one) !== bareWord(other)) break;
    alike += 1;
  }
  const shared = x.slice(-Math.max(1, alike)).join(".");
  if (exact === alike && exact > 1) reasons.push(`both end in ${shared}`);
  else if (exact === alike) reasons.push(`both are called ${shared}`);
  else
    reasons.push(
      `${x.slice(-alike).join(".")} and ${y.slice(-alike).join(".")} differ in an environment, a version or a plural only`,
    );
  const isWhole = alike === Math.min(x.length, y.length) && alike > 1;
  if (isWhole && x.length !== y.length)
    reasons.push("the shorter name is all of the longer one's end");
  return Math.min(3, exact) * 0.2 + (alike - exact) * 0.08 + (isWhole ? 0.1 : 0);
}

function weighColumns(a: MergedAsset, b: MergedAsset, reasons: string[]): number {
  if (a.columns.length === 0 || b.columns.length === 0) return 0.1;
  const others = new Map(b.columns.map((column) => [column.name.toLowerCase(), column]));
  const shared = a.columns.flatMap((column) => {
    const other = others.get(column.name.toLowerCase());
    return other === undefined ? [] : [[column, other] as const];
  });
  const all = a.columns.length + b.columns.length - shared.length;
  const share = shared.length / all;
  reasons.push(`${shared.length} of ${all} columns have the same names`);
  const typed = shared.filter(([one, other]) => one.type !== undefined && other.type !== undefined);
  const differing = typed.filter(
    ([one, other]) => classifyType(one.type ?? "", other.type ?? "") === "type_incompatible",
  );
  if (differing.length > 0) reasons.push(`${differing.length} of them have types that do not fit`);
  return (
    share * 0.45 - (share < 0.2 ? 0.25 : 0) - (differing.length / Math.max(1, typed.length)) * 0.2
  );
}

function weighKinds(a: MergedAsset, b: MergedAsset, reasons: string[]): number {
  const missing = a.placeholder !== b.placeholder;
  if (missing)
    reasons.push(
      `${(a.placeholder ? a : b).name} is only read, and nothing that was read defines it`,
    );
  const isOther = a.kind !== b.kind && !missing;
  // Both are owned, in one and the same system: it would not have two names for one table.
  const isOneSystem = a.namespace === b.namespace && !a.placeholder && !b.placeholder;
  if (isOneSystem) reasons.push("both are in one system, which may well have two such tables");
  return (missing ? 0.15 : 0) - (isOther ? 0.05 : 0) - (isOneSystem ? 0.25 : 0);
}

const describe = (asset: MergedAsset): SuggestedAsset => ({
  id: asset.id,
  namespace: asset.namespace,
  name: asset.name,
  kind: asset.kind,
  columns: asset.columns.length,
  placeholder: asset.placeholder,
  sources: asset.sources.map(({ label }) => label),
  ...(asset.attributes.owner === undefined ? {} : { owner: asset.attributes.owner }),
});

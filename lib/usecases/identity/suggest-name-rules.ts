import { fold } from "#lib/ingest/names/canonical-path.ts";
import { systemOf } from "#lib/ingest/names/name-system.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import { type AssetId, type AssetName, assetNameOf } from "#lib/model/asset-id.ts";
import type { AssetClaim, SourceInfo } from "#lib/model/claim.ts";
import { traitsOf } from "#lib/model/source-kind.ts";

/** What sources say of one asset now. */
export type SaidOfAsset = readonly { readonly source: SourceInfo; readonly claim: AssetClaim }[];

/** A rule under `names` of faultline.yaml, and the pairs of assets that it makes one. */
export interface NameRule {
  /** As it is written there: `default_database: mesh`. */
  readonly rule: string;
  /** The first of each pair may be one that only readers name: an unknown less. */
  readonly pairs: readonly (readonly [AssetName, AssetName])[];
  /** Of which assets. */
  readonly assets: ReadonlySet<AssetId>;
}

interface Table extends AssetName {
  readonly id: AssetId;
  readonly path: readonly string[];
  readonly placeholder: boolean;
  readonly claims: SaidOfAsset;
  /** Sources that define it. */
  readonly definedBy: readonly SourceInfo[];
}

/** With more tables of one schema and name it is not told by a prefix which of them are one. */
const MOST_ALIKE = 10;
/** Of the columns of both, where both are defined and have some. */
const SHARED = 0.5;

/**
 * Rules of names that would make one what only a database, its alias or the spelling of a server keeps apart, the one of
 * most tables first. Never where one source defines both, where both were looked at, or where it could be several.
 */
export function suggestNameRules(
  said: Iterable<readonly [AssetId, SaidOfAsset]>,
): readonly NameRule[] {
  const groups = new Map<string, Table[]>();
  const databases = new Set<string>();
  for (const [id, claims] of said) {
    const table = tableOf(id, claims);
    if (table === undefined) continue;
    if (table.path.length > 2 && !table.placeholder) databases.add(fold(table.path[0] ?? ""));
    const key = fold(table.path.slice(-2).join("\u0000"));
    const group = groups.get(key);
    if (group) group.push(table);
    else groups.set(key, [table]);
  }
  const rules = new Map<string, { pairs: [AssetName, AssetName][]; assets: Set<AssetId> }>();
  for (const group of groups.values()) {
    if (group.length < 2 || group.length > MOST_ALIKE) continue;
    for (const [rule, [a, b]] of rulesOf(group, databases)) {
      const known = rules.get(rule) ?? { pairs: [], assets: new Set() };
      known.pairs.push([a, b]);
      known.assets.add(a.id).add(b.id);
      rules.set(rule, known);
    }
  }
  return [...rules]
    .map(([rule, found]) => ({ rule, ...found }))
    .sort((a, b) => b.pairs.length - a.pairs.length || (a.rule < b.rule ? -1 : 1));
}

function tableOf(id: AssetId, claims: SaidOfAsset): Table | undefined {
  const [first] = claims;
  if (first === undefined || !DATASET_KINDS.has(first.claim.kind)) return undefined;
  // A rule of this kind is there already, and calls it otherwise.
  if (claims.some(({ claim }) => claim.origin?.called !== undefined)) return undefined;
  const { namespace, name } = assetNameOf(id);
  const path = name.includes("/") ? [] : splitRelationName(name);
  if (path.length < 2 || path.length > 3) return undefined;
  const defining = claims.filter(
    ({ source, claim }) =>
      claim.placeholder !== true && traitsOf(source.kind).speaksOfOthers !== true,
  );
  return {
    id,
    namespace,
    name,
    path,
    placeholder: defining.length === 0,
    claims,
    definedBy: defining.map(({ source }) => source),
  };
}

type Pair = readonly [a: Table, b: Table];

/** Each rule that joins two of the group; of a table that several rules or tables would take, none. */
function rulesOf(group: readonly Table[], databases: ReadonlySet<string>): Map<string, Pair> {
  const found = new Map<string, Pair>();
  const partners = new Map<AssetId, Set<string>>();
  const note = (table: Table, { path }: Table): void => {
    const known = partners.get(table.id) ?? new Set();
    partners.set(table.id, known.add(fold(path.join("\u0000"))));
  };
  for (const [at, one] of group.entries()) {
    for (const other of group.slice(at + 1)) {
      const [a, b] = mentionFirst(one, other);
      const rule = mayBeOne(a, b) ? ruleOf([a, b], databases) : undefined;
      if (rule === undefined) continue;
      found.set(rule, [a, b]);
      note(a, b);
      note(b, a);
    }
  }
  for (const [rule, pair] of found)
    if (pair.some(({ id }) => (partners.get(id)?.size ?? 0) > 1)) found.delete(rule);
  return found;
}

/** The one that only readers name first, then the one that is not looked at where it is. */
const mentionFirst = (a: Table, b: Table): Pair => (rankOf(a) <= rankOf(b) ? [a, b] : [b, a]);

const rankOf = (table: Table): number => (table.placeholder ? 0 : isLookedAt(table) ? 2 : 1);

const isLookedAt = ({ definedBy }: Table): boolean =>
  definedBy.some(({ kind }) => traitsOf(kind).looksAtTables === true);

function mayBeOne(a: Table, b: Table): boolean {
  const sources = new Set(a.definedBy.map(({ id }) => id));
  if (b.definedBy.some(({ id }) => sources.has(id)) || (isLookedAt(a) && isLookedAt(b)))
    return false;
  if (a.placeholder && b.placeholder) return false;
  const [own, others] = [columnsOf(a), columnsOf(b)];
  if (own.size === 0 || others.size === 0) return a.placeholder;
  const shared = [...own].filter((column) => others.has(column)).length;
  return shared >= SHARED * Math.min(own.size, others.size);
}

const columnsOf = ({ claims }: Table): ReadonlySet<string> =>
  new Set(claims.flatMap(({ claim }) => claim.columns ?? []).map(({ name }) => fold(name)));

function ruleOf([a, b]: Pair, databases: ReadonlySet<string>): string | undefined {
  const [x, y] = [systemOf(a.namespace, false), systemOf(b.namespace, false)];
  const isOneEngine = x.kind === "any" || y.kind === "any" || x.engine === y.engine;
  if (!isOneEngine) return undefined;
  const isOneServer = x.kind !== "server" || y.kind !== "server" || x.id === y.id;
  if (a.path.length !== b.path.length)
    return isOneServer
      ? `default_database: ${quote((a.path.length > b.path.length ? a : b).path[0] ?? "")}`
      : undefined;
  const isOnePath = fold(a.path.join("\u0000")) === fold(b.path.join("\u0000"));
  if (!isOnePath) return isOneServer ? aliasRule([a, b], databases) : undefined;
  if (isOneServer || a.path.length < 3) return undefined;
  // What is only a way to a server has the name of this machine.
  const alias = isHere(b.namespace) ? b : a;
  return `namespaces: {${quote(alias.namespace)}: ${quote(alias.path[0] ?? "")}}`;
}

const isHere = (namespace: string): boolean =>
  /^[a-z][\w+.-]*:\/\/(?:localhost|127\.|\[::1\])/i.test(namespace);

/** A database of which no table is defined may be another word for one that has them. */
function aliasRule([a, b]: Pair, databases: ReadonlySet<string>): string | undefined {
  const [alias = "", real = ""] = [a.path[0], b.path[0]];
  const isAlias = a.placeholder && a.path.length > 2 && !databases.has(fold(alias));
  return isAlias ? `databases: {${quote(alias)}: ${quote(real)}}` : undefined;
}

const quote = (text: string): string =>
  /^[A-Za-z_][\w-]*$/.test(text) ? text : JSON.stringify(text);

/** What a rule would make one, for people: `mesh.shop.orders = shop.orders`. */
export const sayPair = ([a, b]: NameRule["pairs"][number]): string =>
  a.name === b.name
    ? `${a.namespace} ${a.name} = ${b.namespace} ${b.name}`
    : `${a.name} = ${b.name}`;

/** What is said of all sources now, by asset. */
export function saidByAsset(
  sources: Iterable<{ readonly source: SourceInfo; readonly claims: readonly AssetClaim[] }>,
): ReadonlyMap<AssetId, SaidOfAsset> {
  const byAsset = new Map<AssetId, { source: SourceInfo; claim: AssetClaim }[]>();
  for (const { source, claims } of sources)
    for (const claim of claims) {
      const known = byAsset.get(claim.asset);
      if (known) known.push({ source, claim });
      else byAsset.set(claim.asset, [{ source, claim }]);
    }
  return byAsset;
}

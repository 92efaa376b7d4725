import type { AssetName } from "#lib/model/asset-id.ts";
import type { AssetFact, EdgeFact } from "#lib/model/fact.ts";
import { DESCRIBED_AT, describedAt, latestOf, toldAt } from "../described-at.ts";
import type { Lifecycle } from "./dataset-attributes.ts";
import { settleDatasetName } from "./dataset-name.ts";
import { millisecondsBetween } from "./event-time.ts";
import { nameKey } from "./gather-events.ts";
import { keepAsLists } from "./keep-as-lists.ts";
import { withLastGood } from "./run-end.ts";
import { saysTheSame } from "./says-the-same.ts";

/**
 * What is known from a source's earlier events, with what later ones say. Events are partial: one that does not mention
 * columns, lineage or an owner takes none of them away. What a job moves from a dataset is replaced only by a better
 * account of the same. One fact for each name; the order is that of the earlier facts, then of the new ones.
 */
export function mergeEventFacts(
  before: readonly AssetFact[],
  after: readonly AssetFact[],
): readonly AssetFact[] {
  const facts = new Map(before.map((fact) => [factKey(fact), fact]));
  for (const fact of after) {
    const key = factKey(fact);
    const known = facts.get(key);
    facts.set(key, known === undefined ? fact : mergeEventFact(known, fact));
  }
  return takeOverRenamed([...facts.values()], after);
}

/**
 * A table that is loaded under another name and then renamed is what it was: its columns, and what was moved into them.
 * The old name keeps both, since the next load begins with it again. `told`: what the events at hand say.
 */
export function takeOverRenamed(
  facts: readonly AssetFact[],
  told: readonly AssetFact[],
): readonly AssetFact[] {
  const oldNames = new Map(
    told.flatMap((fact) => {
      const previous = previousName(fact);
      return previous === undefined ? [] : [[factKey(fact), nameKey(previous)] as const];
    }),
  );
  if (oldNames.size === 0) return facts;
  const assets = new Map(
    facts
      .filter(({ kind }) => kind !== "job" && kind !== "ml_job")
      .map((fact) => [nameKey(fact.name), fact]),
  );
  return facts.map((fact) => {
    const old = assets.get(oldNames.get(factKey(fact)) ?? "");
    return old === undefined || old === fact ? fact : takeOver(old, fact);
  });
}

function previousName({ attributes }: AssetFact): AssetName | undefined {
  const lifecycle = attributes.extra?.["lifecycle"] as Lifecycle | undefined;
  if (lifecycle?.state !== "RENAME" || lifecycle.previous === undefined) return undefined;
  return settleDatasetName(lifecycle.previous);
}

function takeOver(old: AssetFact, fact: AssetFact): AssetFact {
  const own = new Set(fact.queries.map(({ name }) => name));
  const moved = old.edges.filter(({ from }) => !isName(from.name, fact.name));
  return {
    ...fact,
    ...laterColumns(old, fact),
    edges: laterEdges(moved, fact.edges),
    queries: [...old.queries.filter(({ name }) => !own.has(name)), ...fact.queries],
  };
}

/** Under which later events of one source speak of the same thing. A job may be called as a table is. */
export const factKey = (fact: AssetFact): string =>
  `${fact.kind === "job" || fact.kind === "ml_job" ? "job" : "asset"}\n${nameKey(fact.name)}`;

export function mergeEventFact(first: AssetFact, second: AssetFact): AssetFact {
  if (!mayLoseItsReads(first) && saysTheSame(first, second)) return keepAsLists(first, second);
  // What comes late does not undo what happened after it.
  const told = toldAt(second);
  const isLate = told !== undefined && told < (toldAt(first) ?? "");
  const [before, after] = isLate ? [second, first] : [first, second];
  const merged = keepDescribed(first, mergeInOrder(before, after));
  // Another run that says the same is no news: who said it first stands.
  return saysTheSame(first, merged) ? first : merged;
}

/** A description that comes again soon is no news. */
function keepDescribed(first: AssetFact, merged: AssetFact): AssetFact {
  const [before, after] = [describedAt(first), describedAt(merged)];
  if (before === undefined || after === undefined || before === after) return merged;
  const isSame = Math.abs(millisecondsBetween(before, after)) < SAME_NEWS_MS;
  const kept = isSame ? before : latestOf(before, after);
  const extra = { ...merged.attributes.extra, [DESCRIBED_AT]: kept };
  return { ...merged, attributes: { ...merged.attributes, extra } };
}

/** A job that is known to write has no reads of its own, even where two events of it say so alike. */
const mayLoseItsReads = (fact: AssetFact): boolean =>
  (fact.kind === "job" || fact.kind === "ml_job") && fact.edges.length + fact.queries.length > 0;

function mergeInOrder(before: AssetFact, after: AssetFact): AssetFact {
  const path = after.path ?? before.path;
  const aliases = new Map(
    [...(before.aliases ?? []), ...(after.aliases ?? [])].map((name) => [nameKey(name), name]),
  );
  const kind = laterKind(before, after);
  const attributes = laterAttributes(before, after);
  // A job that turned out to write something is no end of the lineage any more.
  const isMover =
    (kind === "job" || kind === "ml_job") && typeof attributes.extra?.["outputs"] === "number";
  const names = new Set(after.queries.map((query) => query.name));
  return {
    name: after.name,
    ...(path === undefined ? {} : { path }),
    ...(kind === undefined ? {} : { kind }),
    attributes,
    ...laterColumns(before, after),
    edges: isMover ? [] : laterEdges(before.edges, after.edges),
    queries: isMover
      ? []
      : [...before.queries.filter((query) => !names.has(query.name)), ...after.queries],
    ...(aliases.size === 0 ? {} : { aliases: [...aliases.values()] }),
    provenance: onlyNames(before, after) ? before.provenance : after.provenance,
    ...(before.placeholder === true && after.placeholder === true ? { placeholder: true } : {}),
  };
}

/** The later event only reads what the earlier one wrote. */
const onlyNames = (before: AssetFact, after: AssetFact): boolean =>
  after.placeholder === true && before.placeholder !== true;

const laterKind = (before: AssetFact, after: AssetFact): AssetFact["kind"] =>
  onlyNames(before, after) ? (before.kind ?? after.kind) : (after.kind ?? before.kind);

function laterAttributes(before: AssetFact, after: AssetFact): AssetFact["attributes"] {
  const extra = { ...before.attributes.extra, ...after.attributes.extra };
  const [weaker, stronger] = onlyNames(before, after) ? [after, before] : [before, after];
  return {
    ...weaker.attributes,
    ...stronger.attributes,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
    ...laterRun(before, after),
  };
}

/** A reader's view of the columns does not replace what the writer said, and a partial list not a whole one. */
function laterColumns(
  before: AssetFact,
  after: AssetFact,
): Pick<AssetFact, "columns" | "columnsComplete"> {
  const isWeaker =
    after.columns === undefined ||
    (before.columnsComplete === true && after.columnsComplete !== true) ||
    (after.placeholder === true && before.placeholder !== true && before.columns !== undefined);
  const stronger = isWeaker ? before : after;
  const weaker = isWeaker ? after : before;
  if (stronger.columns === undefined) return {};
  const details = new Map((weaker.columns ?? []).map((column) => [column.name, column]));
  const columns = stronger.columns.map((column) => ({ ...details.get(column.name), ...column }));
  const known = new Set(columns.map((column) => column.name));
  const rest =
    stronger.columnsComplete === true
      ? []
      : (weaker.columns ?? []).filter((column) => !known.has(column.name));
  return { columns: [...columns, ...rest], columnsComplete: stronger.columnsComplete === true };
}

/** Runs that end alike within this time are one piece of news; the collection `runs` has each of them. */
const SAME_NEWS_MS = 15 * 60_000;

function laterRun(before: AssetFact, after: AssetFact): Pick<AssetFact["attributes"], "lastRun"> {
  const a = before.attributes.lastRun;
  const b = after.attributes.lastRun;
  if (a === undefined || b === undefined) return pick(a ?? b);
  const isFirst = stands(a, b);
  return pick(withLastGood(isFirst ? a : b, isFirst ? b : a));
}

/** Whether the first one stands. How the last run ended is known until the next one has ended. */
function stands(a: RunEnd, b: RunEnd): boolean {
  if ((a.state === "running") !== (b.state === "running")) return b.state === "running";
  if (a.state === b.state && Math.abs(millisecondsBetween(a.at, b.at)) < SAME_NEWS_MS) return true;
  return a.at > b.at;
}

type RunEnd = NonNullable<AssetFact["attributes"]["lastRun"]>;

const pick = (
  lastRun: AssetFact["attributes"]["lastRun"],
): Pick<AssetFact["attributes"], "lastRun"> => (lastRun === undefined ? {} : { lastRun });

function laterEdges(before: readonly EdgeFact[], after: readonly EdgeFact[]): readonly EdgeFact[] {
  if (nameTheSame(before, after)) return after;
  const told = new Set(after.filter((edge) => edge.use !== "UNKNOWN").map(flowOf));
  const fresh = new Set(after.map(edgeKey));
  const kept = before.filter((edge) => !told.has(flowOf(edge)) && !fresh.has(edgeKey(edge)));
  const known = new Set(kept.filter((edge) => edge.use !== "UNKNOWN").map(flowOf));
  return [...kept, ...after.filter((edge) => edge.use !== "UNKNOWN" || !known.has(flowOf(edge)))];
}

/** All of the earlier edges are told again, in their order. */
const nameTheSame = (before: readonly EdgeFact[], after: readonly EdgeFact[]): boolean =>
  before.length === after.length &&
  before.every((edge, at) => {
    const other = after[at];
    return (
      other !== undefined &&
      edge.toColumn === other.toColumn &&
      edge.use === other.use &&
      edge.from.column === other.from.column &&
      isName(edge.from.name, other.from.name) &&
      isName(edge.via, other.via)
    );
  });

const isName = (a: AssetName | undefined, b: AssetName | undefined): boolean =>
  a?.name === b?.name && a?.namespace === b?.namespace;

/** What one job moves from one dataset. */
const flowOf = (edge: EdgeFact): string =>
  `${edge.via === undefined ? "" : nameKey(edge.via)}\n${nameKey(edge.from.name)}`;

const edgeKey = (edge: EdgeFact): string =>
  JSON.stringify([flowOf(edge), edge.from.column, edge.toColumn, edge.use]);

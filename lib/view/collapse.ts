import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { groupBy } from "#lib/kit/group-by.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { BlastAnswer, BlastEdge } from "./blast-answer.ts";
import { isHit } from "./counts.ts";
import { worstOf } from "./fold-between.ts";
import { matchesFilter } from "./ranking.ts";
import type { SceneCounts, SceneFold } from "./scene.ts";
import { countOf, sayNumber } from "./verdict-words.ts";
import type { ViewState } from "./view-state.ts";

/** No more cards than these at once: beyond, nobody reads them and the page would freeze. */
export const DRAW_LIMIT = 200;

/** Of what is unaffected, so many that stop the change themselves are shown, as long as the picture is small. */
const SHOWN_STOPS = 3;
/** A domain that is only there for such a stop costs a lane of its own. */
const STOPS_ELSEWHERE = 1;
const SMALL_PICTURE = 60;

/** The key of the fold that holds what is off the only path shown; no domain is called so. */
export const OFF_PATH = "\u0000off-path";

export interface Drawn {
  readonly ids: ReadonlySet<AssetId>;
  readonly folds: readonly SceneFold[];
  readonly counts: SceneCounts;
}

type Choice = Pick<ViewState, "find" | "verdicts" | "opened" | "pathOnly" | "selected" | "level">;

function readersAbove(edges: readonly BlastEdge[]): ReadonlyMap<AssetId, readonly BlastEdge[]> {
  const into = new Map<AssetId, BlastEdge[]>();
  for (const edge of edges) {
    const list = into.get(edge.to.asset);
    if (list === undefined) into.set(edge.to.asset, [edge]);
    else list.push(edge);
  }
  return into;
}

/** Adds an asset with all that leads to it from the changes, so that no card hangs in the air; false where there is no room. */
function createCollector(answer: BlastAnswer, limit: number) {
  const into = readersAbove(answer.graph.edges);
  const ids = new Set<AssetId>(
    answer.graph.nodes.filter((node) => node.changed).map((node) => node.id),
  );

  const leadTo = (id: AssetId): ReadonlySet<AssetId> => {
    const found = new Set<AssetId>([id]);
    const queue = [id];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const edges = into.get(at) ?? [];
      const live = edges.filter((edge) => edge.state !== "idle");
      for (const { from } of live.length > 0 ? live : edges) {
        if (found.has(from.asset) || ids.has(from.asset)) continue;
        found.add(from.asset);
        queue.push(from.asset);
      }
    }
    return found;
  };

  return {
    ids,
    add(id: AssetId): boolean {
      if (ids.has(id)) return true;
      const needed = leadTo(id);
      if (ids.size + needed.size > limit) return false;
      for (const one of needed) ids.add(one);
      return true;
    },
  };
}

function foldText(verdicts: readonly AssetVerdict[]): string {
  const hit = verdicts.filter(isHit).length;
  const unknown = verdicts.filter((verdict) => verdict.verdict === "unknown").length;
  const quiet = verdicts.length - hit - unknown;
  const parts = [
    hit > 0 ? `${hit} hit` : "",
    unknown > 0 ? `${unknown} unknown` : "",
    quiet > 0 ? `${quiet} unaffected` : "",
  ].filter((part) => part !== "");
  return `+${parts.join(", ")}`;
}

const domainOf = (verdict: AssetVerdict): string => verdict.asset.domain ?? "";

interface Rest {
  readonly rest: readonly AssetVerdict[];
  readonly drawnDomains: ReadonlySet<string>;
  readonly opened: readonly string[];
}

/** What is unaffected is one fold until it is opened, then one for each domain; what is hit and has no room, likewise. */
function foldRest({ rest, drawnDomains, opened }: Rest): readonly SceneFold[] {
  const apart = opened.includes("");
  const isApart = (verdict: AssetVerdict) =>
    apart || (verdict.verdict !== "unaffected" && drawnDomains.has(domainOf(verdict)));
  const elsewhere = rest.filter((verdict) => !isApart(verdict));
  const folds = [...groupBy(rest.filter(isApart), domainOf)].map(
    ([domain, members]): SceneFold => ({
      id: `fold:${domain}`,
      key: domain,
      lane: domain,
      members: members.map((one) => one.asset.id),
      text: foldText(members),
      verdict: worstOf(members),
    }),
  );
  if (elsewhere.length === 0) return folds;
  return [
    ...folds,
    {
      id: "fold:",
      key: "",
      lane: "",
      members: elsewhere.map((one) => one.asset.id),
      text: foldText(elsewhere),
      verdict: worstOf(elsewhere),
    },
  ];
}

/** While only one path is shown, all else is one fold: opening it shows the whole graph again. */
function foldOffPath(rest: readonly AssetVerdict[]): readonly SceneFold[] {
  if (rest.length === 0) return [];
  const text = `+${rest.length} off this path`;
  return [
    {
      id: "fold:",
      key: OFF_PATH,
      lane: "",
      members: rest.map((one) => one.asset.id),
      text,
      verdict: worstOf(rest),
    },
  ];
}

/** Unaffected assets that end the change right behind something drawn, best in a domain that is drawn anyway: the picture shows where it stops. */
function pickStops(answer: BlastAnswer, drawn: ReadonlySet<AssetId>): readonly AssetId[] {
  const stops = new Set(
    answer.graph.edges
      .filter(
        (edge) =>
          edge.state === "absorbed" && drawn.has(edge.from.asset) && !drawn.has(edge.to.asset),
      )
      .map((edge) => edge.to.asset),
  );
  const domains = new Set(
    answer.graph.nodes.filter((node) => drawn.has(node.id)).map((node) => node.domain),
  );
  const ranked = answer.assessment.verdicts
    .filter((verdict) => stops.has(verdict.asset.id) && stopsByUse(verdict))
    .toSorted((a, b) => (a.asset.tier ?? 9) - (b.asset.tier ?? 9));
  const home = ranked.filter((verdict) => domains.has(domainOf(verdict)));
  const elsewhere = ranked
    .filter((verdict) => !domains.has(domainOf(verdict)))
    .slice(0, STOPS_ELSEWHERE);
  return [...home, ...elsewhere].slice(0, SHOWN_STOPS).map((verdict) => verdict.asset.id);
}

/** What reads the table and not the column has nothing to show. */
const stopsByUse = (verdict: AssetVerdict): boolean =>
  verdict.absorbedBy?.some((stop) => stop.use !== "NOT_USED") === true;

type Parts = ReadonlyMap<AssetId, readonly AssetId[]>;

interface Collection {
  readonly limit: number;
  readonly wholeOf: ReadonlyMap<AssetId, AssetId>;
}

function collectAll(
  answer: BlastAnswer,
  view: Choice,
  { limit, wholeOf }: Collection,
): ReadonlySet<AssetId> {
  const collector = createCollector(answer, limit);
  const { verdicts } = answer.assessment;
  const filtered = view.find.trim() !== "" || view.verdicts.length > 0;
  const add = (id: AssetId) => collector.add(wholeOf.get(id) ?? id);
  if (view.pathOnly && view.selected !== undefined) {
    add(view.selected);
    return collector.ids;
  }
  if (view.selected !== undefined && verdicts.some((one) => one.asset.id === view.selected))
    add(view.selected);
  const wanted = filtered
    ? verdicts.filter((verdict) => matchesFilter(verdict, view))
    : verdicts.filter((verdict) => verdict.verdict !== "unaffected");
  for (const verdict of wanted) add(verdict.asset.id);
  for (const verdict of verdicts)
    if (view.opened.includes(domainOf(verdict))) add(verdict.asset.id);
  if (!filtered && view.level !== "consumers" && collector.ids.size <= SMALL_PICTURE)
    for (const id of pickStops(answer, collector.ids)) collector.add(id);
  return collector.ids;
}

const NO_PARTS: Parts = new Map();

/** Which assets are drawn as cards, which are folded and which are filtered out: each exactly one of the three. */
export function collapse(
  answer: BlastAnswer,
  view: Choice,
  {
    limit = DRAW_LIMIT,
    parts = NO_PARTS,
  }: { readonly limit?: number; readonly parts?: Parts } = {},
): Drawn {
  const wholeOf = new Map(
    [...parts].flatMap(([whole, members]) => members.map((member) => [member, whole] as const)),
  );
  const ids = collectAll(answer, view, { limit, wholeOf });
  const { verdicts, hidden } = answer.assessment;
  const isInCard = ({ asset }: AssetVerdict): boolean => {
    const whole = wholeOf.get(asset.id);
    return whole !== undefined && ids.has(whole);
  };
  const inCards = verdicts.filter(isInCard);
  const rest = verdicts.filter((verdict) => !ids.has(verdict.asset.id) && !isInCard(verdict));
  const inFolds = rest.filter((verdict) => matchesFilter(verdict, view));
  const drawnDomains = new Set(
    answer.graph.nodes.filter((node) => ids.has(node.id)).map((node) => node.domain),
  );
  return {
    ids,
    folds: view.pathOnly
      ? foldOffPath(inFolds)
      : foldRest({ rest: inFolds, drawnDomains, opened: view.opened }),
    counts: {
      reached: verdicts.length,
      drawn: verdicts.length - rest.length - inCards.length,
      folded: inFolds.length + inCards.length,
      filtered: rest.length - inFolds.length,
      hidden,
      onTheWay: verdicts.filter(
        (verdict) => ids.has(verdict.asset.id) && !matchesFilter(verdict, view),
      ).length,
      domains: 0,
    },
  };
}

/** What stands before the counts. */
export const sayWhetherComplete = (complete: boolean): string =>
  complete ? "Complete:" : "Part of the lineage is not known.";

/** `54 reached, 17 drawn, 37 folded`; says what a filter leaves out, and how many are hidden, where there are any. */
export function sayCounts(counts: SceneCounts): string {
  const filtered = counts.filtered > 0 ? `, ${sayNumber(counts.filtered)} filtered out` : "";
  const hidden = counts.hidden > 0 ? `, ${sayNumber(counts.hidden)} hidden` : "";
  const way = counts.onTheWay > 0 ? ` (${sayNumber(counts.onTheWay)} on the way)` : "";
  const drawn =
    counts.domains > 0
      ? `${sayNumber(counts.folded)} folded into ${countOf(counts.domains, { one: "domain", many: "domains" })}${way}`
      : `${sayNumber(counts.drawn)} drawn${way}, ${sayNumber(counts.folded)} folded`;
  return `${countOf(counts.reached, { one: "reached", many: "reached" })}, ${drawn}${filtered}${hidden}`;
}

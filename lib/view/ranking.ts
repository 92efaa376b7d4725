import type { Assessment, AssetVerdict } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { assignRoles, isHit } from "./counts.ts";
import { KIND_WORDS, sayVerdict } from "./verdict-words.ts";
import type { Grouping, ViewState } from "./view-state.ts";

/** A line of the list: `rank` counts the hit consumers from the worst, whatever the grouping. */
export interface RankedRow {
  readonly verdict: AssetVerdict;
  readonly rank?: number;
}

export interface RankedGroup {
  /** Empty when the list is not grouped. */
  readonly title: string;
  readonly rows: readonly RankedRow[];
}

/** The list beside the graph. Every asset of the answer is in exactly one of the parts, or counted as filtered out. */
export interface Ranking {
  /** Consumers that fail, are silently wrong, late or relabelled. */
  readonly groups: readonly RankedGroup[];
  /** Consumers of which nobody can say: apart, without points. */
  readonly unknown: readonly AssetVerdict[];
  /** Datasets, jobs and charts that are hit or unknown on the way. */
  readonly between: readonly AssetVerdict[];
  readonly unaffectedConsumers: readonly AssetVerdict[];
  readonly unaffectedBetween: readonly AssetVerdict[];
  readonly filteredOut: number;
}

/** A text matches in a name, an owner, a domain, the kind or the verdict's word. */
export function matchesFilter(
  verdict: AssetVerdict,
  view: Pick<ViewState, "find" | "verdicts">,
): boolean {
  if (view.verdicts.length > 0 && !view.verdicts.includes(verdict.verdict)) return false;
  const needle = view.find.trim().toLowerCase();
  if (needle === "") return true;
  const { name, shortName, owner, domain, kind } = verdict.asset;
  const hay = [name, shortName, owner, domain, KIND_WORDS[kind].one, sayVerdict(verdict)];
  return hay.some((text) => text?.toLowerCase().includes(needle));
}

const NOBODY: Readonly<Record<Grouping, string>> = {
  rank: "",
  domain: "no domain",
  owner: "no owner known",
};

function groupRows(rows: readonly RankedRow[], by: Grouping): readonly RankedGroup[] {
  if (by === "rank") return rows.length === 0 ? [] : [{ title: "", rows }];
  const groups = new Map<string, RankedRow[]>();
  for (const row of rows) {
    const title = row.verdict.asset[by] ?? NOBODY[by];
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [row]);
    else group.push(row);
  }
  return [...groups].map(([title, members]) => ({ title, rows: members }));
}

/** The assessment's own order (points, hops, name) holds in every part; groups stand in the order of their worst row. */
export function rankConsumers(
  assessment: Assessment,
  view: Pick<ViewState, "find" | "verdicts" | "grouping">,
): Ranking {
  const roles = assignRoles(assessment);
  const isConsumer = (verdict: AssetVerdict) => roles.get(verdict.asset.id) === "consumer";
  const ranked = assessment.verdicts.filter((verdict) => isConsumer(verdict) && isHit(verdict));
  const rankOf = new Map<AssetId, number>(ranked.map((verdict, at) => [verdict.asset.id, at + 1]));
  const shown = assessment.verdicts.filter((verdict) => matchesFilter(verdict, view));
  const hit = shown.filter((verdict) => rankOf.has(verdict.asset.id));
  const rest = shown.filter((verdict) => !rankOf.has(verdict.asset.id));
  return {
    groups: groupRows(
      hit.map((verdict) => ({ verdict, rank: rankOf.get(verdict.asset.id) ?? 0 })),
      view.grouping,
    ),
    unknown: rest.filter((verdict) => isConsumer(verdict) && verdict.verdict === "unknown"),
    between: rest.filter((verdict) => !isConsumer(verdict) && verdict.verdict !== "unaffected"),
    unaffectedConsumers: rest.filter(
      (verdict) => isConsumer(verdict) && verdict.verdict === "unaffected",
    ),
    unaffectedBetween: rest.filter(
      (verdict) => !isConsumer(verdict) && verdict.verdict === "unaffected",
    ),
    filteredOut: assessment.verdicts.length - shown.length,
  };
}

/** The asset that the screen opens with: the chosen one, else the worst, else one that nobody knows of. */
export function pickSelected(
  ranking: Ranking,
  selected: AssetId | undefined,
  assessment: Assessment,
): AssetVerdict | undefined {
  const chosen = assessment.verdicts.find((verdict) => verdict.asset.id === selected);
  return chosen ?? ranking.groups[0]?.rows[0]?.verdict ?? ranking.unknown[0];
}

import type { AssetVerdict, Verdict } from "#lib/impact/assessment.ts";
import { groupBy } from "#lib/kit/group-by.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { BlastAnswer, BlastNode } from "./blast-answer.ts";
import type { SceneFold } from "./scene.ts";
import { countOf, VERDICT_ORDER } from "./verdict-words.ts";

/** The key under which what lies between in a domain is opened, in the address. */
export const viaKey = (domain: string): string => `via:${domain}`;

export interface FoldedBetween {
  readonly ids: ReadonlySet<AssetId>;
  readonly folds: readonly SceneFold[];
}

interface BetweenInput {
  readonly answer: BlastAnswer;
  /** What would be drawn as cards. */
  readonly ids: ReadonlySet<AssetId>;
  readonly opened: readonly string[];
  readonly selected?: AssetId | undefined;
}

/** Puts what lies between the change and its consumers into one step for each domain; a step of one stays a card. */
export function foldBetween({ answer, ids, opened, selected }: BetweenInput): FoldedBetween {
  const verdicts = new Map(
    answer.assessment.verdicts.map((verdict) => [verdict.asset.id, verdict]),
  );
  const isBetween = (node: BlastNode): boolean =>
    ids.has(node.id) &&
    !node.changed &&
    !node.isConsumer &&
    node.id !== selected &&
    !opened.includes(viaKey(node.domain));
  const folds: SceneFold[] = [];
  const kept = new Set(ids);
  for (const [domain, members] of groupBy(
    answer.graph.nodes.filter(isBetween),
    (node) => node.domain,
  )) {
    if (members.length < 2) continue;
    for (const member of members) kept.delete(member.id);
    folds.push({
      id: `fold:${viaKey(domain)}`,
      key: viaKey(domain),
      lane: domain,
      members: members.map((member) => member.id),
      text: countOf(members.length, { one: "dataset", many: "datasets" }),
      names: members.map((member) => member.shortName).join(", "),
      verdict: worstOf(members.flatMap((member) => verdicts.get(member.id) ?? [])),
    });
  }
  return { ids: kept, folds };
}

/** Datasets of a domain that lie between and have no room as cards belong to its one step, and to no second fold beside it. */
export function joinSteps(
  steps: readonly SceneFold[],
  { rest, answer }: { readonly rest: readonly SceneFold[]; readonly answer: BlastAnswer },
): readonly SceneFold[] {
  const consumers = new Set(answer.graph.nodes.flatMap((node) => (node.isConsumer ? node.id : [])));
  const names = new Map(answer.graph.nodes.map((node) => [node.id, node.shortName]));
  const joined = new Set<SceneFold>();
  const whole = steps.map((step): SceneFold => {
    const more = rest.find(
      (fold) =>
        fold.lane === step.lane &&
        fold.key === step.lane &&
        fold.verdict !== "unaffected" &&
        !fold.members.some((id) => consumers.has(id)),
    );
    if (more === undefined) return step;
    joined.add(more);
    const members = [...step.members, ...more.members];
    return {
      ...step,
      members,
      text: countOf(members.length, { one: "dataset", many: "datasets" }),
      names: members.map((id) => names.get(id) ?? "").join(", "),
      verdict:
        VERDICT_ORDER.find((verdict) => verdict === step.verdict || verdict === more.verdict) ??
        step.verdict,
    };
  });
  return [...whole, ...rest.filter((fold) => !joined.has(fold))];
}

/** The worst of several verdicts. */
export const worstOf = (verdicts: readonly AssetVerdict[]): Verdict =>
  VERDICT_ORDER.find((verdict) => verdicts.some((one) => one.verdict === verdict)) ?? "unaffected";

import type { Verdict } from "#lib/impact/assessment.ts";
import { fingerprint } from "#lib/kit/fingerprint.ts";
import { UNSAID_TIER } from "#lib/model/asset.ts";
import type { ReaderCount, ReviewContent, ReviewedVerdict } from "./review-action.ts";
import type { ReviewDrift } from "./shown-review.ts";

/** Fingerprint of the changes alone: the same for as long as nobody edits them. */
export const changesHashOf = ({ changesHash, hash }: ReviewContent): string => changesHash ?? hash;

/** How much each asks of an owner; between the two kinds of breaking neither is the lesser. */
const HARM: Readonly<Record<Verdict, number>> = {
  unaffected: 0,
  degraded: 1,
  unknown: 2,
  breaks_loudly: 3,
  breaks_silently: 3,
};

const SURE = { possible: 1, likely: 2, certain: 3 } as const;

const sureness = ({ certainty }: ReviewedVerdict): number =>
  certainty === null ? 0 : SURE[certainty];

/** Whether an owner that answered for what was then has not answered for what is now. */
function isNews(before: ReviewedVerdict, now: ReviewedVerdict): boolean {
  const more = HARM[now.verdict] - HARM[before.verdict];
  return (
    more > 0 ||
    (more === 0 && before.verdict !== now.verdict) ||
    (before.verdict === now.verdict && sureness(now) > sureness(before)) ||
    (now.tier ?? UNSAID_TIER) < (before.tier ?? UNSAID_TIER) ||
    // A source that names no owner any more takes nobody's say away.
    (now.owner !== undefined && now.owner !== before.owner)
  );
}

/** What is affected today and was not when owners were asked, or is worse off than they were told. */
export const listNews = ({
  appeared,
  altered,
}: Pick<ReviewDrift, "appeared" | "altered">): readonly ReviewedVerdict[] => [
  ...appeared,
  ...altered.flatMap(({ before, now }) => (isNews(before, now) ? [{ ...before, ...now }] : [])),
];

/**
 * The content with what is affected today beside what was affected before: who has moved was asked and stays asked, so that
 * a reader that comes back is no news, and what its owner said stands. Undefined: nothing is news.
 */
export function judgeAgain(content: ReviewContent, drift: ReviewDrift): ReviewContent | undefined {
  const news = listNews(drift);
  const complete = content.complete && drift.complete;
  if (news.length === 0 && complete === content.complete) return undefined;
  const anew = new Map(news.map((entry) => [entry.asset, entry]));
  const known = new Set(content.verdicts.map(({ asset }) => asset));
  const verdicts = [
    ...content.verdicts.map((entry) => anew.get(entry.asset) ?? entry),
    ...news.filter(({ asset }) => !known.has(asset)),
  ];
  const changesHash = changesHashOf(content);
  const told = verdicts.map(({ asset, verdict, certainty, owner, tier }) =>
    JSON.stringify([asset, verdict, certainty, owner ?? null, tier ?? null]),
  );
  return {
    ...content,
    // Who read the content of before has not read this.
    hash: fingerprint(JSON.stringify([changesHash, complete, told.sort()])),
    changesHash,
    graphVersion: drift.graphVersion,
    complete,
    verdicts,
    readers: withReaders(content.readers, drift.readers),
  };
}

function withReaders(before: ReaderCount, now: ReaderCount): ReaderCount {
  const owners = { ...before.owners, ...now.owners };
  return {
    names: [...new Set([...before.names, ...now.names])].sort(),
    ...(Object.keys(owners).length === 0 ? {} : { owners }),
    ...(now.unsaid === undefined ? {} : { unsaid: now.unsaid }),
    ...(now.notCounted === undefined ? {} : { notCounted: now.notCounted }),
  };
}

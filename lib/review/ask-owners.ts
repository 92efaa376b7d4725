import { fingerprint } from "#lib/kit/fingerprint.ts";
import { UNSAID_TIER } from "#lib/model/asset.ts";
import type { Ask, Review } from "./review.ts";
import type { ReviewContent, ReviewedVerdict } from "./review-action.ts";

/** What each owner is asked about a content of the change, before anybody has answered. */
export function askOwners({ verdicts }: ReviewContent, since: string): readonly Ask[] {
  const byOwner = new Map<string | undefined, ReviewedVerdict[]>();
  for (const entry of verdicts) {
    const own = byOwner.get(entry.owner);
    if (own === undefined) byOwner.set(entry.owner, [entry]);
    else own.push(entry);
  }
  return [...byOwner]
    .sort(([a], [b]) => (a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : 1))
    .map(([owner, own]) => askOne({ owner, own, since }));
}

function askOne({
  owner,
  own,
  since,
}: {
  readonly owner: string | undefined;
  readonly own: readonly ReviewedVerdict[];
  readonly since: string;
}): Ask {
  const tier = own.flatMap((entry) => entry.tier ?? []).sort()[0];
  const told = own.map(({ asset, verdict, certainty }) => [asset, verdict, certainty]);
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(tier === undefined ? {} : { tier }),
    assets: own.map(({ name }) => name).sort(),
    domains: [...new Set(own.flatMap(({ domain }) => domain ?? []))].sort(),
    verdictKey: fingerprint(JSON.stringify(told.map((one) => JSON.stringify(one)).sort())),
    since,
    voided: [],
  };
}

/** What is asked after an edit: an answer stays where nothing else happens to the owner than before. */
export function askAgain(
  { asks }: Pick<Review, "asks">,
  {
    content,
    at,
    isNewTierAsked = false,
  }: {
    readonly content: ReviewContent;
    readonly at: string;
    /** Whether a better tier is a question of its own. Edits of before have let such answers stand. */
    readonly isNewTierAsked?: boolean;
  },
): readonly Ask[] {
  const before = new Map(asks.map((ask) => [ask.owner, ask]));
  return askOwners(content, at).map((ask) => {
    const known = before.get(ask.owner);
    if (known === undefined) return ask;
    const { signOff, voided, since, verdictKey } = known;
    if (verdictKey !== ask.verdictKey || (isNewTierAsked && isBetterTier(ask, known)))
      return { ...ask, voided: signOff === undefined ? voided : [...voided, signOff] };
    return { ...ask, since, voided, ...(signOff === undefined ? {} : { signOff }) };
  });
}

const isBetterTier = (now: Ask, before: Ask): boolean =>
  (now.tier ?? UNSAID_TIER) < (before.tier ?? UNSAID_TIER);

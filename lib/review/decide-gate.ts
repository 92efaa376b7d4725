import type { Finding } from "./finding.ts";
import { counts, type GatePolicy, rulesFor } from "./gate-policy.ts";
import { isInLastHours } from "./last-hours.ts";
import { lastHoursOf } from "./review-policy.ts";

/** How much of what the answer rests on is known. */
export interface Confidence {
  /** Share of reads that are known to the column, 0 to 1. */
  readonly columnsKnown: number;
  /** Assets whose SQL or lineage was not understood, each with why. */
  readonly notUnderstood: readonly { readonly asset: string; readonly why: string }[];
}

export type Outcome = "passed" | "blocked" | "would_block" | "incomplete" | "would_be_incomplete";

export interface Decision {
  readonly outcome: Outcome;
  readonly blocked: boolean;
  /** As the command line ends: 0 passed or observed, 1 blocked, 3 incomplete. */
  readonly exitCode: 0 | 1 | 3;
  readonly findings: readonly Finding[];
  /** One sentence. */
  readonly why: string;
  /** Absent: the policy has no hours before days off, or it is not one of them. */
  readonly onCall?: OnCall;
}

/** Shortly before days off somebody has to be there for what may be silently wrong. */
export interface OnCall {
  /** Something of this check needs somebody; without a name it counts. */
  readonly needed: boolean;
  readonly named?: string;
}

interface GateQuestion {
  readonly findings: readonly Finding[];
  readonly policy: GatePolicy;
  readonly confidence: Confidence;
  /** Places of statements that may have changed anything: with one of them nothing has passed. */
  readonly unread?: readonly string[];
  /** Files that are broken and so in neither state. No policy that observes lets that pass: nothing was compared there. */
  readonly leftOut?: readonly string[];
  /** What may be something that changes or is reached, under another name, with readers that were not judged. */
  readonly twins?: readonly { readonly said: string; readonly domain?: string }[];
  /** ISO 8601: when it would go out. */
  readonly now: string;
  /** Who is there when it goes wrong. */
  readonly onCall?: string;
}

/** What the policy makes of the findings. Waived and old ones count for nothing. */
export function decideGate({
  findings,
  policy,
  confidence,
  unread = [],
  leftOut = [],
  twins = [],
  now,
  onCall,
}: GateQuestion): Decision {
  const isLate =
    policy.last_hours !== undefined && isInLastHours(lastHoursOf(policy.last_hours), now);
  const needsOnCall = (finding: Finding): boolean => isLate && isRisky(finding, policy);
  const judged = findings.map((finding) => {
    const counts = isCounted(finding, policy) || (onCall === undefined && needsOnCall(finding));
    return { ...finding, counts, blocks: counts && isStoppedIn(policy, finding.asset.domain) };
  });
  const counted = judged.filter((finding) => finding.counts);
  const blocking = counted.filter(({ blocks }) => blocks);
  const done = (outcome: Outcome, exitCode: Decision["exitCode"], why: string): Decision => ({
    outcome,
    blocked: outcome === "blocked",
    exitCode,
    findings: judged,
    why,
    ...(isLate
      ? {
          onCall: {
            needed: judged.some(needsOnCall),
            ...(onCall === undefined ? {} : { named: onCall }),
          },
        }
      : {}),
  });
  const isOnlyLate = (those: readonly Finding[]): boolean =>
    those.every((finding) => !isCounted(finding, policy));
  const alone = `that may be silently wrong, shortly before days off, with nobody named who is on call`;
  if (blocking.length > 0)
    return done(
      "blocked",
      1,
      `${sayCount(blocking.length)} ${isOnlyLate(blocking) ? alone : "that the policy blocks"}`,
    );
  for (const { why, isStopped } of gapsOf({ judged, policy, confidence, unread, leftOut, twins })) {
    if (isStopped) return done("incomplete", 3, why);
    if (counted.length === 0) return done("would_be_incomplete", 0, why);
  }
  if (counted.length > 0)
    return done(
      "would_block",
      0,
      `${sayCount(counted.length)} ${isOnlyLate(counted) ? `${alone}:` : "that"} would have been blocked; the policy observes`,
    );
  return done(
    "passed",
    0,
    judged.length > 0 ? "nothing that the policy counts" : nothingBreaks(confidence),
  );
}

type Known = Required<Pick<GateQuestion, "policy" | "confidence" | "unread" | "leftOut" | "twins">>;

interface Gap {
  readonly why: string;
  /** The policy ends the check there; otherwise it only says so where nothing else counts. */
  readonly isStopped: boolean;
}

/** Why nobody can say that nothing breaks, the gravest first. */
function gapsOf({
  judged,
  policy,
  confidence,
  unread,
  leftOut,
  twins,
}: Known & { readonly judged: readonly Finding[] }): readonly Gap[] {
  const blocks = policy.incomplete.mode === "block";
  const leftOutGap: Gap = {
    why: `${listNames(leftOut)} could not be read, and nobody can say what changed there`,
    isStopped: blocks,
  };
  if (!blocks) return leftOut.length > 0 ? [leftOutGap] : [];
  const isKnownEnough = confidence.columnsKnown >= policy.incomplete.columns_known;
  const stopsIn = (domain: string | undefined): boolean =>
    isKnownEnough && isStoppedIn(policy, domain);
  const holes = judged.filter(isHole);
  const gaps: readonly (Gap & { readonly of: readonly unknown[] })[] = [
    { of: leftOut, ...leftOutGap },
    {
      of: holes,
      why: `what happens to ${holes.map(({ asset }) => asset.shortName).join(", ")} is not known`,
      isStopped: holes.some(({ asset }) => stopsIn(asset.domain)),
    },
    {
      of: twins,
      why: listNames(twins.map(({ said }) => said)),
      isStopped: twins.some(({ domain }) => stopsIn(domain)),
    },
    {
      of: unread,
      why: `what the statement at ${unread.join(", ")} changes is not known`,
      isStopped: policy.mode === "block",
    },
  ];
  return gaps.filter(({ of }) => of.length > 0);
}

const nothingBreaks = ({ notUnderstood }: Pick<Confidence, "notUnderstood">): string =>
  notUnderstood.length === 0 ? "nothing breaks" : "nothing that we know breaks";

/** The first few, and how many more. */
function listNames(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  return `${names.slice(0, SHOWN_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const SHOWN_NAMES = 5;

const isStoppedIn = (policy: GatePolicy, domain: string | undefined): boolean =>
  rulesFor(policy, domain).mode === "block";

const sayCount = (count: number): string => `${count} ${count === 1 ? "finding" : "findings"}`;

function isCounted(finding: Finding, policy: GatePolicy): boolean {
  if (!finding.new || finding.waived) return false;
  const { verdict, certainty, asset } = finding;
  return counts(rulesFor(policy, asset.domain), { verdict, certainty, tier: asset.tier });
}

/** What may be silently wrong, however likely, for a tier that the hours before days off are about. */
function isRisky({ verdict, asset, new: isNew, waived }: Finding, policy: GatePolicy): boolean {
  const { last_hours } = policy;
  if (last_hours === undefined || !isNew || waived || verdict !== "breaks_silently") return false;
  const level = rulesFor(policy, asset.domain).fail_on;
  // Also where the level counts failures only: what these hours are about is what it does not show.
  return level !== "none" && asset.tier !== undefined && asset.tier <= last_hours.tier;
}

/** Something important of which nobody can say what happens to it. */
const isHole = ({ verdict, asset, new: isNew, waived }: Finding): boolean =>
  verdict === "unknown" && isNew && !waived && asset.tier !== undefined && asset.tier <= 2;

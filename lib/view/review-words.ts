import { listNews } from "#lib/review/judge-again.ts";
import { hasOld, needsWindow } from "#lib/review/needs-window.ts";
import type { Ask, Review, SignOff } from "#lib/review/review.ts";
import type {
  ReviewAction,
  ReviewEvent,
  ReviewedVerdict,
  ReviewState,
} from "#lib/review/review-action.ts";
import { listedChanges } from "#lib/review/reviewed-change.ts";
import type { ReviewDrift } from "#lib/review/shown-review.ts";
import { nameSome } from "./incident-words.ts";
import { VERDICT_ORDER, VERDICT_WORDS } from "./verdict-words.ts";

export const REVIEW_STATE_WORDS: Readonly<Record<ReviewState, string>> = {
  proposed: "proposed",
  expanded: "expanded",
  migrating: "migrating",
  ready: "ready",
  removed: "removed",
  abandoned: "abandoned",
};

/** What a state means, in one line. */
export const REVIEW_STATE_MEANS: Readonly<Record<ReviewState, string>> = {
  proposed: "Affected owners are asked; nothing has changed yet.",
  expanded: "The new stands beside the old.",
  migrating: "Readers move, until the date.",
  ready: "Everybody agrees and nobody reads the old.",
  removed: "The old is gone.",
  abandoned: "It is not done.",
};

export const ANSWER_WORDS = {
  agree: "agrees",
  object: "objects",
  ask_for_time: "asks for time",
} as const;

/** `agreed by silence`, `objects`, `not answered`. */
export function saySignOff({ signOff, voided }: Ask): string {
  if (signOff === undefined) return voided.length === 0 ? "not answered yet" : "asked again";
  return sayAnswer(signOff);
}

function sayAnswer({ answer, by }: SignOff): string {
  if (by === "silence") return "agreed by silence";
  const word = ANSWER_WORDS[answer];
  return by === "decided" ? `decided: ${word}` : word;
}

/** Who said so, why, and what became of an earlier answer. */
export function explainSignOff({ signOff, voided }: Ask): string {
  const last = voided.at(-1);
  const before = last && joinSaid([sayAnswer(last), last.reason]);
  if (signOff === undefined)
    return before === undefined
      ? ""
      : `something else happens to it now: its answer (${before}) is void`;
  const said = joinSaid([whoSaid(signOff), signOff.reason]);
  return before === undefined ? said : `${said}; to what it was before: ${before}`;
}

const joinSaid = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(": ");

function whoSaid({ by, role, approver, actor }: SignOff): string {
  if (by === "silence") return "nobody answered in the days that the policy gives";
  if (by === "decided") return `by the ${role ?? actor}`;
  return approver === undefined ? `by ${actor}` : `approved by ${approver}`;
}

/** What an asset was when the change was judged, where it is something else now: `was degraded`, `was of finance`. */
export function sayWhatItWas({
  before,
  now,
}: {
  readonly before: ReviewedVerdict;
  readonly now: ReviewedVerdict;
}): string {
  const parts = [
    ...(before.verdict === now.verdict ? [] : [VERDICT_WORDS[before.verdict]]),
    ...(before.verdict !== now.verdict || before.certainty === now.certainty
      ? []
      : [before.certainty ?? "not certain"]),
    ...(before.owner === now.owner ? [] : [`of ${before.owner ?? "nobody"}`]),
    ...(before.tier === now.tier
      ? []
      : [before.tier === undefined ? "without a tier" : `tier ${before.tier}`]),
  ];
  return `was ${parts.join(", ")}`;
}

/** How an asset is affected now, as far as that differs: `fails, certain, of sales, tier 1`. */
export function sayWhatItIs({
  before,
  now,
}: {
  readonly before: ReviewedVerdict;
  readonly now: ReviewedVerdict;
}): string {
  return [
    VERDICT_WORDS[now.verdict],
    ...(before.verdict === now.verdict && before.certainty !== now.certainty
      ? [now.certainty ?? "not certain"]
      : []),
    ...(before.owner === now.owner ? [] : [`of ${now.owner ?? "nobody"}`]),
    ...(before.tier === now.tier
      ? []
      : [now.tier === undefined ? "without a tier" : `tier ${now.tier}`]),
  ].join(", ");
}

/** The worst that happens to something of an owner. */
export function worstOf(
  { content }: Pick<Review, "content">,
  owner: string | undefined,
): ReviewedVerdict | undefined {
  return content.verdicts
    .filter((entry) => entry.owner === owner)
    .sort((a, b) => VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict))[0];
}

/** The question that a review ends with: where nothing old goes, only whether the change may. */
export const askWhether = ({ content }: Pick<Review, "content">): string =>
  hasOld(content) ? "May the old go?" : "May it go out?";

/** Whether it goes out in a window, with a date, or whenever those who are asked agree. */
export const hasWindow = ({ content }: Pick<Review, "content">): boolean => needsWindow(content);

/** The changes as people list them. */
export const changesOf = ({ changes }: Pick<Review["content"], "changes">): typeof changes =>
  listedChanges(changes);

/** Whether something is affected today that nobody was asked about. */
export const hasNews = (today: ReviewDrift): boolean => listNews(today).length > 0;

/** What a review that is through says of its change. */
export const sayDone = ({ content }: Pick<Review, "content">): string =>
  hasOld(content) ? "It is gone" : "It is done";

type Kind = ReviewAction["kind"];
type Sentence<K extends Kind> = (action: Extract<ReviewAction, { readonly kind: K }>) => string;

const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`);

const SENTENCES: { readonly [K in Kind]: Sentence<K> } = {
  propose: ({ content }) => `proposes it, judged on graph ${content.graphVersion}`,
  edit: ({ content, reason }) =>
    `edits it, judged on graph ${content.graphVersion}${because(reason)}`,
  judge_again: ({ content }) =>
    `judges it again on graph ${content.graphVersion}, with what is affected since`,
  sign: ({ owner, answer, reason, approver }) =>
    `${owner} ${ANSWER_WORDS[answer]}${approver === undefined ? "" : `, approved by ${approver}`}${because(reason)}`,
  count_silence: ({ owner }) => `counts the silence of ${owner} as agreement`,
  decide: ({ owner, role, answer, reason }) =>
    `the ${role} decides for ${owner ?? "what nobody owns"}: ${ANSWER_WORDS[answer]}${because(reason)}`,
  set_sunset: ({ date }) => `sets the date ${date}`,
  set_state: ({ state, reason, onCall }) =>
    `${REVIEW_STATE_WORDS[state]}${onCall === undefined ? "" : `, on call: ${onCall}`}${because(reason)}`,
  remind: ({ owner, readers }) =>
    readers.length === 0
      ? `reminds ${owner} of its answer`
      : `reminds ${owner}: ${nameSome(readers)} still ${readers.length === 1 ? "reads" : "read"} it`,
  write_off: ({ reader, approver, reason }) =>
    `writes off ${reader}, approved by ${approver}: ${reason}`,
  note: ({ text }) => text,
};

/** What an entry of a review says, behind the name of who made it. */
export function sayReviewEntry({ action }: ReviewEvent): string {
  const say = SENTENCES[action.kind] as (action: ReviewAction) => string;
  return say(action);
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `3 Mar` of an ISO 8601 date or time. */
export function sayDay(iso: string): string {
  const match = /^\d{4}-(\d{2})-(\d{2})/.exec(iso);
  return match === null ? iso : `${Number(match[2])} ${MONTHS[Number(match[1]) - 1] ?? match[1]}`;
}

/** Until when the old stays. */
export const saySunset = (sunset: string | undefined): string =>
  sunset === undefined ? "no date" : `until ${sayDay(sunset)}`;

import { listNews } from "#lib/review/judge-again.ts";
import { needsWindow } from "#lib/review/needs-window.ts";
import type { Review, ReviewProblem } from "#lib/review/review.ts";
import { nameSome } from "#lib/view/incident-words.ts";
import type { AskedAction } from "./asked-action.ts";
import { compareWithToday, type JudgedOn } from "./judge-review.ts";

const NEXT = "judge it again (entry judge_again): its owners are asked then";

/**
 * Why an entry has to wait until what is affected since the change was judged has been asked about. It is asked of new
 * entries only: what was written before stays readable.
 */
export function whyNotAsked(
  on: JudgedOn,
  { review, asked }: { readonly review: Review; readonly asked: AskedAction },
): { readonly problem: ReviewProblem; readonly isFirst: boolean } | undefined {
  if (asked.kind === "sign" || asked.kind === "decide") {
    const { owner } = asked;
    if (review.asks.some((ask) => ask.owner === owner)) return undefined;
    const own = newsOf(on, review).filter((entry) => entry.owner === owner);
    if (own.length === 0) return undefined;
    const message = `${owner ?? "what nobody owns"} is affected since it was judged: ${namesOf(own)}`;
    // Before the entry is tried: that would say that it is not affected.
    return { problem: { code: "changed", message, next: NEXT }, isFirst: true };
  }
  if (asked.kind !== "set_state" || (asked.state !== "ready" && asked.state !== "removed"))
    return undefined;
  const news = newsOf(on, review);
  if (news.length === 0) return whyUnknown(on, review);
  const message = `affected since it was judged, and nobody was asked about it: ${namesOf(news)}`;
  return { problem: { code: "not-allowed", message, next: NEXT }, isFirst: false };
}

/** Where nothing had to be waited for because all of it was known, and now it is not. */
function whyUnknown(on: JudgedOn, { content }: Review): ReturnType<typeof whyNotAsked> {
  if (needsWindow(content) || compareWithToday(on, content).complete) return undefined;
  const message = "part of what it reaches is not known any more";
  const next = "judge it again (entry judge_again)";
  return { problem: { code: "not-allowed", message, next }, isFirst: false };
}

const newsOf = (on: JudgedOn, { content }: Review) => listNews(compareWithToday(on, content));

const namesOf = (entries: readonly { readonly name: string }[]): string =>
  nameSome(entries.map(({ name }) => name).sort());

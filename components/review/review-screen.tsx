"use client";

import { useMemo } from "react";
import type { GateMiss } from "#lib/review/gate-run.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { renderReviewMarkdown } from "#lib/view/render-review.ts";
import { changesOf, hasWindow, sayDay } from "#lib/view/review-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { Crumb } from "../page/crumb.tsx";
import { buttonClass } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel } from "../ui/panel.tsx";
import { BeforeAfter } from "./before-after.tsx";
import { BurnDownChart } from "./burn-down-chart.tsx";
import { MayItGo } from "./may-it-go.tsx";
import { OrderPanel } from "./order-panel.tsx";
import { OwnerTable } from "./owner-table.tsx";
import { PlanPanel } from "./plan-panel.tsx";
import { ReviewLog } from "./review-log.tsx";
import { type RadiusPage, ReviewRadius } from "./review-radius.tsx";
import { SinceThen } from "./since-then.tsx";
import { StateSteps } from "./state-steps.tsx";
import { useReview } from "./use-review.ts";
import { VerdictCounts } from "./verdict-counts.tsx";
import { VerdictList } from "./verdict-list.tsx";

/** One change, from the proposal to the removal: what it does, who says what, and what is in its way. */
export function ReviewScreen({
  first,
  judged,
  radius,
}: {
  readonly first: ShownReview;
  /** What was said of its verdicts, by asset. */
  readonly judged: Readonly<Record<string, GateMiss>>;
  readonly radius: RadiusPage;
}) {
  const { shown, isAway, enter } = useReview(first);
  const { review, events, today, now } = shown;
  const agreed = review.asks.filter(({ signOff }) => signOff?.answer === "agree").length;
  const isWindowed = hasWindow(review);
  const markdown = useMemo(() => renderReviewMarkdown(shown), [shown]);
  return (
    <main
      id="main"
      className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-5 pb-12 wrap-anywhere slim:px-3"
    >
      <Head shown={shown} isAway={isAway} />
      <StateSteps shown={shown} />
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] items-start gap-5 min-[64rem]:grid-cols-[minmax(0,1fr)_22rem] [&>div]:grid [&>div]:min-w-0 [&>div]:grid-cols-[minmax(0,1fr)] [&>div]:gap-5">
        <div>
          {isWindowed ? (
            <Panel
              id="window"
              title="Window"
              note="who reads the old, from the lineage of each version"
            >
              <BurnDownChart shown={shown} />
            </Panel>
          ) : null}
          <Panel
            id="owners"
            title="Affected owners"
            note={`${agreed} of ${review.asks.length} agreed`}
            aside={
              <span className="no-print">
                <CopyButton text={markdown}>Copy as Markdown</CopyButton>
              </span>
            }
          >
            <OwnerTable shown={shown} onEnter={enter} />
          </Panel>
          {review.content.verdicts.length === 0 ? null : (
            <Panel id="verdicts" title="What breaks, as it was judged" note="the worst first">
              <VerdictList id={review.id} verdicts={review.content.verdicts} judged={judged} />
            </Panel>
          )}
          <Panel
            id="since"
            title="Since it was judged"
            note={`graph ${review.content.graphVersion} beside ${today.graphVersion}`}
          >
            <SinceThen shown={shown} onEnter={enter} />
          </Panel>
          {changesOf(review.content).length < 2 ? null : (
            <OrderPanel id={review.id} content={review.content} />
          )}
          <Panel id="before" title="Before and after">
            <BeforeAfter content={review.content} />
          </Panel>
        </div>
        <div>
          <MayItGo shown={shown} onEnter={enter} />
          {isWindowed ? <PlanPanel shown={shown} onEnter={enter} /> : null}
          <Panel id="log" title="Log" note="only added to">
            <ReviewLog events={events} day={now} onEnter={enter} />
          </Panel>
        </div>
      </div>
      <div className="mt-5">
        <ReviewRadius
          id={review.id}
          frozen={review.content.graphVersion}
          today={today.graphVersion}
          radius={radius}
        />
      </div>
    </main>
  );
}

function Head({ shown, isAway }: { readonly shown: ShownReview; readonly isAway: boolean }) {
  const { review } = shown;
  const { content, origin } = review;
  return (
    <header>
      <Crumb href="/changes" text="Changes" here={review.id} />
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <h1 className="min-w-0 flex-1 text-balance font-semibold text-answer tracking-[-0.018em] slim:basis-full">
          {review.title}
        </h1>
        <div className="no-print flex flex-wrap gap-2">
          <PageLink href={`/changes/meeting#${review.id}`} className={buttonClass()}>
            Present
          </PageLink>
          <a
            href={`/api/v1/reviews/${encodeURIComponent(review.id)}/export?format=html`}
            download={`${review.id}.html`}
            className={buttonClass()}
          >
            Save as a file
          </a>
          <PageLink href={blastHref(content.changes)} className={buttonClass()}>
            Blast radius
          </PageLink>
        </div>
      </div>
      <p className="mt-2 flex flex-wrap items-center gap-x-5 gap-y-1.5 text-ink2">
        <span>
          {review.proposedBy}, {sayDay(review.proposedAt)}
        </span>
        {origin?.link === undefined ? null : (
          <a href={origin.link} className="text-accent hover:underline">
            {origin.key ?? origin.link}
          </a>
        )}
        <span>
          judged on frozen graph <b className="font-semibold text-ink">{content.graphVersion}</b>
        </span>
        <VerdictCounts verdicts={content.verdicts} />
        {content.complete ? null : (
          <span className="font-medium text-ink">
            Part of it is not known: unknown is not safe.
          </span>
        )}
      </p>
      {isAway ? (
        <p role="alert" className="mt-2 font-medium">
          The server does not answer; what is shown is the last that was read.
        </p>
      ) : null}
    </header>
  );
}

import type { ListedReview, ReviewsPage } from "#lib/review/list-reviews-page.ts";
import { describeChange, nameChangeTarget } from "#lib/view/change-kinds.ts";
import { hasWindow, REVIEW_STATE_WORDS, sayDay, saySunset } from "#lib/view/review-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { buttonClass } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { ProposeButton } from "./propose-button.tsx";
import { VerdictCounts } from "./verdict-counts.tsx";

/** What a change waits for, in a few words. */
function sayWaits({ review, waiting, window, readersLeft }: ListedReview): string {
  if (review.state === "removed") return "removed";
  if (review.state === "abandoned") return "abandoned";
  const agreed = review.asks.filter(({ signOff }) => signOff?.answer === "agree").length;
  const due = waiting.filter(({ isDue }) => isDue).length;
  return [
    REVIEW_STATE_WORDS[review.state],
    review.asks.length === 0 ? "nobody to ask" : `${agreed} of ${review.asks.length} agreed`,
    // After its days, and at once of what nobody owns.
    ...(due === 0 ? [] : [`${due} to be decided`]),
    ...(hasWindow(review) ? [sayReaders(readersLeft), saySunset(window.sunset)] : []),
  ].join(" · ");
}

const sayReaders = (left: number): string =>
  left === 0 ? "no reader left" : countOf(left, { one: "reader left", many: "readers left" });

function Row({ listed }: { readonly listed: ListedReview }) {
  const { review } = listed;
  return (
    <li>
      <PageLink
        href={`/changes/${review.id}`}
        className="grid grid-cols-[5rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 py-3 hover:bg-canvas"
      >
        <span className="font-mono text-ink2 text-small leading-6">{review.id}</span>
        <span className="flex flex-wrap items-baseline justify-between gap-x-4">
          <b className="min-w-0 font-medium text-row wrap-anywhere">{review.title}</b>
          <span className="text-ink2 text-small tabular-nums">{sayWaits(listed)}</span>
        </span>
        <span className="col-start-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-small">
          <VerdictCounts verdicts={review.content.verdicts} />
          <span className="text-ink3">
            {review.proposedBy}, {sayDay(review.proposedAt)}
          </span>
        </span>
      </PageLink>
    </li>
  );
}

const List = ({ reviews }: { readonly reviews: readonly ListedReview[] }) => (
  <ul className="list-none divide-y divide-line">
    {reviews.map((listed) => (
      <Row key={listed.review.id} listed={listed} />
    ))}
  </ul>
);

/** All changes: those that wait for somebody, those that go on, what was only detected, and those that have ended. */
export function ReviewList({ page }: { readonly page: ReviewsPage }) {
  const isOver = ({ review }: ListedReview) =>
    review.state === "removed" || review.state === "abandoned";
  const open = page.reviews.filter((one) => !isOver(one));
  const waits = open.filter(({ waiting }) => waiting.length > 0);
  const goesOn = open.filter(({ waiting }) => waiting.length === 0);
  const ended = page.reviews.filter(isOver);
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 slim:px-3">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 slim:basis-full">
          <h1 className="font-semibold text-answer tracking-[-0.018em]">{sayHead(waits, open)}</h1>
          <p className="mt-1 max-w-[46rem] text-pretty text-ink2">
            A change is proposed here before it ships: each affected owner answers, readers move
            until the date, and the old goes when nobody reads it any more.
          </p>
        </div>
        <PageLink href="/changes/gate" className={buttonClass("ghost")}>
          The gate
        </PageLink>
        {open.length === 0 ? null : (
          <PageLink href="/changes/meeting" className={buttonClass()}>
            Present what waits
          </PageLink>
        )}
        <PageLink href="/blast" className={buttonClass("primary")}>
          Propose a change
        </PageLink>
      </header>
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        {page.reviews.length > 0 ? null : (
          <Panel id="none" title="No change yet">
            <PanelEmpty>
              Ask on the blast screen what a change breaks, then review it from there. A pull
              request proposes its own with <code className="font-mono">check --propose</code>.
            </PanelEmpty>
          </Panel>
        )}
        {waits.length === 0 ? null : (
          <Panel id="waits" title="Waits for an answer" note={`${waits.length}`}>
            <List reviews={waits} />
          </Panel>
        )}
        {goesOn.length === 0 ? null : (
          <Panel id="goes-on" title="Goes on" note={`${goesOn.length}, everybody has agreed`}>
            <List reviews={goesOn} />
          </Panel>
        )}
        {page.detected.length === 0 ? null : (
          <Panel
            id="detected"
            title="Happened without a review"
            note="events told of these; the newest first"
          >
            <ul className="list-none divide-y divide-line">
              {page.detected.map(({ id, at, changes }) => (
                <li key={id} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2.5">
                  <span className="min-w-0 flex-1 wrap-anywhere">
                    {changes.map((change) => (
                      <span key={JSON.stringify(change)} className="block">
                        <code className="font-mono text-small">{nameChangeTarget(change)}</code>{" "}
                        <span className="text-ink2">{describeChange(change)}</span>
                      </span>
                    ))}
                  </span>
                  <span className="text-ink3 text-small">{sayDay(at)}</span>
                  <ProposeButton body={{ detected: id }}>Review it</ProposeButton>
                </li>
              ))}
            </ul>
          </Panel>
        )}
        {ended.length === 0 ? null : (
          <Panel id="ended" title="Ended" note={`${ended.length}`}>
            <List reviews={ended} />
          </Panel>
        )}
      </div>
    </main>
  );
}

function sayHead(waits: readonly ListedReview[], open: readonly ListedReview[]): string {
  if (waits.length > 0)
    return `${countOf(waits.length, { one: "change waits", many: "changes wait" })} for an answer`;
  return open.length === 0 ? "No change waits" : "Nobody has to answer";
}

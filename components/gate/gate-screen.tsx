import type { GatePage } from "#lib/review/gate-page.ts";
import { sayGateHead } from "#lib/view/gate-words.ts";
import { sayDay } from "#lib/view/review-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { Crumb } from "../page/crumb.tsx";
import { buttonClass } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { GateFigures } from "./gate-figures.tsx";
import { GateMonths } from "./gate-months.tsx";
import { MissList } from "./miss-list.tsx";
import { StoppedList } from "./stopped-list.tsx";

const PERIODS = [
  { days: "30", text: "30 days" },
  { days: "90", text: "90 days" },
  { days: "365", text: "A year" },
] as const;

/** What the gate stopped or would have, what people judged wrong, and the time that it added. */
export function GateScreen({ page, days }: { readonly page: GatePage; readonly days: string }) {
  const { summary, months, stopped, moreStopped, misses } = page;
  const judged = new Map(misses.map((miss) => [miss.fingerprint, miss]));
  return (
    <main
      id="main"
      className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-5 pb-12 wrap-anywhere slim:px-3"
    >
      <header>
        <Crumb href="/changes" text="Changes" here="The gate" />
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <h1 className="min-w-0 flex-1 text-balance font-semibold text-answer tracking-[-0.018em] slim:basis-full">
            {sayGateHead(summary)}
          </h1>
          <div className="no-print flex flex-wrap items-center gap-2">
            <Periods days={days} />
            {misses.length === 0 ? null : (
              <a href="/api/v1/gate/misses.csv" download="misses.csv" className={buttonClass()}>
                Misses as CSV
              </a>
            )}
          </div>
        </div>
        <p className="mt-1 max-w-[46rem] text-pretty text-ink2">
          Since {sayDay(page.since)}. Every run of <code className="font-mono">check</code> over
          this store is kept: what it stopped or would have, what people judged wrong, and the time
          that it added.
        </p>
      </header>
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        {summary.runs === 0 ? (
          <Panel id="none" title="No run in this time">
            <PanelEmpty>
              Run <code className="font-mono">faultline check --base store --head migrations/</code>{" "}
              in a pull request, or with{" "}
              <code className="font-mono">--server {"<this address>"} --record</code> from
              elsewhere. It observes until the policy says block.
            </PanelEmpty>
          </Panel>
        ) : (
          <GateFigures summary={summary} />
        )}
        {summary.runs === 0 ? null : (
          <Panel
            id="stopped"
            title="Stopped, or would have been"
            note={countOf(stopped.length + moreStopped, { one: "change", many: "changes" })}
          >
            <StoppedList stopped={stopped} judged={judged} />
            {moreStopped === 0 ? null : (
              <p className="border-line border-t px-4 py-2 text-ink3 text-small">
                … and {moreStopped} before these.
              </p>
            )}
          </Panel>
        )}
        <Panel
          id="misses"
          title="Misses"
          note="findings that somebody judged, of all times; the last word stands"
        >
          <MissList misses={misses} />
        </Panel>
        {months.length === 0 ? null : (
          <Panel id="months" title="By month" note="also of runs that are no longer kept">
            <GateMonths months={months} />
          </Panel>
        )}
      </div>
    </main>
  );
}

function Periods({ days }: { readonly days: string }) {
  return (
    <nav
      aria-label="How far back"
      className="inline-flex flex-none overflow-hidden rounded-control border border-line2 bg-surface"
    >
      {PERIODS.map((one) => (
        <PageLink
          key={one.days}
          href={`/changes/gate?days=${one.days}`}
          aria-current={one.days === days ? "true" : undefined}
          className="border-line2 border-l px-2.5 py-[0.3125rem] font-medium text-ink2 text-small first:border-l-0 hover:text-ink focus-visible:outline-offset-[-2px] aria-[current]:bg-ink aria-[current]:text-surface"
        >
          {one.text}
        </PageLink>
      ))}
    </nav>
  );
}

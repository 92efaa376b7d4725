import type { HomePage } from "#lib/view/page-answers.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import type { WaitsPage } from "#lib/view/waits.ts";
import { AsOfLine } from "../page/as-of-line.tsx";
import { columnShare } from "../page/coverage-words.ts";
import { FirstSteps } from "../page/first-steps.tsx";
import { HistoryList } from "../page/history-list.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel } from "../ui/panel.tsx";
import { HomeSearch } from "./home-search.tsx";
import { RiskiestColumns } from "./riskiest-columns.tsx";
import { SourceSummary } from "./source-summary.tsx";
import { StoryList } from "./story-list.tsx";
import { WaitsPanel } from "./waits-panel.tsx";

function sizeOf({ coverage }: HomePage): string {
  return [
    countOf(coverage.assets, { one: "asset", many: "assets" }),
    countOf(coverage.columns, { one: "column", many: "columns" }),
    countOf(coverage.domains, { one: "domain", many: "domains" }),
    countOf(coverage.consumers, { one: "consumer", many: "consumers" }),
  ].join(", ");
}

function shareNote({ coverage }: HomePage): string | undefined {
  const share = columnShare(coverage);
  return share === undefined
    ? undefined
    : `${Math.floor(share * 100)}% of all reads are known to the column`;
}

/** Search first; below it what happened, what would hurt, and how much is known. */
export function HomeScreen({
  page,
  waits,
}: {
  readonly page: HomePage;
  /** Absent while the store is away: the page says how old it is. */
  readonly waits?: WaitsPage;
}) {
  const share = shareNote(page);
  return (
    <main
      id="main"
      className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-10 pb-12 slim:px-3 slim:pt-6"
    >
      <h1 className="mb-4 text-center font-semibold text-answer tracking-[-0.018em]">
        Who breaks when a column changes?
      </h1>
      <HomeSearch />
      <div className="mt-3 text-center">
        <p className="text-ink2">{page.empty ? null : sizeOf(page)}</p>
        <AsOfLine asOf={page.asOf} />
      </div>
      {waits === undefined || waits.waits.length === 0 ? null : (
        <div className="mt-8">
          <WaitsPanel page={waits} />
        </div>
      )}
      {page.empty ? (
        <FirstSteps />
      ) : (
        <div className="mt-8 grid items-start gap-5 min-[60rem]:grid-cols-2 [&>div]:grid [&>div]:min-w-0 [&>div]:gap-5">
          <div>
            {page.stories.length === 0 ? null : (
              <Panel
                id="stories"
                title="What happened here"
                note="each opens the blast radius that it had"
              >
                <StoryList stories={page.stories} />
              </Panel>
            )}
            <Panel
              id="changed"
              title="Changed lately"
              aside={
                <PageLink href="/changes-between" className="text-accent hover:underline">
                  Between two moments
                </PageLink>
              }
            >
              <HistoryList
                entries={page.changed}
                asOf={page.asOf}
                empty="No schema has changed since the sources were first read."
              />
            </Panel>
          </div>
          <div>
            <Panel
              id="riskiest"
              title="Riskiest columns"
              note="if they were dropped; points of all that would break"
            >
              <RiskiestColumns columns={page.riskiest} isOpen={page.isRiskiestOpen === true} />
            </Panel>
            <Panel
              id="sources"
              title="Sources"
              note={share}
              aside={
                <PageLink href="/sources" className="text-accent hover:underline">
                  All and their problems
                </PageLink>
              }
            >
              <SourceSummary sources={page.sources} />
            </Panel>
          </div>
        </div>
      )}
    </main>
  );
}

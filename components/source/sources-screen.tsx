import type { SourcesPage } from "#lib/view/page-answers.ts";
import { countOf, listOf } from "#lib/view/verdict-words.ts";
import { AsOfLine } from "../page/as-of-line.tsx";
import { columnShare } from "../page/coverage-words.ts";
import { FirstSteps } from "../page/first-steps.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { SourceBlock, SourceHeadings } from "./source-block.tsx";
import { SyncList } from "./sync-list.tsx";

function sayCoverage({ coverage }: SourcesPage): string {
  const share = columnShare(coverage);
  if (share === undefined) return "Nothing is read by anything yet.";
  return `${Math.floor(share * 100)}% of all reads are known to the column.`;
}

function Unresolved({ unresolved }: Pick<SourcesPage, "unresolved">) {
  if (unresolved.length === 0)
    return <PanelEmpty>Every name that is read answers to an asset.</PanelEmpty>;
  return (
    <ul className="list-none divide-y divide-line">
      {unresolved.map((entry) => (
        <li key={entry.name} className="px-4 py-2">
          <span className="break-all font-mono text-small">{entry.name}</span>
          <span className="block text-ink2 text-small">
            {entry.readBy.length === 0
              ? "read by nobody that we know"
              : `read by ${listOf(entry.readBy.map((reader) => reader.shortName))}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Next({ next }: Pick<SourcesPage, "next">) {
  if (next.length === 0)
    return <PanelEmpty>Nothing is unknown that another source would tell.</PanelEmpty>;
  return (
    <ol className="list-none divide-y divide-line">
      {next.map((step) => (
        <li key={step.what} className="flex items-baseline gap-3 px-4 py-2">
          <span className="min-w-0 flex-1">{step.what}</span>
          <span className="flex-none text-ink2 text-small">
            removes {countOf(step.removes, { one: "unknown", many: "unknowns" })}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What each producer last sent, how much of the lineage is known, and what to mend or connect next. */
export function SourcesScreen({ page }: { readonly page: SourcesPage }) {
  if (page.coverage.assets === 0 && page.sources.length === 0) {
    return (
      <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-10 pb-12 slim:px-3">
        <h1 className="text-center font-semibold text-answer tracking-[-0.018em]">Sources</h1>
        <FirstSteps />
      </main>
    );
  }
  const hasDomains = page.sources.some((row) => row.domain !== undefined);
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 slim:px-3">
      <h1 className="font-semibold text-answer tracking-[-0.018em]">{sayCoverage(page)}</h1>
      <p className="mt-1 text-ink2">
        {countOf(page.coverage.columnReads, { one: "read", many: "reads" })} known to the column,{" "}
        {countOf(page.coverage.tableReads, { one: "read", many: "reads" })} by table only,{" "}
        {countOf(page.coverage.unresolved, { one: "name", many: "names" })} unresolved,{" "}
        {countOf(page.coverage.consumersWithoutLineage, { one: "consumer", many: "consumers" })}{" "}
        without lineage.
      </p>
      <AsOfLine asOf={page.asOf} />
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        {page.syncs.length === 0 ? null : (
          <Panel
            id="syncs"
            title="From faultline.yaml"
            note={`${page.syncs.length}, read on a schedule or when asked`}
          >
            <SyncList syncs={page.syncs} />
          </Panel>
        )}
        <Panel id="sources" title="Sources" note={`${page.sources.length}`}>
          <section
            aria-label="Sources, scrolls"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keys
            tabIndex={0}
            className="relative divide-y divide-line overflow-x-auto"
          >
            <SourceHeadings hasDomains={hasDomains} />
            {page.sources.map((row) => (
              <SourceBlock key={row.id} row={row} hasDomains={hasDomains} />
            ))}
          </section>
        </Panel>
        <div className="grid items-start gap-5 min-[60rem]:grid-cols-2">
          <Panel id="next" title="What to connect next" note="by how many unknowns it removes">
            <Next next={page.next} />
          </Panel>
          <Panel
            id="unresolved"
            title="Names that did not resolve"
            note={`${page.unresolved.length}`}
            aside={
              <PageLink href="/identity" className="text-accent hover:underline">
                Which names are one table?
              </PageLink>
            }
          >
            <Unresolved unresolved={page.unresolved} />
          </Panel>
        </div>
      </div>
    </main>
  );
}

import type { AssetPage } from "#lib/view/page-answers.ts";
import { countOf, KIND_WORDS } from "#lib/view/verdict-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { AsOfLine } from "../page/as-of-line.tsx";
import { HistoryList } from "../page/history-list.tsx";
import { buttonClass } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel } from "../ui/panel.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { AssetFacts } from "./asset-facts.tsx";
import { AssetLinks } from "./asset-links.tsx";
import { ColumnPanel } from "./column-panel.tsx";
import { QueryList } from "./query-list.tsx";

function AssetTitle({ page }: { readonly page: AssetPage }) {
  // Who looks up a dashboard wants to know what happened to it, not what hangs on it.
  const isEnd = page.downstream.length === 0;
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1">
        <h1 className="flex items-center gap-2 break-all font-semibold text-answer tracking-[-0.018em]">
          <KindMark kind={page.kind} className="size-5" />
          {page.shortName}
        </h1>
        <p className="break-all font-mono text-ink3 text-small">
          {KIND_WORDS[page.kind].one} · {page.name} · {page.namespace}
        </p>
        <AsOfLine asOf={page.asOf} />
      </div>
      <div className="flex flex-none flex-wrap gap-2">
        <a href="#changed-upstream" className={buttonClass(isEnd ? "primary" : "plain")}>
          Changed upstream: {page.changedUpstream.length}
        </a>
        {isEnd ? null : (
          <PageLink
            href={blastHref([
              {
                kind: "table_dropped_or_renamed",
                asset: { namespace: page.namespace, name: page.name },
              },
            ])}
            className={buttonClass("primary")}
          >
            Who breaks without it?
          </PageLink>
        )}
      </div>
    </header>
  );
}

function ChangedUpstream({ page }: { readonly page: AssetPage }) {
  return (
    <Panel
      id="changed-upstream"
      title="Changed upstream lately"
      note={`in ${countOf(page.upstream.length, { one: "asset", many: "assets" })} above it`}
    >
      <HistoryList
        entries={page.changedUpstream}
        asOf={page.asOf}
        seenFrom={page.id}
        empty="Nothing upstream has changed since it was first read."
      />
    </Panel>
  );
}

/** One asset: what it is, its columns with whom each reaches, what it is made from, what changed. */
export function AssetScreen({ page }: { readonly page: AssetPage }) {
  const isEnd = page.downstream.length === 0;
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 slim:px-3">
      <AssetTitle page={page} />
      {page.attributes.description === undefined || page.attributes.description === "" ? null : (
        <p className="mt-3 max-w-[60rem] text-ink2">{page.attributes.description}</p>
      )}
      {page.placeholder ? (
        <p className="mt-3 max-w-[46rem] rounded-card border border-ink2 border-dashed px-4 py-3">
          Only its readers name it: no source has said what it is. Connect the system that makes it,
          or give its other name in <code className="font-mono text-small">names</code>.
        </p>
      ) : null}
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        <Panel id="facts" title="What it is">
          <AssetFacts page={page} />
        </Panel>
        {isEnd ? <ChangedUpstream page={page} /> : null}
        {isEnd && page.columns.length === 0 ? null : (
          <Panel
            id="columns"
            title="Columns"
            note={countOf(page.columns.length, { one: "column", many: "columns" })}
          >
            <ColumnPanel columns={page.columns} name={page.name} namespace={page.namespace} />
          </Panel>
        )}
        <div className="grid items-start gap-5 min-[60rem]:grid-cols-2">
          <Panel
            id="upstream"
            title="Upstream"
            note={`made from ${countOf(page.upstream.length, { one: "asset", many: "assets" })}`}
          >
            <AssetLinks
              links={page.upstream}
              empty="Nothing that we know: data enters the mesh here."
            />
          </Panel>
          <Panel
            id="downstream"
            title="Downstream"
            note={`reaches ${countOf(page.downstream.length, { one: "asset", many: "assets" })}`}
          >
            <AssetLinks links={page.downstream} empty="Nobody that we know reads it." />
          </Panel>
          {isEnd ? null : <ChangedUpstream page={page} />}
          <Panel id="history" title="Its own history">
            <HistoryList
              entries={page.history}
              asOf={page.asOf}
              empty="Unchanged since it was first read."
            />
          </Panel>
        </div>
        {page.queries.length === 0 ? null : (
          <Panel id="queries" title={page.queries.length === 1 ? "Its query" : "Its queries"}>
            <QueryList queries={page.queries} />
          </Panel>
        )}
      </div>
    </main>
  );
}

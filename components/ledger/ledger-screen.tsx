"use client";

import { parseAsString, useQueryState } from "nuqs";
import { useEffect, useState } from "react";
import {
  type LedgerPage,
  ledgerFacts,
  type ShownLedger,
  sayShare,
} from "#lib/view/ledger-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { countOf, sayNumber } from "#lib/view/verdict-words.ts";
import { Crumb } from "../page/crumb.tsx";
import { Button } from "../ui/button.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";

type Answer =
  | { readonly state: "asking" }
  | { readonly state: "answered"; readonly page: LedgerPage }
  | { readonly state: "failed"; readonly message: string; readonly next?: string };

async function ask(domain: string | null, signal: AbortSignal): Promise<Answer> {
  const query = domain === null || domain === "" ? "" : `?domain=${encodeURIComponent(domain)}`;
  const response = await fetch(`/api/v1/ledger${query}`, { cache: "no-store", signal });
  if (response.ok) return { state: "answered", page: (await response.json()) as LedgerPage };
  const body = (await response.json().catch(() => ({}))) as {
    readonly detail?: string;
    readonly next?: string;
  };
  return {
    state: "failed",
    message: body.detail ?? `The server answered ${response.status}.`,
    ...(body.next === undefined ? {} : { next: body.next }),
  };
}

function useLedger(domain: string | null): Answer {
  const [answer, setAnswer] = useState<Answer>({ state: "asking" });
  useEffect(() => {
    const stop = new AbortController();
    setAnswer({ state: "asking" });
    ask(domain, stop.signal).then(setAnswer, () => {
      if (!stop.signal.aborted)
        setAnswer({ state: "failed", message: "The server does not answer." });
    });
    return () => stop.abort();
  }, [domain]);
  return answer;
}

function ChooseDomain({
  domain,
  onChoose,
}: {
  readonly domain: string | null;
  readonly onChoose: (domain: string) => void;
}) {
  const [text, setText] = useState(domain ?? "");
  return (
    <form
      className="no-print flex flex-wrap items-end gap-2 px-4 pb-4"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(text.trim());
      }}
    >
      <label className="grid gap-1">
        <span className="text-ink2 text-small">Your domain</span>
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-[1.875rem] w-56 rounded-control border border-ink3 bg-surface px-2"
        />
      </label>
      <Button type="submit" look="primary">
        Show its row
      </Button>
    </form>
  );
}

type Row = ShownLedger["rows"][number];

function Cells({
  cells,
  label,
  nameOf,
}: {
  readonly cells: Row["cells"];
  readonly label: { readonly of: string; readonly who: string };
  readonly nameOf: (cell: Row["cells"][number]) => string;
}) {
  return (
    <section
      aria-label={`${label.of}, scrolls`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keys
      tabIndex={0}
      className="overflow-x-auto"
    >
      <table className="w-full min-w-[38rem] table-fixed border-collapse text-left">
        <thead>
          <tr className="border-line border-b text-ink3 text-small [&>th]:px-4 [&>th]:py-1.5 [&>th]:text-right [&>th]:font-normal">
            <th scope="col" className="w-1/4 text-left!">
              {label.who}
            </th>
            <th scope="col">Incidents</th>
            <th scope="col">Asset-hours, by tier</th>
            <th scope="col">Pages</th>
            <th scope="col">Pages, by tier</th>
            <th scope="col">Under contract</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line [&_td]:px-4 [&_td]:py-1.5 [&_td:not([colspan])]:text-right [&_td]:tabular-nums">
          {cells.map((cell) => (
            <tr key={nameOf(cell)}>
              <th scope="row" className="px-4 py-1.5 font-medium wrap-anywhere">
                {nameOf(cell)}
              </th>
              <td>{cell.incidents}</td>
              {cell.assetHours === undefined ? (
                <td colSpan={3} className="text-ink3">
                  not shown below three
                </td>
              ) : (
                <>
                  <td>{sayNumber(Math.round(cell.assetHours))}</td>
                  <td>{cell.pages}</td>
                  <td>{cell.pageWeight}</td>
                </>
              )}
              <td>{cell.underContract === undefined ? "–" : sayShare(cell.underContract)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Caused({ row }: { readonly row: Row }) {
  if (row.cells.length === 0)
    return <PanelEmpty>It caused nothing that both sides agree on.</PanelEmpty>;
  return (
    <Cells
      cells={row.cells}
      label={{ of: `What ${row.domain} caused`, who: "Who suffered" }}
      nameOf={({ suffers }) => (suffers === row.domain ? `${suffers} itself` : suffers)}
    />
  );
}

function Suffered({ row }: { readonly row: Row }) {
  if (row.suffered.length === 0) return null;
  return (
    <div className="border-line border-t">
      <h3 className="px-4 pt-3 pb-1 font-semibold">What {row.domain} suffered from others</h3>
      <Cells
        cells={row.suffered}
        label={{ of: `What ${row.domain} suffered`, who: "Who caused it" }}
        nameOf={({ cause }) => cause}
      />
    </div>
  );
}

function Facts({ row }: { readonly row: Row }) {
  return (
    <dl className="grid gap-x-8 gap-y-1 border-line border-t px-4 py-3 min-[48rem]:grid-cols-2">
      {ledgerFacts(row).map(([label, value]) => (
        <div key={label} className="flex items-baseline justify-between gap-3">
          <dt className="text-ink2">{label}</dt>
          <dd className="text-right font-semibold tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Disputes({ ledger }: { readonly ledger: ShownLedger }) {
  if (ledger.disputes.length === 0 && ledger.decided.length === 0) return null;
  return (
    <Panel
      id="disputes"
      title="Disputes"
      note={`after five working days ${ledger.decides} decides`}
    >
      <ul className="list-none divide-y divide-line">
        {ledger.disputes.map(({ incident, cause, domain, reason, workingDays, isDue }) => (
          <li key={incident} className="px-4 py-2 wrap-anywhere">
            <a href={`/incidents/${incident}`} className="font-mono text-accent hover:underline">
              {incident}
            </a>{" "}
            {domain} does not agree that {cause} caused it: {reason}
            <span className={`block text-small ${isDue ? "font-semibold text-loud" : "text-ink2"}`}>
              {countOf(workingDays, { one: "working day", many: "working days" })} old
              {isDue ? `: ${ledger.decides} decides now` : ""}
            </span>
          </li>
        ))}
        {ledger.decided.map(({ incident, role, stands }) => (
          <li key={incident} className="px-4 py-2 text-ink2">
            {incident}: {role} decided that the cause {stands ? "stands" : "does not stand"}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Shown({ ledger }: { readonly ledger: ShownLedger }) {
  const decision = ledger.decisions.at(-1);
  return (
    <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
      {ledger.rows.length === 0 ? (
        <Panel id="none" title="Nothing to show">
          <PanelEmpty>
            No incident of {ledger.own.join(", ") || "anybody"} has a cause that both sides agree
            on.
          </PanelEmpty>
        </Panel>
      ) : (
        ledger.rows.map((row) => (
          <Panel
            key={row.domain}
            id={`row-${row.domain}`}
            title={`What ${row.domain} caused`}
            note="where a contract pays most comes first"
          >
            <Caused row={row} />
            <Facts row={row} />
            <Suffered row={row} />
          </Panel>
        ))
      )}
      <Disputes ledger={ledger} />
      <p className="text-pretty text-ink2 text-small">
        {ledger.notAgreed === 0
          ? "Every cause is agreed by both sides. "
          : `${countOf(ledger.notAgreed, { one: "incident has", many: "incidents have" })} no cause that both sides agree on, and count${ledger.notAgreed === 1 ? "s" : ""} for nobody. `}
        {decision === undefined
          ? "Each domain sees its own row; nobody has decided to share it wider."
          : `${decision.with === "all" ? "All rows are shared" : "Each domain sees its own row"}: decided ${sayTime(decision.at)} by ${decision.actor}, ${decision.reason}.`}
      </p>
    </div>
  );
}

function Page({
  page,
  domain,
  onChoose,
}: {
  readonly page: LedgerPage;
  readonly domain: string | null;
  readonly onChoose: (domain: string) => void;
}) {
  if (page.state === "shown") return <Shown ledger={page} />;
  return (
    <div role="status" className="mt-5">
      <Panel id="ask" title={saySentence(page.message)}>
        <PanelEmpty>{saySentence(page.next)}.</PanelEmpty>
        {page.state === "off" ? null : <ChooseDomain domain={domain} onChoose={onChoose} />}
      </Panel>
    </div>
  );
}

/** Who caused what others suffered: domains, never people. */
export function LedgerScreen() {
  const [domain, setDomain] = useQueryState("domain", parseAsString);
  const answer = useLedger(domain);
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-5 pb-12 slim:px-3">
      <Crumb href="/incidents" text="Incidents" here="Ledger" />
      <h1 className="font-semibold text-answer tracking-[-0.018em]">Causes and pain</h1>
      <p className="mt-1 max-w-[46rem] text-pretty text-ink2">
        Which domain’s changes cost which other domain how many hours. Domains only, never people; a
        cause counts when both sides have confirmed it.
      </p>
      {answer.state === "asking" ? <p className="mt-5 text-ink2">Reading…</p> : null}
      {answer.state === "failed" ? (
        <div role="alert" className="mt-5">
          <p className="font-medium">{saySentence(answer.message)}</p>
          {answer.next === undefined ? null : (
            <p className="mt-1 text-ink2">{saySentence(answer.next)}</p>
          )}
        </div>
      ) : null}
      {answer.state === "answered" ? (
        <Page page={answer.page} domain={domain} onChoose={(chosen) => void setDomain(chosen)} />
      ) : null}
    </main>
  );
}

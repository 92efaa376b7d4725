import type { Incident } from "#lib/incidents/incident.ts";
import { nameOfRef, STATE_WORDS, sayClosing } from "#lib/view/incident-words.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { buttonClass } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";

const ENDED: ReadonlySet<Incident["state"]> = new Set(["learned", "closed"]);

function sayCause({ cause, suspected, state }: Incident): string {
  if (cause !== undefined) return `cause ${nameOfRef(cause.asset)}`;
  // Nobody looks for it any more.
  if (ENDED.has(state)) return "no cause was named";
  return suspected === undefined ? "no cause yet" : `probably ${suspected.name}`;
}

function Row({ incident }: { readonly incident: Incident }) {
  const { id, title, severity, state, closing, duplicateOf, openedAt } = incident;
  const { affected, acknowledged } = incident;
  const domains = new Set(affected.flatMap(({ domain }) => domain ?? []));
  const seen =
    domains.size === 0
      ? "no domain to see it"
      : `${Object.keys(acknowledged).length} of ${countOf(domains.size, { one: "domain", many: "domains" })} seen`;
  return (
    <li>
      <PageLink
        href={`/incidents/${id}`}
        className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-canvas min-[70rem]:grid min-[70rem]:grid-cols-[3.5rem_2.75rem_minmax(0,1fr)_7.5rem_minmax(0,15rem)_8.5rem_9.5rem]"
      >
        <span className="w-14 flex-none font-mono text-ink2 text-small">{id}</span>
        <span className="w-11 flex-none font-semibold text-small">{severity}</span>
        <span className="min-w-[14rem] flex-1 font-medium wrap-anywhere max-[70rem]:basis-[calc(100%-10rem)]">
          {title}
        </span>
        {[
          closing === undefined
            ? STATE_WORDS[state]
            : `${STATE_WORDS[state]}, ${sayClosing({ closing, duplicateOf })}`,
          sayCause(incident),
          seen,
          sayTime(openedAt),
        ].map((said) => (
          <span
            key={said}
            className="min-w-0 text-ink2 text-small tabular-nums wrap-anywhere min-[70rem]:last:text-right"
          >
            {said}
          </span>
        ))}
      </PageLink>
    </li>
  );
}

function List({ incidents }: { readonly incidents: readonly Incident[] }) {
  return (
    <ul className="list-none divide-y divide-line">
      {incidents.map((incident) => (
        <Row key={incident.id} incident={incident} />
      ))}
    </ul>
  );
}

/** All incidents: those that go on, then those that have ended. */
export function IncidentList({ incidents }: { readonly incidents: readonly Incident[] }) {
  const open = incidents.filter(({ state }) => !ENDED.has(state));
  const ended = incidents.filter(({ state }) => ENDED.has(state));
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 slim:px-3">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 slim:basis-full">
          <h1 className="font-semibold text-answer tracking-[-0.018em]">
            {open.length === 0 ? "Nothing is broken that we were told of" : "Incidents"}
          </h1>
          <p className="mt-1 max-w-[46rem] text-pretty text-ink2">
            Name what is broken and what is right: suspects come ranked, with their owners and what
            else they break.
          </p>
        </div>
        <PageLink href="/incidents/board" className={buttonClass()}>
          Before and since
        </PageLink>
        <PageLink href="/ledger" className={buttonClass()}>
          Causes and pain
        </PageLink>
        <PageLink href="/incidents/new" className={buttonClass("primary")}>
          Something is broken
        </PageLink>
      </header>
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        {incidents.length > 0 ? null : (
          <Panel id="none" title="No incident yet">
            <PanelEmpty>
              When a number looks wrong or a job fails, name it here. Whoever else is affected is
              found from the lineage, and everybody works on the same record.
            </PanelEmpty>
          </Panel>
        )}
        {open.length === 0 ? null : (
          <Panel id="open" title="Open" note={`${open.length}`}>
            <List incidents={open} />
          </Panel>
        )}
        {ended.length === 0 ? null : (
          <Panel id="ended" title="Ended" note={`${ended.length}`}>
            <List incidents={ended} />
          </Panel>
        )}
      </div>
    </main>
  );
}

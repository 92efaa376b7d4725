"use client";

import { useEffect, useId, useState } from "react";
import { sayDay } from "#lib/view/review-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { domainsOfWaits, type Wait, type WaitsPage, waitsOf } from "#lib/view/waits.ts";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";

const KINDS = [
  { kind: "answer", title: "Asked for an answer", more: "/changes", where: "all changes" },
  { kind: "objection", title: "Objections", more: "/changes", where: "all changes" },
  { kind: "incident", title: "Open incidents", more: "/incidents", where: "all incidents" },
] as const;

/** So many of a kind stand on the home page. */
const SHOWN = 4;

/** Where this browser keeps whose domain it shows. */
const KEPT = "faultline-domain";

/** What waits for somebody, of all domains or of one's own; nothing at all where nothing waits. */
export function WaitsPanel({ page }: { readonly page: WaitsPage }) {
  const domains = domainsOfWaits(page.waits);
  const [domain, choose] = useOwnDomain(domains);
  if (page.waits.length === 0) return null;
  const waits = waitsOf(page.waits, domain);
  const shown = KINDS.flatMap((one) => {
    const own = gather(waits.filter(({ kind }) => kind === one.kind));
    return own.length === 0 ? [] : [{ ...one, own }];
  });
  return (
    <Panel
      id="waits"
      title="What waits"
      note={domain === undefined ? "for anybody" : `for ${domain}`}
      aside={
        domains.length < 2 ? null : (
          <DomainChoice domains={domains} domain={domain} onChoose={choose} />
        )
      }
    >
      {shown.length === 0 ? (
        <PanelEmpty>Nothing waits for {domain}.</PanelEmpty>
      ) : (
        <div className="grid divide-line max-[60rem]:divide-y min-[60rem]:auto-cols-fr min-[60rem]:grid-flow-col min-[60rem]:divide-x">
          {shown.map(({ kind, title, more, where, own }) => (
            <section key={kind} aria-labelledby={`waits-${kind}`} className="min-w-0 py-3">
              <h3 id={`waits-${kind}`} className="px-4 font-medium text-ink2 text-small">
                {title}
              </h3>
              <ul className="mt-1 list-none">
                {own.slice(0, SHOWN).map((gathered) => (
                  <Row key={gathered.key} gathered={gathered} />
                ))}
              </ul>
              {own.length <= SHOWN ? null : (
                <PageLink href={more} className="px-4 text-accent text-small hover:underline">
                  {own.length - SHOWN} more, {where}
                </PageLink>
              )}
            </section>
          ))}
        </div>
      )}
    </Panel>
  );
}

/** What waits under one name: all who are asked for the same change are one line; each objection is its own. */
interface Gathered {
  readonly key: string;
  readonly wait: Wait;
  readonly owners: readonly string[];
}

function gather(waits: readonly Wait[]): readonly Gathered[] {
  const byKey = new Map<string, Gathered>();
  for (const wait of waits) {
    const owner = wait.kind === "incident" ? [] : [wait.owner ?? "what nobody owns"];
    const key = wait.reason === undefined ? wait.id : `${wait.id} ${wait.owner ?? ""}`;
    const known = byKey.get(key);
    // What has waited longest comes first, and tells the age.
    if (known === undefined) byKey.set(key, { key, wait, owners: owner });
    else byKey.set(key, { ...known, owners: [...known.owners, ...owner] });
  }
  return [...byKey.values()];
}

function useOwnDomain(
  domains: readonly string[],
): readonly [string | undefined, (domain: string | undefined) => void] {
  const [domain, setDomain] = useState<string | undefined>(undefined);
  // The server does not know it: it is read once the page stands.
  useEffect(() => {
    try {
      setDomain(window.localStorage.getItem(KEPT) ?? undefined);
    } catch {
      // A browser that keeps nothing shows all domains.
    }
  }, []);
  const choose = (next: string | undefined) => {
    setDomain(next);
    try {
      if (next === undefined) window.localStorage.removeItem(KEPT);
      else window.localStorage.setItem(KEPT, next);
    } catch {
      // Then the choice lasts as long as the page.
    }
  };
  // One's own domain stays chosen also on a day on which nothing waits for it.
  return [domains.length === 0 ? undefined : domain, choose];
}

function DomainChoice({
  domains,
  domain,
  onChoose,
}: {
  readonly domains: readonly string[];
  readonly domain: string | undefined;
  readonly onChoose: (domain: string | undefined) => void;
}) {
  const id = useId();
  const all =
    domain === undefined || domains.includes(domain) ? domains : [...domains, domain].sort();
  return (
    <span className="no-print inline-flex items-center gap-1.5">
      <label htmlFor={id} className="text-ink2">
        Domain
      </label>
      <select
        id={id}
        value={domain ?? ""}
        onChange={(event) => onChoose(event.target.value || undefined)}
        className="h-6 max-w-48 rounded-control border border-line2 bg-surface px-1"
      >
        <option value="">all</option>
        {all.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </span>
  );
}

function Row({ gathered }: { readonly gathered: Gathered }) {
  const { kind, id, title } = gathered.wait;
  return (
    <li>
      <PageLink
        href={kind === "incident" ? `/incidents/${id}` : `/changes/${id}`}
        className="block px-4 py-1.5 wrap-anywhere hover:bg-canvas focus-visible:outline-offset-[-2px]"
      >
        <span className="flex items-baseline gap-2">
          <b className="min-w-0 flex-1 font-medium">{title}</b>
          <span className="flex-none font-mono text-ink3 text-small">{id}</span>
        </span>
        <span className="block text-ink2 text-small">{sayWait(gathered)}</span>
      </PageLink>
    </li>
  );
}

function sayWait({ wait, owners }: Gathered): string {
  const { kind, severity, unseenBy = [], reason, since, workingDays, isDue } = wait;
  const age =
    workingDays === 0
      ? `since ${sayDay(since)}`
      : countOf(workingDays, { one: "working day", many: "working days" });
  if (kind === "incident") {
    const unseen = unseenBy.length === 0 ? "seen by all" : `not seen by ${unseenBy.join(", ")}`;
    return [severity, unseen, age].join(" · ");
  }
  return [
    owners.join(", "),
    ...(reason === undefined ? [] : [reason]),
    isDue ? `${age}, overdue` : age,
  ].join(" · ");
}

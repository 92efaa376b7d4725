import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction } from "#lib/incidents/incident-action.ts";
import type { IncidentTimes } from "#lib/incidents/incident-times.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { hoursFrom, sayClock, sayHours } from "#lib/view/incident-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { PanelEmpty } from "../ui/panel.tsx";

function ownersByDomain({ affected }: Incident): readonly (readonly [string, readonly string[]])[] {
  const owners = new Map<string, Set<string>>();
  for (const { domain, owner } of affected) {
    if (domain === undefined) continue;
    const known = owners.get(domain) ?? new Set<string>();
    if (owner !== undefined) known.add(owner);
    owners.set(domain, known);
  }
  return [...owners].map(([domain, set]) => [domain, [...set].sort(compareText)] as const);
}

/** Each affected domain, and whether it has seen it: acknowledged once for each, not once for all. */
export function SeenBy({
  incident,
  times,
  now,
  onEnter,
}: {
  readonly incident: Incident;
  readonly times: IncidentTimes;
  readonly now: string;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  const rows = [...ownersByDomain(incident)].sort(([a], [b]) => {
    const one = incident.acknowledged[a]?.at ?? "~";
    const two = incident.acknowledged[b]?.at ?? "~";
    return compareText(one, two) || compareText(a, b);
  });
  const lost = incident.affected.filter(({ domain }) => domain === undefined).length;
  if (rows.length === 0)
    return <PanelEmpty>Nothing that is affected belongs to a domain that we know.</PanelEmpty>;
  return (
    <>
      <table className="w-full table-fixed border-collapse">
        <thead>
          <tr className="border-line2 border-b text-left text-ink2 text-small">
            <th scope="col" className="px-4 py-2 font-medium">
              Domain
            </th>
            <th scope="col" className="w-[28%] px-2 py-2 font-medium">
              Owner
            </th>
            <th scope="col" className="w-[39%] px-4 py-2 text-right font-medium">
              Seen
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(([domain, owners]) => {
            const seen = incident.acknowledged[domain];
            return (
              <tr key={domain}>
                <th scope="row" className="wrap-anywhere px-4 py-2 text-left font-semibold">
                  {domain}
                </th>
                <td className="wrap-anywhere px-2 py-2">
                  {owners.length === 0 ? (
                    <span className="text-ink3">nobody to tell</span>
                  ) : (
                    owners.join(", ")
                  )}
                </td>
                <td className="px-4 py-2 text-right tabular-nums">
                  {seen === undefined ? (
                    <>
                      <span className="text-ink2">
                        not yet,{" "}
                        <span className="whitespace-nowrap">
                          {sayHours(hoursFrom(incident.openedAt, now))}
                        </span>
                      </span>{" "}
                      <button
                        type="button"
                        className="no-print ml-1 text-accent text-small hover:underline"
                        onClick={() => onEnter({ kind: "acknowledge", domain })}
                      >
                        Seen<span className="sr-only"> by {domain}</span>
                      </button>
                    </>
                  ) : (
                    <>
                      {sayClock(seen.at, now)}{" "}
                      <span className="inline-block text-ink2 whitespace-nowrap">
                        after {sayHours(times.toAcknowledge[domain] ?? 0)}
                      </span>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {lost === 0 ? null : (
        <p className="border-line border-t px-4 py-2 text-ink2 text-small">
          {countOf(lost, { one: "affected asset belongs", many: "affected assets belong" })} to no
          domain: nobody can see it for {lost === 1 ? "it" : "them"}.
        </p>
      )}
    </>
  );
}

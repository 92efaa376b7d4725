import type { Incident } from "#lib/incidents/incident.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { listWaiting, type Waiting } from "#lib/review/list-waiting.ts";
import type { Review } from "#lib/review/review.ts";
import { workingDaysBetween } from "#lib/review/review-days.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Wait, WaitsPage } from "#lib/view/waits.ts";
import type { Failure } from "../failure.ts";
import { listIncidents } from "../incidents/manage-incidents.ts";
import { listReviews } from "../reviews/manage-reviews.ts";

/** All that waits for somebody: answers to changes, objections with their age, incidents that are open. `now`: ISO 8601. */
export async function listWaits(
  store: LineageStore,
  now: string,
): Promise<Result<WaitsPage, Failure>> {
  const reviews = await listReviews(store);
  if (!reviews.ok) return reviews;
  const incidents = await listIncidents(store);
  if (!incidents.ok) return incidents;
  const asked = reviews.value.flatMap((review) =>
    listWaiting(review, now).map((waiting) => waitOf(review, waiting)),
  );
  const longest = asked.sort((a, b) => b.workingDays - a.workingDays || order(a.id, b.id));
  const open = incidents.value.filter(({ state }) => !ENDED.has(state));
  return ok({
    waits: [
      ...longest.filter(({ kind }) => kind === "answer"),
      ...longest.filter(({ kind }) => kind === "objection"),
      ...open
        .map((incident) => waitOfIncident(incident, now))
        .sort((a, b) => order(a.severity ?? "", b.severity ?? "") || order(a.since, b.since)),
    ],
    now,
  });
}

const ENDED: ReadonlySet<Incident["state"]> = new Set(["learned", "closed"]);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function waitOf({ id, title, content, asks }: Review, waiting: Waiting): Wait {
  const { owner, since, workingDays, isDue } = waiting;
  const domains = content.verdicts.flatMap((verdict) =>
    verdict.owner === owner && verdict.domain !== undefined ? verdict.domain : [],
  );
  const reason = asks.find((ask) => ask.owner === owner)?.signOff?.reason;
  return {
    kind: waiting.for === "an objection" ? "objection" : "answer",
    id,
    title,
    ...(owner === undefined ? {} : { owner }),
    domains: [...new Set(domains)].sort(),
    since,
    workingDays,
    isDue,
    ...(reason === undefined ? {} : { reason }),
  };
}

function waitOfIncident(
  { id, title, severity, openedAt, affected, acknowledged }: Incident,
  now: string,
): Wait {
  const domains = [...new Set(affected.flatMap(({ domain }) => domain ?? []))].sort();
  return {
    kind: "incident",
    id,
    title,
    domains,
    since: openedAt,
    workingDays: workingDaysBetween(openedAt, now),
    isDue: false,
    severity,
    unseenBy: domains.filter((domain) => acknowledged[domain] === undefined),
  };
}

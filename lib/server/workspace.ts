import "server-only";
import { headers } from "next/headers";
import type { ChangeInput } from "#lib/impact/change.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import { type IncidentTimes, timesOf } from "#lib/incidents/incident-times.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { GatePage } from "#lib/review/gate-page.ts";
import type { GateMiss } from "#lib/review/gate-run.ts";
import type { ReviewsPage } from "#lib/review/list-reviews-page.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import {
  askAsset,
  askBlast,
  askHome,
  askSearch,
  askSources,
} from "#lib/usecases/ask/ask-workspace.ts";
import { listWaits } from "#lib/usecases/ask/list-waits.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import {
  askChangesBetween,
  type BetweenRequest,
} from "#lib/usecases/history/ask-changes-between.ts";
import { askIdentity } from "#lib/usecases/identity/show-identity.ts";
import { listPromises } from "#lib/usecases/incidents/keep-promises.ts";
import {
  getIncident,
  type IncidentRecord,
  listIncidents,
} from "#lib/usecases/incidents/manage-incidents.ts";
import { listStrange } from "#lib/usecases/incidents/place-signal.ts";
import { readBoard } from "#lib/usecases/incidents/show-board.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import { sharedServices } from "#lib/usecases/open-services.ts";
import { showOwnership } from "#lib/usecases/owners/show-ownership.ts";
import { listJudged } from "#lib/usecases/reviews/judge-reviewed.ts";
import { listAgenda } from "#lib/usecases/reviews/list-agenda.ts";
import { getReview } from "#lib/usecases/reviews/manage-reviews.ts";
import { readGateDays, showGate } from "#lib/usecases/reviews/show-gate.ts";
import { type ShowHand, showReview } from "#lib/usecases/reviews/show-review.ts";
import { showReviews } from "#lib/usecases/reviews/show-reviews.ts";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import type { BoardPage } from "#lib/view/board.ts";
import type { ChangesBetween } from "#lib/view/changes-between.ts";
import { showCoupling } from "#lib/view/coupling.ts";
import { type DomainsPage, showDomains } from "#lib/view/domains-page.ts";
import type { IdentityPage } from "#lib/view/identity-page.ts";
import type {
  AssetPage,
  HomePage,
  OwnershipPage,
  SearchAnswer,
  SourcesPage,
} from "#lib/view/page-answers.ts";
import type { PromisesPage } from "#lib/view/promises.ts";
import type { WaitsPage } from "#lib/view/waits.ts";

/** An incident with its timeline, as its page begins. */
interface IncidentShown {
  readonly first: IncidentRecord & { readonly times: IncidentTimes };
  /** ISO 8601, by the clock of the server. */
  readonly now: string;
  readonly strange: readonly string[];
}

/** What pages ask: each function answers from the version in memory and never throws for a bad question. */
export interface PageWorkspace {
  /** `at`: a version or a time, default now. */
  readonly assessBlast: (
    changes: readonly ChangeInput[],
    at?: string,
  ) => Promise<Result<BlastAnswer, Failure>>;
  readonly search: (query: string) => Promise<Result<SearchAnswer, Failure>>;
  readonly assetPage: (id: string) => Promise<Result<AssetPage, Failure>>;
  readonly sourcesPage: () => Promise<Result<SourcesPage, Failure>>;
  readonly identityPage: () => Promise<Result<IdentityPage, Failure>>;
  readonly changesBetween: (request: BetweenRequest) => Promise<Result<ChangesBetween, Failure>>;
  readonly homePage: () => Promise<Result<HomePage, Failure>>;
  readonly ownershipPage: () => Promise<Result<OwnershipPage, Failure>>;
  /** `wish` names the coupling that is listed. */
  readonly domainsPage: (
    wish: Parameters<typeof showDomains>[1],
  ) => Promise<Result<DomainsPage & { readonly promises: PromisesPage }, Failure>>;
  readonly boardPage: () => Promise<Result<BoardPage, Failure>>;
  /** The newest first. */
  readonly incidents: () => Promise<Result<readonly Incident[], Failure>>;
  readonly incidentPage: (id: string) => Promise<Result<IncidentShown, Failure>>;
  readonly reviewsPage: () => Promise<Result<ReviewsPage, Failure>>;
  readonly reviewPage: (id: string) => Promise<Result<ShownReview, Failure>>;
  /** What waits for somebody. */
  readonly waits: () => Promise<Result<WaitsPage, Failure>>;
  /** What people said of verdicts of a review, by the asset that each is of. */
  readonly judged: (id: string) => Promise<Result<Readonly<Record<string, GateMiss>>, Failure>>;
  /** What the gate did in so many days; `days` as it stands in an address. */
  readonly gatePage: (days: string) => Promise<Result<GatePage, Failure>>;
  /** All that wait, one after another, as a meeting goes through them. */
  readonly meeting: () => Promise<Result<readonly ShownReview[], Failure>>;
}

/** The services of this process, or why they cannot be opened (a wrong configuration). */
export const getServices = (): Result<Services, Failure> => sharedServices();

/** The workspace that pages ask. Reading a header marks the page as made anew for each request. */
export function getWorkspace(): PageWorkspace {
  const ask = async <T>(
    question: (services: Services) => Promise<Result<T, Failure>>,
  ): Promise<Result<T, Failure>> => {
    await headers();
    const services = sharedServices();
    return services.ok ? question(services.value) : services;
  };
  return {
    assessBlast: (changes, at) =>
      ask(({ workspace, now }) =>
        askBlast(workspace, {
          changes,
          now: now().toISOString(),
          ...(at === undefined ? {} : { at }),
        }),
      ),
    search: (query) => ask(({ workspace }) => askSearch(workspace, { query })),
    assetPage: (id) => ask(({ workspace }) => askAsset(workspace, id)),
    identityPage: () => ask(({ workspace }) => askIdentity(workspace)),
    changesBetween: (request) =>
      ask(({ workspace }) =>
        askChangesBetween(
          (at) => (at === undefined ? workspace.view() : workspace.viewAt(at)),
          request,
        ),
      ),
    sourcesPage: () => ask(({ workspace, config }) => askSources(workspace, config)),
    homePage: () =>
      ask(({ workspace, demoFolder }) => askHome(workspace, demoFolder ? { demoFolder } : {})),
    domainsPage: (wish) =>
      ask(async ({ workspace, now }) => {
        const view = await workspace.view();
        if (!view.ok) return view;
        const store = await workspace.store();
        if (!store.ok) return store;
        const promises = await listPromises({
          store: store.value,
          view: view.value,
          now: now().toISOString(),
        });
        if (!promises.ok) return promises;
        const coupling = showCoupling(view.value.graph, view.value.asOf);
        return ok({ ...showDomains(coupling, wish), promises: promises.value });
      }),
    boardPage: () =>
      ask(async ({ workspace, now }) => {
        const store = await workspace.store();
        if (!store.ok) return store;
        const view = await workspace.view();
        return view.ok
          ? readBoard(store.value, { view: view.value, now: now().toISOString() })
          : view;
      }),
    incidents: () =>
      ask(async ({ workspace }) => {
        const store = await workspace.store();
        return store.ok ? listIncidents(store.value) : store;
      }),
    incidentPage: (id) =>
      ask(async ({ workspace, now }) => {
        const store = await workspace.store();
        if (!store.ok) return store;
        const record = await getIncident(store.value, id);
        if (!record.ok) return record;
        const first = { ...record.value, times: timesOf(record.value.incident) };
        const view = await workspace.view();
        if (!view.ok) return view;
        const strange = listStrange(view.value, record.value.incident);
        return ok({ first, now: now().toISOString(), strange });
      }),
    reviewsPage: () => ask((services) => withHand(services, showReviews)),
    reviewPage: (id) =>
      ask((services) =>
        withHand(services, async (hand) => {
          const record = await getReview(hand.store, id);
          return record.ok ? showReview(record.value, hand) : record;
        }),
      ),
    waits: () =>
      ask(async ({ workspace, now }) => {
        const store = await workspace.store();
        return store.ok ? listWaits(store.value, now().toISOString()) : store;
      }),
    judged: (id) =>
      ask(async ({ workspace }) => {
        const store = await workspace.store();
        return store.ok ? listJudged(store.value, id) : store;
      }),
    gatePage: (text) =>
      ask(async ({ workspace, now }) => {
        const days = readGateDays(text);
        if (!days.ok) return days;
        const store = await workspace.store();
        if (!store.ok) return store;
        return showGate(store.value, { now: now().toISOString(), days: days.value });
      }),
    meeting: () => ask((services) => withHand(services, listAgenda)),
    ownershipPage: () =>
      ask(async ({ workspace }) => {
        const view = await workspace.view();
        return view.ok ? ok(showOwnership(view.value)) : view;
      }),
  };
}

async function withHand<T>(
  { workspace, now }: Services,
  show: (hand: ShowHand) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const view = await workspace.view();
  if (!view.ok) return view;
  return show({ store: store.value, view: view.value, now: now().toISOString() });
}

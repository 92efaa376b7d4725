import { z } from "zod";
import type { IncidentAction } from "#lib/incidents/incident-action.ts";
import { timesOf } from "#lib/incidents/incident-times.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { checkDecision } from "#lib/usecases/incidents/check-decision.ts";
import {
  exportIncident,
  INCIDENT_FORMATS,
  isIncidentFormat,
} from "#lib/usecases/incidents/export-incident.ts";
import {
  appendEntry,
  getIncident,
  type IncidentHand,
  type IncidentRecord,
  listIncidents,
  type OpenRequest,
  openIncident,
} from "#lib/usecases/incidents/manage-incidents.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import {
  incidentEntrySchema,
  incidentListSchema,
  incidentRecordSchema,
  openIncidentSchema,
} from "../incident-schemas.ts";
import { EVENT_LIMITS } from "../read-body.ts";

export const INCIDENT_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/incidents",
    scope: "read",
    summary: "All incidents, the newest first",
    answer: { status: 200, schema: incidentListSchema },
    handle: async ({ services }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const incidents = await listIncidents(store.value);
      return incidents.ok ? ok({ incidents: incidents.value }) : incidents;
    },
  },
  {
    method: "POST",
    path: "/api/v1/incidents",
    scope: "sign",
    summary: "Opens an incident: what is broken, whose it is and how bad is found out",
    body: { schema: openIncidentSchema, limits: EVENT_LIMITS },
    answer: { status: 201, schema: incidentRecordSchema },
    handle: async (call) => {
      const hand = await handOf(call);
      if (!hand.ok) return hand;
      const opened = await openIncident(hand.value, call.body as OpenRequest);
      call.services.outbox.wake();
      return withTimes(opened);
    },
  },
  // Before the one whose id takes the rest of the path.
  {
    method: "GET",
    path: "/api/v1/incidents/{id}/export",
    scope: "read",
    summary: "An incident as a file: Markdown, or the JSON of one incident",
    query: { format: { description: `${INCIDENT_FORMATS.join(", ")}; markdown by default` } },
    answer: { status: 200, schema: z.string(), type: "text/markdown; charset=utf-8" },
    handle: answerExport,
  },
  {
    method: "GET",
    path: "/api/v1/incidents/{id}",
    scope: "read",
    summary: "An incident with its timeline",
    answer: { status: 200, schema: incidentRecordSchema },
    handle: async ({ services, params }) => {
      const store = await services.workspace.store();
      return store.ok ? withTimes(await getIncident(store.value, params["id"] ?? "")) : store;
    },
  },
  {
    method: "POST",
    path: "/api/v1/incidents/{id}/entries",
    scope: "sign",
    summary: "One more entry of the timeline: a role, an acknowledgement, a state, a note",
    body: { schema: incidentEntrySchema, limits: EVENT_LIMITS },
    answer: { status: 200, schema: incidentRecordSchema },
    handle: addEntry,
  },
];

async function answerExport({
  services,
  params,
  query,
}: ApiCall): Promise<Result<unknown, Failure>> {
  const format = query.get("format") ?? "markdown";
  if (!isIncidentFormat(format)) {
    return err({
      code: "bad-usage",
      message: `"format" is one of ${INCIDENT_FORMATS.join(", ")}`,
    });
  }
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const record = await getIncident(store.value, params["id"] ?? "");
  return record.ok ? ok(exportIncident(record.value, format)) : record;
}

async function addEntry(call: ApiCall): Promise<Result<unknown, Failure>> {
  const { action, ifSeq } = call.body as { action: IncidentAction; ifSeq?: number };
  const { domain } = call.actor;
  if (action.kind === "acknowledge" && domain !== undefined && domain !== action.domain) {
    return err({
      code: "forbidden",
      message: `this token speaks for ${domain}, not for ${action.domain}`,
    });
  }
  const hand = await handOf(call);
  if (!hand.ok) return hand;
  const id = call.params["id"] ?? "";
  if (action.kind === "decide_dispute") {
    const config = (await call.services.config())?.config;
    const may = await checkDecision(hand.value, { id, role: action.role, config });
    if (!may.ok) return may;
  }
  const entry = { id, action, ...(ifSeq === undefined ? {} : { ifSeq }) };
  const appended = await appendEntry(hand.value, entry);
  call.services.outbox.wake();
  return withTimes(appended);
}

async function handOf({ services, actor }: ApiCall): Promise<Result<IncidentHand, Failure>> {
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const view = await services.workspace.view();
  if (!view.ok) return view;
  return ok({
    store: store.value,
    view: view.value,
    actor,
    now: services.now().toISOString(),
  });
}

const withTimes = (record: Result<IncidentRecord, Failure>): Result<unknown, Failure> =>
  record.ok ? ok({ ...record.value, times: timesOf(record.value.incident) }) : record;

import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { GateRun } from "#lib/review/gate-run.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { readGateFiles } from "#lib/usecases/gate/read-gate-files.ts";
import { judgeFinding, listGateMisses, recordGateRun } from "#lib/usecases/reviews/gate-runs.ts";
import { judgeReviewed } from "#lib/usecases/reviews/judge-reviewed.ts";
import {
  GATE_DAYS,
  readGateDays,
  renderMissesCsv,
  showGate,
} from "#lib/usecases/reviews/show-gate.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import {
  gateMissSchema,
  gatePageSchema,
  gateRunSchema,
  judgeFindingSchema,
  sentRunSchema,
} from "../gate-schemas.ts";
import { EVENT_LIMITS } from "../read-body.ts";
import { respondText } from "../respond.ts";

export const GATE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/gate",
    scope: "read",
    summary:
      "What the gate stopped or would have, what was judged wrong, and the time that it added",
    query: { days: { description: `how far back runs are counted; ${GATE_DAYS} by default` } },
    answer: { status: 200, schema: gatePageSchema },
    handle: answerGate,
  },
  {
    method: "GET",
    path: "/api/v1/gate/misses.csv",
    scope: "read",
    summary: "The findings that somebody judged, as CSV; as JSON they are in /api/v1/gate",
    answer: { status: 200, schema: z.string(), type: "text/csv; charset=utf-8" },
    handle: async ({ services }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const misses = await listGateMisses(store.value);
      if (!misses.ok) return misses;
      return ok(respondText(renderMissesCsv(misses.value), "text/csv; charset=utf-8"));
    },
  },
  {
    method: "POST",
    path: "/api/v1/gate/runs",
    scope: "sign",
    summary: "Keeps a run of the gate: what it said, and how long a pipeline waited for it",
    body: { schema: sentRunSchema, limits: EVENT_LIMITS },
    answer: { status: 201, schema: gateRunSchema },
    handle: async ({ services, actor, body }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const run = body as Omit<GateRun, "at" | "actor">;
      const at = services.now().toISOString();
      const files = await readGateFiles({ cwd: ".", now: at });
      if (!files.ok) return files;
      const keepDays = files.value.policy.runs.keep_days;
      return recordGateRun(store.value, { run: { at, actor: actor.name, ...run }, keepDays });
    },
  },
  {
    method: "POST",
    path: "/api/v1/gate/misses",
    scope: "sign",
    summary: "Says that a finding is wrong, because …, or that it is right after all",
    body: { schema: judgeFindingSchema, limits: EVENT_LIMITS },
    answer: { status: 200, schema: gateMissSchema },
    handle: judge,
  },
];

async function answerGate({ services, query }: ApiCall): Promise<Result<unknown, Failure>> {
  const days = readGateDays(query.get("days") ?? String(GATE_DAYS));
  if (!days.ok) return days;
  const store = await services.workspace.store();
  if (!store.ok) return store;
  return showGate(store.value, { now: services.now().toISOString(), days: days.value });
}

async function judge({ services, actor, body }: ApiCall): Promise<Result<unknown, Failure>> {
  const { fingerprint, review, asset, says, because } = body as z.output<typeof judgeFindingSchema>;
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const word = { says, because, actor: actor.name, at: services.now().toISOString() };
  if (fingerprint !== undefined) return judgeFinding(store.value, { ...word, fingerprint });
  return judgeReviewed(store.value, { ...word, review: review ?? "", asset: asset ?? "" });
}

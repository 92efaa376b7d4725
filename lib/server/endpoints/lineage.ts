import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Delivery } from "#lib/usecases/events/event-sources.ts";
import { refuseEvent } from "#lib/usecases/events/write-events.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { StatusAnswer } from "../endpoint.ts";
import { EVENT_LIMITS, UPLOAD_LIMITS } from "../read-body.ts";

const eventSchema = z
  .looseObject({})
  .describe("an OpenLineage RunEvent, JobEvent or DatasetEvent (specification 2-0-2)");

const acceptedSchema = z.strictObject({ status: z.literal("success") });

const batchAnswerSchema = z.strictObject({
  status: z.enum(["success", "partial_success", "failure"]),
  summary: z.strictObject({
    received: z.int(),
    successful: z.int(),
    failed: z.int(),
    retriable: z.int(),
    non_retriable: z.int(),
  }),
  failed_events: z.array(
    z.strictObject({ index: z.int(), reason: z.string(), retriable: z.boolean() }),
  ),
});

export const LINEAGE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/api/v1/lineage",
    scope: "ingest",
    summary: "Takes one OpenLineage event; answers once it is durable",
    body: { schema: eventSchema, limits: EVENT_LIMITS },
    answer: { status: 201, schema: acceptedSchema },
    handle: takeEvent,
  },
  {
    method: "POST",
    path: "/api/v1/lineage/batch",
    scope: "ingest",
    summary:
      "Takes a list of OpenLineage events; those that can be accepted are, the others are named",
    body: { schema: z.array(z.unknown()).max(100_000), limits: UPLOAD_LIMITS },
    answer: { status: 200, schema: batchAnswerSchema },
    handle: takeBatch,
  },
];

async function takeEvent({ body, services, actor }: ApiCall): Promise<Result<unknown, Failure>> {
  const refusal = refuseEvent(body);
  if (refusal) {
    services.metrics.count("faultline_events_refused_total", { code: refusal.code });
    return err({ ...refusal, next: "this event can never be accepted; look at what sends it" });
  }
  const written = await services.events.submit(deliveryOf([body], { services, actor }));
  if (!written.ok) return refuse(services, written.error);
  services.metrics.count("faultline_events_accepted_total");
  return ok({ status: "success" });
}

const deliveryOf = (
  events: readonly unknown[],
  { services, actor }: Pick<ApiCall, "services" | "actor">,
): Delivery => {
  const { kind, name, teams, domain } = actor;
  const by = { kind, name, teams, ...(domain === undefined ? {} : { domain }) };
  return { events, actor: by, at: services.now().toISOString() };
};

function refuse(services: ApiCall["services"], failure: Failure): Result<never, Failure> {
  services.metrics.count("faultline_events_refused_total", { code: failure.code });
  return err(failure);
}

async function takeBatch({ body, services, actor }: ApiCall): Promise<Result<unknown, Failure>> {
  const received = body as readonly unknown[];
  const failed: { index: number; reason: string; retriable: boolean }[] = [];
  const events: unknown[] = [];
  received.forEach((event, index) => {
    const refusal = refuseEvent(event);
    if (refusal) failed.push({ index, reason: refusal.message, retriable: false });
    else events.push(event);
  });
  if (events.length > 0) {
    const written = await services.events.submit(deliveryOf(events, { services, actor }));
    // Nothing of the batch is durable then, and the client may send the whole of it again.
    if (!written.ok) return refuse(services, written.error);
  }
  services.metrics.count("faultline_events_accepted_total", {}, events.length);
  const status =
    failed.length === 0 ? "success" : events.length > 0 ? "partial_success" : "failure";
  return ok(
    new StatusAnswer(status === "failure" && received.length > 0 ? 422 : 200, {
      status,
      summary: {
        received: received.length,
        successful: events.length,
        failed: failed.length,
        retriable: 0,
        non_retriable: failed.length,
      },
      failed_events: failed,
    }),
  );
}

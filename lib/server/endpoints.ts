import { z } from "zod";
import { ok } from "#lib/kit/result.ts";
import { describeApi } from "./describe-api.ts";
import type { Endpoint } from "./endpoint.ts";
import { ALERT_ENDPOINTS } from "./endpoints/alerts.ts";
import { QUERY_ENDPOINTS } from "./endpoints/asset-queries.ts";
import { BETWEEN_ENDPOINTS } from "./endpoints/between.ts";
import { BOARD_ENDPOINTS } from "./endpoints/board.ts";
import { CHANGE_ENDPOINTS } from "./endpoints/changes.ts";
import { CHECK_ENDPOINTS } from "./endpoints/check.ts";
import { GATE_ENDPOINTS } from "./endpoints/gate.ts";
import { IDENTITY_ENDPOINTS } from "./endpoints/identity.ts";
import { INCIDENT_ENDPOINTS } from "./endpoints/incidents.ts";
import { LEDGER_ENDPOINTS } from "./endpoints/ledger.ts";
import { LINEAGE_ENDPOINTS } from "./endpoints/lineage.ts";
import { OUTBOX_ENDPOINTS } from "./endpoints/outbox.ts";
import { PROMISE_ENDPOINTS } from "./endpoints/promises.ts";
import { QUESTION_ENDPOINTS } from "./endpoints/questions.ts";
import { REVIEW_ENDPOINTS } from "./endpoints/reviews.ts";
import { SYSTEM_ENDPOINTS } from "./endpoints/system.ts";
import { TRIAGE_ENDPOINTS } from "./endpoints/triage.ts";
import { WRITE_ENDPOINTS } from "./endpoints/writes.ts";

const described: readonly Endpoint[] = [
  ...LINEAGE_ENDPOINTS,
  ...QUESTION_ENDPOINTS,
  ...QUERY_ENDPOINTS,
  ...CHECK_ENDPOINTS,
  ...GATE_ENDPOINTS,
  ...CHANGE_ENDPOINTS,
  ...BETWEEN_ENDPOINTS,
  ...TRIAGE_ENDPOINTS,
  ...ALERT_ENDPOINTS,
  ...INCIDENT_ENDPOINTS,
  ...LEDGER_ENDPOINTS,
  ...PROMISE_ENDPOINTS,
  ...BOARD_ENDPOINTS,
  ...REVIEW_ENDPOINTS,
  ...OUTBOX_ENDPOINTS,
  ...WRITE_ENDPOINTS,
  ...IDENTITY_ENDPOINTS,
  ...SYSTEM_ENDPOINTS,
];

/** Every address of the API, in the order of its description. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...described,
  {
    method: "GET",
    path: "/api/v1/openapi.json",
    scope: "public",
    summary: "This description",
    answer: { status: 200, schema: z.looseObject({ openapi: z.string() }) },
    handle: () => Promise.resolve(ok(describeApi(described))),
  },
];

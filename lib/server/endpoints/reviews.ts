import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { reviewPolicyOf } from "#lib/review/review-policy.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { readGateFiles } from "#lib/usecases/gate/read-gate-files.ts";
import type { AskedAction } from "#lib/usecases/reviews/asked-action.ts";
import {
  exportReview,
  isReviewFormat,
  REVIEW_FORMATS,
} from "#lib/usecases/reviews/export-review.ts";
import {
  appendReviewEntry,
  getReview,
  listReviews,
  type ProposeRequest,
  proposeReview,
  type ReviewHand,
} from "#lib/usecases/reviews/manage-reviews.ts";
import { orderReview } from "#lib/usecases/reviews/order-review.ts";
import { proposeDetected } from "#lib/usecases/reviews/propose-detected.ts";
import { showReview } from "#lib/usecases/reviews/show-review.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { EVENT_LIMITS } from "../read-body.ts";
import { respondJson, respondText } from "../respond.ts";
import {
  proposeReviewSchema,
  reviewEntrySchema,
  reviewListSchema,
  reviewOrderSchema,
  reviewStateSchema,
  shownReviewSchema,
} from "../review-schemas.ts";

export const REVIEW_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/reviews",
    scope: "read",
    summary: "All change reviews, the newest first",
    answer: { status: 200, schema: reviewListSchema },
    handle: async ({ services }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const reviews = await listReviews(store.value);
      return reviews.ok ? ok({ reviews: reviews.value }) : reviews;
    },
  },
  {
    method: "POST",
    path: "/api/v1/reviews",
    scope: "sign",
    summary:
      "Proposes changes: what they do to others is judged and frozen, and each owner is asked",
    body: { schema: proposeReviewSchema, limits: EVENT_LIMITS },
    answer: { status: 201, schema: shownReviewSchema },
    handle: propose,
  },
  {
    method: "GET",
    path: "/api/v1/reviews/{id}/export",
    scope: "read",
    summary: "A review as a file that needs no network: HTML, Markdown, or the JSON of one review",
    query: { format: { description: `${REVIEW_FORMATS.join(", ")}; html by default` } },
    answer: { status: 200, schema: z.string(), type: "text/html; charset=utf-8" },
    handle: answerExport,
  },
  {
    method: "GET",
    path: "/api/v1/reviews/{id}/order",
    scope: "read",
    summary:
      "Of several changes the order that breaks the least, step by step, on the graph of now",
    answer: { status: 200, schema: reviewOrderSchema },
    handle: async (call) => {
      const hand = await handOf(call);
      if (!hand.ok) return hand;
      const record = await getReview(hand.value.store, call.params["id"] ?? "");
      if (!record.ok) return record;
      const steps = orderReview(record.value, hand.value.view);
      return steps.ok ? ok({ steps: steps.value }) : steps;
    },
  },
  {
    method: "GET",
    path: "/api/v1/reviews/{id}/state",
    scope: "read",
    summary:
      "The number of a review's last entry and the version of the graph: whether to read it again",
    answer: { status: 200, schema: reviewStateSchema },
    handle: async (call) => {
      const hand = await handOf(call);
      if (!hand.ok) return hand;
      const { store, view } = hand.value;
      const record = await getReview(store, call.params["id"] ?? "");
      if (!record.ok) return record;
      return ok({ seq: record.value.review.seq, graphVersion: String(view.asOf.version) });
    },
  },
  {
    method: "GET",
    path: "/api/v1/reviews/{id}",
    scope: "read",
    summary: "A review with its entries, what it waits for, and what differs on the graph of now",
    answer: { status: 200, schema: shownReviewSchema },
    handle: async (call) => {
      const hand = await handOf(call);
      if (!hand.ok) return hand;
      const record = await getReview(hand.value.store, call.params["id"] ?? "");
      return record.ok ? showReview(record.value, hand.value) : record;
    },
  },
  {
    method: "POST",
    path: "/api/v1/reviews/{id}/entries",
    scope: "sign",
    summary: "One more entry of a review: a sign-off, an edit, the sunset date, a state, a note",
    body: { schema: reviewEntrySchema, limits: EVENT_LIMITS },
    answer: { status: 200, schema: shownReviewSchema },
    handle: addEntry,
  },
];

type ProposeBody = Omit<ProposeRequest, "policy" | "changes"> & {
  readonly changes?: ProposeRequest["changes"];
  readonly detected?: string;
};

/** By the policy of the server: who proposes does not choose the rules. */
async function propose(call: ApiCall): Promise<Result<unknown, Failure>> {
  const hand = await handOf(call);
  if (!hand.ok) return hand;
  const files = await readGateFiles({ cwd: ".", now: hand.value.now });
  if (!files.ok) return files;
  const policy = reviewPolicyOf(files.value.policy);
  const { changes = [], detected, ...rest } = call.body as ProposeBody;
  const { workspace } = call.services;
  const made =
    detected === undefined
      ? await proposeReview(hand.value, { ...rest, changes, policy })
      : await proposeDetected({ ...hand.value, workspace }, { ...rest, id: detected, policy });
  if (!made.ok) return made;
  call.services.outbox.wake();
  const shown = await showReview(made.value, hand.value);
  const { skipped, outcome } = made.value;
  return shown.ok ? ok({ ...shown.value, skipped, outcome }) : shown;
}

async function addEntry(call: ApiCall): Promise<Result<unknown, Failure>> {
  const { action, ifSeq } = call.body as { action: AskedAction; ifSeq?: number };
  const hand = await handOf(call);
  if (!hand.ok) return hand;
  const record = await appendReviewEntry(hand.value, {
    id: call.params["id"] ?? "",
    asked: action,
    ...(ifSeq === undefined ? {} : { ifSeq }),
  });
  if (!record.ok) return record;
  call.services.outbox.wake();
  return showReview(record.value, hand.value);
}

const TYPES = { html: "text/html", markdown: "text/markdown" } as const;

async function answerExport(call: ApiCall): Promise<Result<unknown, Failure>> {
  const format = call.query.get("format") ?? "html";
  if (!isReviewFormat(format))
    return err({ code: "bad-usage", message: `"format" is one of ${REVIEW_FORMATS.join(", ")}` });
  const hand = await handOf(call);
  if (!hand.ok) return hand;
  const { workspace } = call.services;
  const exported = await exportReview(
    { ...hand.value, workspace },
    { id: call.params["id"] ?? "", format },
  );
  if (!exported.ok) return exported;
  if (format === "json") return ok(respondJson(exported.value));
  return ok(respondText(String(exported.value), `${TYPES[format]}; charset=utf-8`));
}

async function handOf({ services, actor }: ApiCall): Promise<Result<ReviewHand, Failure>> {
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const view = await services.workspace.view();
  if (!view.ok) return view;
  const now = services.now().toISOString();
  return ok({ store: store.value, view: view.value, actor, now });
}

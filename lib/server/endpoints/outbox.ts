import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { listDeliveries, listMessages, retryDelivery } from "#lib/usecases/outbox/list-outbox.ts";
import { renderAtom, renderJsonFeed } from "#lib/usecases/outbox/render-feed.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { time } from "../impact-schemas.ts";

const audience = z.strictObject({ owner: z.string().optional(), domain: z.string().optional() });
const message = z.strictObject({
  key: z.string().describe("what it is told for: once"),
  kind: z.string(),
  subject: z.string(),
  audience,
  title: z.string(),
  lines: z.array(z.string()),
  path: z.string(),
  at: time,
});
const delivery = z.strictObject({
  id: z.string(),
  message,
  channel: z.string(),
  state: z
    .enum(["waiting", "sending", "sent", "unclear", "given_up"])
    .describe("unclear: the process ended while it was sent, and it is not sent again by itself"),
  attempts: z.int(),
  nextAt: time,
  leasedUntil: time.optional(),
  sentAt: time.optional(),
  lastProblem: z.string().optional(),
});

const feedQuery = {
  owner: { description: "only what is for this owner" },
  domain: { description: "only what is for this domain" },
} as const;

export const OUTBOX_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/outbox",
    scope: "read",
    summary: "What people are told, by channel, and how that went; the newest first",
    answer: { status: 200, schema: z.strictObject({ deliveries: z.array(delivery) }) },
    handle: async ({ services }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const deliveries = await listDeliveries(store.value);
      return deliveries.ok ? ok({ deliveries: deliveries.value }) : deliveries;
    },
  },
  {
    method: "POST",
    path: "/api/v1/outbox/{id}/retry",
    scope: "sign",
    summary: "Sends once more what is unclear or was given up",
    answer: { status: 200, schema: delivery },
    handle: async ({ services, params }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const now = services.now().toISOString();
      const again = await retryDelivery(store.value, { id: params["id"] ?? "", now });
      if (again.ok) services.outbox.wake();
      return again;
    },
  },
  {
    method: "GET",
    path: "/api/v1/feed.atom",
    scope: "read",
    summary: "What was told, as an Atom feed",
    query: feedQuery,
    answer: { status: 200, schema: z.string(), type: "application/atom+xml; charset=utf-8" },
    handle: (call) => answerFeed(call, { path: "/api/v1/feed.atom", render: renderAtom }),
  },
  {
    method: "GET",
    path: "/api/v1/feed.json",
    scope: "read",
    summary: "What was told, as a JSON feed",
    query: feedQuery,
    answer: { status: 200, schema: z.looseObject({ version: z.string() }) },
    handle: (call) => answerFeed(call, { path: "/api/v1/feed.json", render: renderJsonFeed }),
  },
];

const MOST = 100;

async function answerFeed(
  { services, query, origin }: ApiCall,
  {
    path,
    render,
  }: {
    readonly path: string;
    readonly render: (feed: Parameters<typeof renderAtom>[0]) => unknown;
  },
): Promise<Result<unknown, Failure>> {
  const [owner, domain] = [query.get("owner"), query.get("domain")];
  if (owner === "" || domain === "")
    return err({ code: "bad-usage", message: "owner and domain are names, not empty" });
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const messages = await listMessages(store.value, {
    ...(owner === null ? {} : { owner }),
    ...(domain === null ? {} : { domain }),
    limit: MOST,
  });
  if (!messages.ok) return messages;
  const config = await services.config();
  const base = config?.config.notify?.url ?? origin;
  const whose = [owner, domain].filter((part) => part !== null).join(", ");
  const asked = query.toString();
  return ok(
    render({
      messages: messages.value,
      base,
      title: whose === "" ? "Faultline" : `Faultline: ${whose}`,
      path: asked === "" ? path : `${path}?${asked}`,
    }),
  );
}

import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { ASSET_KINDS } from "#lib/model/asset.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import {
  decideIdentity,
  IDENTITY_ACTIONS,
  type IdentityAction,
} from "#lib/usecases/identity/decide-identity.ts";
import { askIdentity } from "#lib/usecases/identity/show-identity.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { EVENT_LIMITS } from "../read-body.ts";

const name = z.strictObject({ namespace: z.string(), name: z.string() });

const asset = z.strictObject({
  id: z.string(),
  namespace: z.string(),
  name: z.string(),
  kind: z.enum(ASSET_KINDS),
  owner: z.string().optional(),
  columns: z.int(),
  placeholder: z.boolean().describe("only readers name it"),
  sources: z.array(z.string()),
});

const decision = z.strictObject({
  a: name,
  b: name,
  decision: z.enum(["same", "apart"]),
  at: z.string(),
  by: z.string(),
  reason: z.string().optional(),
});

const identitySchema = z.strictObject({
  suggestions: z
    .array(
      z.strictObject({
        a: asset,
        b: asset,
        reasons: z.array(z.string()),
        confidence: z.number().describe("0 to 1: judged, not measured"),
      }),
    )
    .describe(
      "pairs that look like one asset, the surest first; nothing joins them but a decision",
    ),
  more: z.int().describe("beyond the limit"),
  tooCommon: z.array(z.strictObject({ name: z.string(), assets: z.int() })),
  decisions: z.array(decision),
  ambiguous: z.strictObject({ count: z.int(), examples: z.array(z.string()) }),
});

const decideSchema = z.strictObject({
  action: z.enum(IDENTITY_ACTIONS),
  a: z
    .string()
    .min(1)
    .max(2_000)
    .describe("an id or an unambiguous tail of a name; of what is undone the name as it was"),
  b: z.string().min(1).max(2_000),
  reason: z.string().max(500).optional(),
});

export const IDENTITY_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/identity",
    scope: "read",
    summary: "Names that may mean one asset, what people decided of them, and what is ambiguous",
    answer: { status: 200, schema: identitySchema },
    handle: ({ services }) => askIdentity(services.workspace),
  },
  {
    method: "POST",
    path: "/api/v1/identity",
    scope: "sign",
    summary: "Says that two assets are one or are not, or takes that back; names are resolved anew",
    body: { schema: decideSchema, limits: EVENT_LIMITS },
    answer: { status: 200, schema: z.strictObject({ decision, version: z.int() }) },
    handle: decide,
  },
];

async function decide({ services, actor, body }: ApiCall): Promise<Result<unknown, Failure>> {
  const { workspace, events, now } = services;
  const store = await workspace.store();
  if (!store.ok) return store;
  const asked = body as { action: IdentityAction; a: string; b: string; reason?: string };
  const names = (await services.config())?.config.names;
  const done = await events.runAlone(() =>
    decideIdentity({
      ...asked,
      store: store.value,
      actor,
      now: now().toISOString(),
      ...(names === undefined ? {} : { names }),
    }),
  );
  if (done.ok) await workspace.refresh();
  return done;
}

import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { decideSharing } from "#lib/usecases/incidents/share-ledger.ts";
import { showLedger } from "#lib/usecases/incidents/show-ledger.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { time } from "../impact-schemas.ts";
import { EVENT_LIMITS } from "../read-body.ts";

const share = z.number().min(0).max(1).optional();
const few = z.union([z.int().min(0), z.literal("<3")]);
const spread = z
  .strictObject({ n: z.int(), median: z.number(), p90: z.number() })
  .optional()
  .describe("hours");
const decision = z.strictObject({
  at: time,
  actor: z.string(),
  with: z.enum(["own", "all"]),
  reason: z.string(),
});

const cell = z.strictObject({
  cause: z.string(),
  suffers: z.string(),
  incidents: few,
  assetHours: z.number().optional(),
  pages: z.int().optional(),
  pageWeight: z.number().optional().describe("pages, each by the tier of what was wrong"),
  underContract: share,
});
const total = z
  .strictObject({ assetHours: z.number(), pages: z.number(), pageWeight: z.number() })
  .optional();

const shownSchema = z.strictObject({
  state: z.literal("shown"),
  rows: z.array(
    z.strictObject({
      domain: z.string(),
      cells: z.array(cell),
      suffered: z.array(cell).describe("what others caused and it suffered"),
      incidents: few,
      per100Changes: z.number().optional(),
      total,
      totalPer100Changes: total,
      exported: share,
      imported: share,
      toldBefore: share,
      reviewed: share,
      signedOff: share.describe("owners that had agreed to the change before it was deployed"),
      repeated: share,
      silent: share,
      windowsKept: share.describe("of what it took away, what went after an agreed date"),
      times: z
        .strictObject({
          toDetect: spread,
          toAcknowledge: spread,
          toMitigate: spread,
          toRepair: spread,
        })
        .optional(),
    }),
  ),
  disputes: z.array(
    z.strictObject({
      incident: z.string(),
      cause: z.string(),
      domain: z.string(),
      at: time,
      reason: z.string(),
      workingDays: z.int(),
      isDue: z.boolean(),
    }),
  ),
  decided: z.array(z.strictObject({ incident: z.string(), role: z.string(), stands: z.boolean() })),
  notAgreed: z.int(),
  decides: z.string(),
  sharing: z.enum(["own", "all"]),
  decisions: z.array(decision),
  own: z.array(z.string()),
});

const ledgerSchema = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.enum(["off", "asks_domain"]).describe("asks_domain: say whose row with ?domain="),
    message: z.string(),
    next: z.string(),
  }),
  shownSchema,
]);

export const LEDGER_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/ledger",
    scope: "read",
    summary: "Who caused and who suffered, by domain; off unless faultline.yaml turns it on",
    query: { domain: { description: "the row to show, where nobody has to say who they are" } },
    answer: { status: 200, schema: ledgerSchema },
    handle: answerLedger,
  },
  {
    method: "POST",
    path: "/api/v1/ledger/sharing",
    scope: "admin",
    summary: "Decides who sees more of the ledger than their own row; kept with the reason",
    body: {
      schema: z.strictObject({
        with: z.enum(["own", "all"]),
        reason: z.string().trim().min(1).max(2_000),
      }),
      limits: EVENT_LIMITS,
    },
    answer: { status: 200, schema: z.strictObject({ decisions: z.array(decision) }) },
    handle: decide,
  },
];

async function answerLedger({
  services,
  actor,
  query,
}: ApiCall): Promise<Result<unknown, Failure>> {
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const view = await services.workspace.view();
  if (!view.ok) return view;
  return showLedger({
    store: store.value,
    view: view.value,
    config: (await services.config())?.config,
    actor,
    now: services.now().toISOString(),
    domain: query.get("domain") ?? undefined,
  });
}

async function decide({ services, actor, body }: ApiCall): Promise<Result<unknown, Failure>> {
  if ((await services.config())?.config.ledger?.on !== true)
    return err({ code: "forbidden", message: "the ledger of causes and pain is off" });
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const said = body as { readonly with: "own" | "all"; readonly reason: string };
  const now = services.now().toISOString();
  const decisions = await decideSharing(store.value, { ...said, actor, now });
  return decisions.ok ? ok({ decisions: decisions.value }) : decisions;
}

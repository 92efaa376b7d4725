import { err, type Result } from "#lib/kit/result.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { checkTerms } from "#lib/review/waiver.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { type CheckCall, checkStored } from "#lib/usecases/gate/check-stored.ts";
import { checkAnswerSchema, checkRequestSchema } from "../check-schemas.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { UPLOAD_LIMITS } from "../read-body.ts";

export const CHECK_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/api/v1/check",
    scope: "read",
    summary:
      "The gate: what changed between two states, and what it breaks of all that is deployed",
    body: { schema: checkRequestSchema, limits: UPLOAD_LIMITS },
    answer: { status: 200, schema: checkAnswerSchema },
    handle: answerCheck,
  },
];

async function answerCheck({ services, body }: ApiCall): Promise<Result<unknown, Failure>> {
  const asked = body as Omit<CheckCall, "policy" | "waivers"> & Partial<CheckCall>;
  const now = services.now().toISOString();
  const waivers = asked.waivers ?? [];
  const terms = checkTerms(waivers, now);
  if (!terms.ok) return err({ code: "wrong-shape", message: terms.error });
  const store = await services.workspace.store();
  if (!store.ok) return store;
  return checkStored({
    ...asked,
    policy: asked.policy ?? DEFAULT_GATE,
    waivers,
    store: store.value,
    now,
  });
}

import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { workingDaysBetween } from "#lib/review/review-days.ts";
import { isOfRole } from "../access/is-of-role.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import type { Failure } from "../failure.ts";
import { getIncident, type IncidentHand } from "./manage-incidents.ts";
import { DEFAULT_DECIDER, DISPUTE_DAYS } from "./show-ledger.ts";

/** Both sides have five working days to agree; then the role that the company named decides, as one of its people. */
export async function checkDecision(
  { store, actor, now }: Pick<IncidentHand, "store" | "actor" | "now">,
  {
    id,
    role,
    config,
  }: { readonly id: string; readonly role: string; readonly config: FaultlineConfig | undefined },
): Promise<Result<undefined, Failure>> {
  const decides = config?.ledger?.decides ?? DEFAULT_DECIDER;
  if (role !== decides || !isOfRole(actor, decides))
    return err({ code: "forbidden", message: `disputes are decided by ${decides}` });
  const record = await getIncident(store, id);
  if (!record.ok) return record;
  const dispute = record.value.incident.cause?.dispute;
  if (dispute === undefined) return ok(undefined);
  const days = workingDaysBetween(dispute.at, now);
  if (days >= DISPUTE_DAYS) return ok(undefined);
  return err({
    code: "forbidden",
    message: `the dispute is ${days} working days old; ${decides} decides after ${DISPUTE_DAYS}`,
    next: "until then both sides may agree",
  });
}

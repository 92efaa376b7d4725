import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { listDecisions } from "../identity/confirmed-names.ts";
import type { JudgedOn } from "./judge-review.ts";

/** The same, with what people said of names that look like one table: readers under the other name are asked for by it. */
export async function withDecisions<T extends { readonly store: LineageStore }>(
  hand: T,
): Promise<Result<T & Pick<JudgedOn, "decisions">, Failure>> {
  const decisions = await listDecisions(hand.store);
  return decisions.ok
    ? ok({ ...hand, decisions: decisions.value })
    : err(failureOfStore(decisions.error));
}

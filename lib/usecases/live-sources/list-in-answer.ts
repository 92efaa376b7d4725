import { asList, asRecord, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { shownOf } from "./ask-json.ts";

interface ListAsked {
  /** Of the question, to say where the list was missed. */
  readonly url: string;
  /** Where the list stands in the answer; absent: the answer is the list. */
  readonly key?: string;
  /** Keys beside which an empty list may be left out, as protobuf's JSON does. */
  readonly mayStandAlone?: readonly string[];
}

/**
 * The list that an answer holds. What answers without one is something else than the tool, or the tool in trouble: were it
 * taken for an empty system, all that is known of it would be called gone.
 */
export function listInAnswer(
  value: unknown,
  { url, key, mayStandAlone }: ListAsked,
): Result<readonly LooseRecord[], Failure> {
  const held = key === undefined ? value : asRecord(value)?.[key];
  if (asList(held) !== undefined) return ok(recordsIn(held));
  const others = Object.keys(asRecord(value) ?? { "": "" }).filter((one) => one !== key);
  const isLeftOut = (held ?? null) === null && mayStandAlone !== undefined;
  if (isLeftOut && others.every((one) => mayStandAlone.includes(one))) return ok([]);
  return err(otherAnswer(url, key === undefined ? "a list" : `the list "${key}"`));
}

/** An answer that is well formed, and not what the tool says there. */
export const otherAnswer = (url: string, wanted: string): Failure => ({
  code: "server-unreachable",
  message: `${shownOf(url)}: it answers without ${wanted}`,
  next: "Check the address: another tool, an older version of it, or a page of maintenance may answer there.",
});

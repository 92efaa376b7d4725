import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { answerImpact, type ImpactAnswer, type ImpactRequest } from "../ask/answer-impact.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";

/** The blast radius; where it is asked for, held against an engine that tries the statements. */
export async function answerVerified(
  view: GraphView,
  request: ImpactRequest,
): Promise<Result<ImpactAnswer, Failure>> {
  const answer = answerImpact(view, request);
  const target = request.verify;
  if (!answer.ok || target === undefined) return answer;
  const { verifyImpact } = await import("./verify-impact.ts");
  const options = request.materialize === "table" ? { materializeTable: true } : {};
  const results = "results" in answer.value ? answer.value.results : [answer.value];
  const verified: (typeof results)[number][] = [];
  for (const assessment of results) {
    if (isChangeError(assessment)) verified.push(assessment);
    else {
      const proved = await verifyImpact({ view, assessment, target, ...options });
      if (!proved.ok) return proved;
      verified.push(proved.value);
    }
  }
  const [only] = verified;
  return ok("results" in answer.value || only === undefined ? { results: verified } : only);
}

import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { GatePolicy } from "#lib/review/gate-policy.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ProposedReview } from "#lib/usecases/reviews/manage-reviews.ts";
import type { CheckAnswer } from "#lib/usecases/run-check.ts";
import { callServer } from "../call-server.ts";
import { type ServerOptions, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";

/** Makes a change review of what a check has found; undefined: nothing has changed that could be reviewed. */
export async function proposeFound(
  io: CliIo,
  {
    options,
    answer,
    policy,
  }: { readonly options: ServerOptions; readonly answer: CheckAnswer; readonly policy: GatePolicy },
): Promise<Result<ProposedReview | undefined, Failure>> {
  if (answer.changes.length === 0) return ok(undefined);
  const { toChangeInputs } = await import("#lib/review/reviewed-change.ts");
  const changes = answer.changes.flatMap(toChangeInputs);
  const request = { changes, skipUnknown: true };
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const path = "/api/v1/reviews";
    const text = await callServer(io, { server, method: "POST", path, body: request });
    return text.ok ? ok(JSON.parse(text.value) as ProposedReview) : text;
  }
  const { loadGraphView } = await import("#lib/usecases/load-graph-view.ts");
  const { proposeReview } = await import("#lib/usecases/reviews/manage-reviews.ts");
  const { reviewPolicyOf } = await import("#lib/review/review-policy.ts");
  return withStore({ io, options, mustExist: true }, async (store) => {
    const view = await loadGraphView(store);
    if (!view.ok) return view;
    const actor = { kind: "local", name: "command line", teams: [], scopes: ["sign"] } as const;
    const hand = { store, view: view.value, actor, now: io.now().toISOString() };
    return proposeReview(hand, { ...request, policy: reviewPolicyOf(policy) });
  });
}

import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { GatePolicy } from "#lib/review/gate-policy.ts";
import type { FoundDifference, ReviewOrigin } from "#lib/review/review-action.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import type { ProposedReview } from "#lib/usecases/reviews/manage-reviews.ts";
import { callServer } from "../call-server.ts";
import { type ServerOptions, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import { LOCAL_ACTOR } from "../local-actor.ts";

/** Makes a change review of what a check has found; undefined: nothing has changed that could be reviewed. */
export async function proposeFound(
  io: CliIo,
  {
    options,
    answer,
    policy,
  }: {
    readonly options: ServerOptions & { readonly proposeAs?: string };
    readonly answer: CheckAnswer;
    readonly policy: GatePolicy;
  },
): Promise<Result<ProposedReview | undefined, Failure>> {
  if (answer.changes.length === 0) return ok(undefined);
  const { toChangeInputs } = await import("#lib/review/reviewed-change.ts");
  const changes = answer.changes.flatMap(toChangeInputs);
  const found = answer.changes.map(describeFound);
  const origin = originOf(io.env, options.proposeAs);
  const request = { changes, skipUnknown: true, origin, found };
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const path = "/api/v1/reviews";
    const text = await callServer(io, { server, method: "POST", path, body: request });
    return text.ok ? ok(JSON.parse(text.value) as ProposedReview) : text;
  }
  const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
  const { proposeReview } = await import("#lib/usecases/reviews/manage-reviews.ts");
  const { reviewPolicyOf } = await import("#lib/review/review-policy.ts");
  return withStore({ io, options, mustExist: true }, async (store) => {
    const view = await loadGraphView(store);
    if (!view.ok) return view;
    const actor = { ...LOCAL_ACTOR, scopes: ["sign"] } as const;
    const hand = { store, view: view.value, actor, now: io.now().toISOString() };
    return proposeReview(hand, { ...request, policy: reviewPolicyOf(policy) });
  });
}

const describeFound = ({
  asset,
  column,
  before,
  after,
  evidence,
  file,
  line,
}: ReviewedChange): FoundDifference => ({
  target: column === undefined ? asset.name : `${asset.name}.${column}`,
  before,
  after,
  evidence,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
});

/** The pull request that is checked, as the runners of code forges tell it: its next check edits the same review. */
export function originOf(env: CliIo["env"], said: string | undefined): ReviewOrigin {
  if (said !== undefined) return { kind: "check", key: said };
  const github = /^refs\/pull\/(\d+)\//.exec(env["GITHUB_REF"] ?? "")?.[1];
  const repository = env["GITHUB_REPOSITORY"];
  if (github !== undefined && repository !== undefined)
    return pullRequest(env["GITHUB_SERVER_URL"], {
      key: `github:${repository}#${github}`,
      path: `${repository}/pull/${github}`,
    });
  const gitlab = env["CI_MERGE_REQUEST_IID"];
  const project = env["CI_MERGE_REQUEST_PROJECT_PATH"];
  if (gitlab !== undefined && project !== undefined)
    return pullRequest(env["CI_SERVER_URL"], {
      key: `gitlab:${project}!${gitlab}`,
      path: `${project}/-/merge_requests/${gitlab}`,
    });
  return { kind: "check" };
}

const pullRequest = (
  server: string | undefined,
  { key, path }: { readonly key: string; readonly path: string },
): ReviewOrigin => ({
  kind: "check",
  key,
  ...(server === undefined || !URL.canParse(server) ? {} : { link: `${server}/${path}` }),
});

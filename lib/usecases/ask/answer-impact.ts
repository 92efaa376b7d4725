import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { AssessInput } from "#lib/impact/assess-change.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment, ChangeError } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import type { Policy } from "#lib/impact/policy.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import type { VerifyTarget } from "../verify/verify-target.ts";
import type { AskedChange, RequestedChange } from "./read-changes.ts";
import { isWellFormed, MalformedChange } from "./read-changes.ts";
import { splitReference } from "./split-reference.ts";

/** What is asked: the same over the command line, HTTP and the screens. */
export interface ImpactRequest {
  readonly changes: readonly AskedChange[];
  /** One assessment for each change instead of one for all together. */
  readonly each?: boolean;
  /** `table`: judge as if every model were a table. */
  readonly materialize?: "table";
  /** An asset by name: every step of the way to it is told. */
  readonly explain?: string;
  /** Have an engine try the statements, and put what it says beside each verdict. */
  readonly verify?: VerifyTarget;
  /** ISO 8601; only the points of what is due soon depend on it. */
  readonly now?: string;
  /** How much things count; absent: as the view has it. */
  readonly weights?: Policy;
}

export type ImpactResult = Assessment | ChangeError;
export type ImpactAnswer = ImpactResult | { readonly results: readonly ImpactResult[] };

/** The blast radius of the changes on one version of the graph. */
export function answerImpact(
  view: GraphView,
  request: ImpactRequest,
): Result<ImpactAnswer, Failure> {
  const explained =
    request.explain === undefined ? undefined : findAssetByName(view.graph, request.explain);
  const base = {
    snapshot: view.snapshot,
    graph: view.graph,
    options: {
      ...(request.materialize === undefined ? {} : { materialize: request.materialize }),
      ...(request.now === undefined ? {} : { now: request.now }),
      ...policyFor(view, request),
      ...(explained?.ok === true ? { explain: explained.value.id } : {}),
    },
  };
  const asked = request.changes.map((change) =>
    isWellFormed(change) ? completeChange(view, change) : change,
  );
  if (!request.each) return ok(judgeTogether(base, asked));
  return ok({ results: asked.map((change) => judgeTogether(base, [change])) });
}

const policyFor = (
  { weights: standing }: GraphView,
  { weights = standing }: ImpactRequest,
): { readonly policy?: Policy } => (weights === undefined ? {} : { policy: weights });

/** What is no change is left out and listed with the changes that name nothing known, in the order of the request. */
function judgeTogether(
  base: Omit<AssessInput, "changes">,
  asked: readonly (ChangeInput | MalformedChange)[],
): ImpactResult {
  const changes = asked.filter(
    (change): change is ChangeInput => !(change instanceof MalformedChange),
  );
  const bad = asked.find((change) => change instanceof MalformedChange);
  if (bad === undefined) return assessChanges({ ...base, changes });
  if (changes.length === 0) return malformedError(bad);
  const answer = assessChanges({ ...base, changes });
  if (isChangeError(answer)) return answer;
  const unresolved = new Map(answer.errors?.map((error) => [error.change, error]));
  const errors = asked.flatMap((change) =>
    change instanceof MalformedChange ? [malformedError(change)] : (unresolved.get(change) ?? []),
  );
  return { ...answer, errors };
}

const malformedError = ({ written, message }: MalformedChange): ChangeError => ({
  error: { code: "wrong-shape", message },
  change: written,
});

/** Splits `orders.amount` into asset and column, and takes what has no kind for removed. */
export function completeChange(view: GraphView, change: RequestedChange): ChangeInput {
  const { ref, asset, kind, ...rest } = change;
  if (ref === undefined) {
    return { ...rest, kind: kind ?? "drop_column", asset: asset ?? "" };
  }
  const split = splitReference(view.graph, ref);
  const column = rest.column ?? split.column;
  return {
    ...rest,
    kind: kind ?? (column === undefined ? "table_dropped_or_renamed" : "drop_column"),
    asset: asset ?? split.asset,
    ...(column === undefined ? {} : { column }),
  };
}

/** The changes that are malformed or name nothing known, as failures, and how many assessments there are beside them. */
export function changeErrorsOf(answer: ImpactAnswer): {
  readonly errors: readonly { readonly error: Failure; readonly change: unknown }[];
  readonly answered: number;
} {
  const results = "results" in answer ? answer.results : [answer];
  const errors = results.flatMap((result) =>
    isChangeError(result) ? [result] : (result.errors ?? []),
  );
  return { errors, answered: results.filter((result) => !isChangeError(result)).length };
}

import { assessChanges, assessEach, isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment, ChangeError } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { Failure } from "./failure.ts";
import type { GraphView } from "./graph-view.ts";
import type { RequestedChange } from "./read-changes.ts";
import { splitReference } from "./split-reference.ts";

/** What is asked: the same over the command line, HTTP and the screens. */
export interface ImpactRequest {
  readonly changes: readonly RequestedChange[];
  /** One assessment for each change instead of one for all together. */
  readonly each?: boolean;
  /** `table`: judge as if every model were a table. */
  readonly materialize?: "table";
  /** ISO 8601; only the points of what is due soon depend on it. */
  readonly now?: string;
}

export type ImpactResult = Assessment | ChangeError;
export type ImpactAnswer = ImpactResult | { readonly results: readonly ImpactResult[] };

/** The blast radius of the changes on one version of the graph. */
export function answerImpact(
  view: GraphView,
  request: ImpactRequest,
): Result<ImpactAnswer, Failure> {
  const changes = request.changes.map((change) => completeChange(view, change));
  const options = {
    ...(request.materialize === undefined ? {} : { materialize: request.materialize }),
    ...(request.now === undefined ? {} : { now: request.now }),
  };
  const question = { snapshot: view.snapshot, graph: view.graph, changes, options };
  return ok(request.each ? { results: assessEach(question) } : assessChanges(question));
}

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

/** The changes that named nothing known, as failures, and how many assessments there are beside them. */
export function changeErrorsOf(answer: ImpactAnswer): {
  readonly errors: readonly { readonly error: Failure; readonly change: ChangeInput }[];
  readonly answered: number;
} {
  const results = "results" in answer ? answer.results : [answer];
  const errors = results.flatMap((result) =>
    isChangeError(result) ? [result] : (result.errors ?? []),
  );
  return { errors, answered: results.filter((result) => !isChangeError(result)).length };
}

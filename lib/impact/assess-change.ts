import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { addUntouched } from "./add-untouched.ts";
import type { AssessedChange, Assessment, ChangeError } from "./assessment.ts";
import type { Blast } from "./blast.ts";
import type { ChangeInput } from "./change.ts";
import { typeFamily } from "./classify-type.ts";
import { Judgement } from "./judgement.ts";
import { listUnread } from "./list-unread.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { propagate } from "./propagate.ts";
import type { RenamedValue } from "./renamed-value.ts";
import { type ResolvedChange, resolveChange } from "./resolve-change.ts";
import { traceAsset } from "./trace-asset.ts";

export interface AssessOptions {
  /** `"table"`: judge as if every view and ephemeral model were a table. */
  readonly materialize?: "table";
  /** ISO 8601: from when on things count as due. Absent: no points for being due. */
  readonly now?: string;
  readonly policy?: Policy;
  /** Tells every step of the way to this asset. */
  readonly explain?: AssetId;
}

export interface AssessInput {
  readonly snapshot: Snapshot;
  /** The graph that the snapshot was built from. */
  readonly graph: MergedGraph;
  readonly changes: readonly ChangeInput[];
  readonly options?: AssessOptions;
}

export const isChangeError = (answer: Assessment | ChangeError): answer is ChangeError =>
  "error" in answer;

/**
 * The blast radius of changes that happen together. A change that names something that does not exist is left out and
 * listed in `errors`; when none is left, its error is the answer.
 */
export function assessChanges(input: AssessInput): Assessment | ChangeError {
  const judged = judgeChanges(input);
  if (!("judgement" in judged)) return judged;
  const unread = listUnread(input.graph);
  const explain = input.options?.explain;
  const known = addUntouched(judged.judgement.assessment(), input.graph);
  const assessment: Assessment = {
    ...known,
    complete: known.complete && unread.length === 0,
    ...(unread.length > 0 ? { readsNotKnown: unread } : {}),
    ...(explain === undefined
      ? {}
      : { trace: traceAsset({ blast: judged.blast, graph: input.graph, asset: explain }) }),
  };
  return judged.errors.length === 0 ? assessment : { ...assessment, errors: judged.errors };
}

/** Each change by itself, in order. */
export function assessEach(input: AssessInput): readonly (Assessment | ChangeError)[] {
  return input.changes.map((change) => assessChanges({ ...input, changes: [change] }));
}

/** The same as `assessChanges`, before it is written out: for large answers that are read page by page. */
export function judgeChanges({ snapshot, graph, changes, options = {} }: AssessInput):
  | {
      readonly judgement: Judgement;
      readonly blast: Blast;
      readonly errors: readonly ChangeError[];
    }
  | ChangeError {
  const resolved: ResolvedChange[] = [];
  const errors: ChangeError[] = [];
  for (const change of changes) {
    const answer = resolveChange({ graph, snapshot, change, index: resolved.length });
    if (answer.ok) resolved.push(answer.value);
    else errors.push(answer.error);
  }
  const [first] = errors;
  if (resolved.length === 0 && first !== undefined) return first;
  const blast = propagate({
    snapshot,
    seeds: resolved.flatMap((change) => change.seeds),
    materializeTable: options.materialize === "table",
    newType: onlyRetyped(resolved)?.toType,
    oldType: onlyRetyped(resolved)?.fromType,
    renamed: onlyRenamedValue(resolved),
    numbersAsText: writesNumbersAsText(resolved),
  });
  const judgement = new Judgement({
    blast,
    graph,
    changes: resolved.map((change) => change.assessed),
    changedUnderContract: resolved.some(namedByContract),
    policy: options.policy ?? DEFAULT_POLICY,
    now: options.now,
  });
  return { judgement, blast, errors };
}

function onlyRetyped(resolved: readonly ResolvedChange[]): AssessedChange | undefined {
  const retyped = resolved
    .map(({ assessed }) => assessed)
    .filter(({ kind }) => kind.startsWith("type_"));
  return retyped.length === 1 ? retyped[0] : undefined;
}

/** Which value it was, where one change of values says so and no other may bring the same effect. */
function onlyRenamedValue(resolved: readonly ResolvedChange[]): RenamedValue | undefined {
  const [only, ...others] = resolved.map(({ assessed }) => assessed);
  if (only?.kind !== "enum_value_removed_or_renamed" || others.length > 0) return undefined;
  const { value, to } = only;
  if (typeof value !== "string" || value === "" || only.effects !== undefined) return undefined;
  return { value, ...(typeof to === "string" && to !== "" ? { to } : {}) };
}

/** Where it does more than that, or another change does something too, nothing is known. */
function writesNumbersAsText(resolved: readonly ResolvedChange[]): true | undefined {
  const [only, ...others] = resolved.map(({ assessed }) => assessed);
  if (only?.kind !== "type_changed" || others.length > 0 || only.effects !== undefined)
    return undefined;
  const isSo =
    typeFamily(only.fromType ?? "") === "integer" && typeFamily(only.toType ?? "") === "text";
  return isSo || undefined;
}

function namedByContract({ asset, column }: ResolvedChange): boolean {
  const { contract } = asset.attributes;
  if (contract?.status !== "active") return false;
  if (contract.columns === undefined || column === undefined) return true;
  return contract.columns.some((name) => name.toLowerCase() === column.toLowerCase());
}

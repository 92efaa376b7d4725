import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { Assessment, AssetVerdict, BecauseStep, Proof } from "#lib/impact/assessment.ts";
import { score } from "#lib/impact/points.ts";
import { DEFAULT_POLICY } from "#lib/impact/policy.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { Bench } from "./bench.ts";
import { type BoundGraph, bindGraph } from "./bind-graph.ts";
import { isDecidedByBinding } from "./change-columns.ts";
import { isShownByRows } from "./change-rows.ts";
import { openSession } from "./open-session.ts";
import { listMisses, type ProveInput, prove, ruleBy } from "./prove.ts";
import type { VerifyTarget } from "./verify-target.ts";

export interface VerifyRequest {
  readonly view: Pick<GraphView, "graph" | "snapshot" | "weights">;
  readonly assessment: Assessment;
  readonly target: VerifyTarget;
  /** Where statements are edited themselves: the graph before that. `view` then holds the new statements. */
  readonly base?: Pick<GraphView, "graph" | "snapshot">;
  /** Judge as if every model were a table. */
  readonly materializeTable?: boolean;
}

/**
 * Has an engine try the statements of everything in the answer, before and after the change. What it says is put beside
 * each verdict, and where the two differ the run is right and the miss is listed.
 */
export async function verifyImpact(request: VerifyRequest): Promise<Result<Assessment, Failure>> {
  const opened = await openSession(request.target);
  if (!opened.ok) return opened;
  const bench = new Bench(opened.value);
  try {
    return ok(await verifyOn(bench, request));
  } finally {
    await bench.session.close();
  }
}

async function verifyOn(
  bench: Bench,
  { view, assessment, base, materializeTable }: VerifyRequest,
): Promise<Assessment> {
  const common = {
    bench,
    wanted: assessment.verdicts.map(({ asset }) => asset.id),
    ...(materializeTable === undefined ? {} : { materializeTable }),
  };
  const changes = changesOf({ view, assessment, isEdited: base !== undefined });
  const before = await bindGraph({ ...common, ...(base ?? view) });
  const after = await bindGraph({
    ...common,
    ...view,
    before: before.contents,
    changed: (asset, table) => bench.change(table, changes.get(asset) ?? []),
  });
  const decides = {
    binding: isDecidedByBinding(assessment.changes),
    rows: isShownByRows([...changes.values()].flat()),
  };
  const verdicts: AssetVerdict[] = [];
  for (const verdict of assessment.verdicts)
    verdicts.push(await proveOne(verdict, { bench, before, after, decides, view }));
  verdicts.sort((a, b) => (b.points ?? -1) - (a.points ?? -1));
  const misses = listMisses(verdicts);
  return { ...assessment, verdicts, ...(misses.length === 0 ? {} : { misses }) };
}

type Changes = Assessment["changes"];

/** What is done to each table. Where statements are edited, theirs come of the statements and are not made once more. */
function changesOf({
  view: { graph },
  assessment,
  isEdited,
}: Pick<VerifyRequest, "view" | "assessment"> & { readonly isEdited: boolean }): ReadonlyMap<
  AssetId,
  Changes
> {
  const byAsset = new Map<AssetId, Changes>();
  for (const change of assessment.changes) {
    const found = findAssetByName(graph, change.asset);
    if (!found.ok) continue;
    const { id, queries } = found.value;
    const isMade = queries.length > 0 && change.classifiedAs !== "table_dropped_or_renamed";
    if (!isEdited || !isMade) byAsset.set(id, [...(byAsset.get(id) ?? []), change]);
  }
  return byAsset;
}

async function proveOne(
  verdict: AssetVerdict,
  {
    view,
    ...input
  }: ProveInput & {
    readonly view: Pick<GraphView, "graph" | "weights">;
    readonly after: BoundGraph;
  },
): Promise<AssetVerdict> {
  const { id } = verdict.asset;
  const proof = await prove(id, input);
  if (proof === undefined) return verdict;
  const ruling = ruleBy(verdict, {
    proof,
    isLate: input.after.late.has(id),
    decides: input.decides.binding,
  });
  if (ruling === undefined) return { ...verdict, proof };
  const predicted = ruling.isMiss
    ? { predicted: { verdict: verdict.verdict, certainty: verdict.certainty } }
    : {};
  const left = verdict.also.find((other) => other.verdict === ruling.verdict);
  const because = ruling.verdict === verdict.verdict ? verdict.because : (left?.because ?? []);
  return {
    ...verdict,
    ...scored(view, { entry: verdict, ...ruling }),
    run: RUNS[ruling.verdict] ?? verdict.run,
    ...(ruling.verdict === "unaffected" ? { rows: [], columns: [] } : {}),
    because:
      ruling.verdict === "unaffected"
        ? []
        : [...because, stepOf(verdict, { proof, ruled: ruling.verdict })],
    also: verdict.also.filter((other) => other !== left),
    proof: { ...proof, ...predicted },
  };
}

const RUNS: Partial<Record<AssetVerdict["verdict"], AssetVerdict["run"]>> = {
  breaks_loudly: "fails",
  unaffected: "ok",
};

/** The run as the last step of the way. */
function stepOf(
  { asset }: AssetVerdict,
  { proof, ruled }: { readonly proof: Proof; readonly ruled: AssetVerdict["verdict"] },
): BecauseStep {
  const { engine, outcome, query, message } = proof;
  return {
    node: `run:${asset.shortName}`,
    asset: asset.id,
    effect: outcome === "fails" ? "ERROR" : ruled === "degraded" ? "STALE" : "VALUE",
    certainty: "certain",
    rule: "run",
    text: `proved by run on ${engine}: ${[query, message].filter(Boolean).join(": ")}`,
  };
}

function scored(
  { graph, weights = DEFAULT_POLICY }: Pick<GraphView, "graph" | "weights">,
  {
    entry: { asset, terms },
    verdict,
    certainty,
  }: { readonly entry: AssetVerdict } & Pick<AssetVerdict, "verdict" | "certainty">,
): Pick<AssetVerdict, "verdict" | "certainty" | "points" | "terms" | "severity"> {
  const points = score({
    judged: { verdict, certainty },
    attributes: graph.assets.get(asset.id)?.attributes ?? {},
    underContract: (terms["contract"] ?? 0) > 0,
    policy: weights,
  });
  return { verdict, certainty, ...points };
}

import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { Assessment, AssetVerdict, Proof } from "#lib/impact/assessment.ts";
import { score } from "#lib/impact/points.ts";
import { DEFAULT_POLICY } from "#lib/impact/policy.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph-view.ts";
import { type BoundGraph, bindGraph } from "./bind-graph.ts";
import { changeColumns, isDecidedByBinding } from "./change-columns.ts";
import { openDuckdbBinder } from "./duckdb-binder.ts";

export interface VerifyRequest {
  readonly view: GraphView;
  readonly assessment: Assessment;
  /** Judge as if every model were a table. */
  readonly materializeTable?: boolean;
}

const DIALECTS: ReadonlySet<string> = new Set(["duckdb"]);

/**
 * Has an engine bind the statements of everything in the answer, before and after the change, without rows. What it says
 * is put beside each verdict, and where the two differ the engine is right.
 */
export async function verifyImpact({
  view,
  assessment,
  materializeTable,
}: VerifyRequest): Promise<Result<Assessment, Failure>> {
  const opened = await openDuckdbBinder();
  if (!opened.ok) return opened;
  const binder = opened.value;
  try {
    const base = {
      graph: view.graph,
      snapshot: view.snapshot,
      binder,
      dialects: DIALECTS,
      wanted: assessment.verdicts.map(({ asset }) => asset.id),
      ...(materializeTable === undefined ? {} : { materializeTable }),
    };
    const before = await bindGraph({ ...base, changed: (_asset, columns) => columns });
    const changes = changesByAsset(view, assessment);
    const after = await bindGraph({
      ...base,
      before: before.contents,
      changed: (asset, columns) =>
        (changes.get(asset) ?? []).reduce<typeof columns | undefined>(
          (now, change) => (now === undefined ? undefined : changeColumns(now, change)),
          columns,
        ),
    });
    const decides = isDecidedByBinding(assessment.changes);
    const verdicts = assessment.verdicts.map((verdict) => {
      const proof = proofOf(verdict.asset.id, before, after);
      return proof === undefined ? verdict : withProof({ view, verdict, proof, decides });
    });
    return ok({ ...assessment, verdicts });
  } finally {
    binder.close();
  }
}

function changesByAsset(
  { graph }: GraphView,
  { changes }: Assessment,
): Map<AssetId, Assessment["changes"][number][]> {
  const byAsset = new Map<AssetId, Assessment["changes"][number][]>();
  for (const change of changes) {
    const found = findAssetByName(graph, change.asset);
    if (found.ok) byAsset.set(found.value.id, [...(byAsset.get(found.value.id) ?? []), change]);
  }
  return byAsset;
}

/** Only what bound before the change proves anything after it. Of several queries the first that fails counts. */
function proofOf(asset: AssetId, before: BoundGraph, after: BoundGraph): Proof | undefined {
  const earlier = new Map(
    before.outcomes.flatMap((one) => (one.asset === asset ? [[one.query, one.bound]] : [])),
  );
  const own = after.outcomes.filter((one) => one.asset === asset);
  if (own.length === 0) return undefined;
  const engine = "duckdb";
  for (const { query, bound } of own) {
    if (bound.outcome === "fails" && earlier.get(query)?.outcome === "binds")
      return { engine, outcome: "fails", query, message: bound.message };
  }
  const open = own.find(
    ({ query, bound }) => bound.outcome !== "binds" || earlier.get(query)?.outcome !== "binds",
  );
  if (open === undefined) return { engine, outcome: "binds" };
  const was = earlier.get(open.query);
  const message =
    open.bound.outcome === "not_tried"
      ? open.bound.reason
      : was?.outcome === "fails"
        ? `it does not bind before the change either: ${was.message}`
        : "it was not tried";
  return { engine, outcome: "not_tried", query: open.query, message };
}

interface Proving {
  readonly view: GraphView;
  readonly verdict: AssetVerdict;
  readonly proof: Proof;
  /** Binding alone tells whether it fails. */
  readonly decides: boolean;
}

function withProof({ view, verdict, proof, decides }: Proving): AssetVerdict {
  if (proof.outcome === "not_tried") return { ...verdict, proof };
  if (proof.outcome === "fails")
    return {
      ...verdict,
      ...scored(view, verdict, { verdict: "breaks_loudly", certainty: "certain" }),
      run: "fails",
      proof,
    };
  if (verdict.verdict !== "breaks_loudly" || !decides) return { ...verdict, proof };
  // It was said to fail, and it does not: what else was found wrong with it is left.
  const [next, ...also] = verdict.also;
  const left = next ?? { verdict: "unaffected" as const, certainty: null, because: [] };
  return {
    ...verdict,
    ...scored(view, verdict, left),
    run: "ok",
    because: left.because,
    also,
    proof,
  };
}

function scored(
  { graph }: GraphView,
  { asset, terms }: AssetVerdict,
  { verdict, certainty }: Pick<AssetVerdict, "verdict" | "certainty">,
): Pick<AssetVerdict, "verdict" | "certainty" | "points" | "terms" | "severity"> {
  const points = score({
    judged: { verdict, certainty },
    attributes: graph.assets.get(asset.id)?.attributes ?? {},
    underContract: (terms["contract"] ?? 0) > 0,
    policy: DEFAULT_POLICY,
  });
  return { verdict, certainty, ...points };
}

import type { Assessment, AssetVerdict, Proof } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Bench, Bound } from "./bench.ts";
import type { BoundGraph, QueryOutcome } from "./bind-graph.ts";

export interface ProveInput {
  readonly bench: Bench;
  readonly before: BoundGraph;
  readonly after: BoundGraph;
  /** Whether binding alone decides, and whether rows can show the change. */
  readonly decides: { readonly binding: boolean; readonly rows: boolean };
}

/** What the run says of one asset: of several queries the first that fails counts, then the first that differs. */
export async function prove(asset: AssetId, input: ProveInput): Promise<Proof | undefined> {
  const { after, before, bench, decides } = input;
  const { engine } = bench.session;
  const earlier = new Map(
    before.outcomes.flatMap((one) => (one.asset === asset ? [[one.query, one.bound]] : [])),
  );
  const own = after.outcomes.filter((one) => one.asset === asset);
  if (own.length === 0) return undefined;
  const failed = own.find(
    ({ query, bound }) => bound.outcome === "fails" && earlier.get(query)?.outcome === "binds",
  );
  if (failed?.bound.outcome === "fails") {
    const { query, bound } = failed;
    return { engine, outcome: "fails", basis: BASIS, query, message: bound.message };
  }
  const open = own.find(
    ({ query, bound }) => bound.outcome !== "binds" || earlier.get(query)?.outcome !== "binds",
  );
  if (open !== undefined) return notTried(engine, open, earlier.get(open.query));
  const held = decides.rows ? await holdRows(own, { bench, earlier }) : undefined;
  if (held !== undefined) return { engine, ...held };
  return { engine, outcome: "binds", ...(decides.binding ? { basis: BASIS } : {}) };
}

const BASIS = "proved by run";

function notTried(
  engine: string,
  { query, bound }: QueryOutcome,
  was: QueryOutcome["bound"] | undefined,
): Proof {
  const message =
    bound.outcome === "not_tried"
      ? bound.reason
      : was?.outcome === "fails"
        ? `it fails before the change too: ${was.message}`
        : "it was not tried";
  return { engine, outcome: "not_tried", query, message };
}

type Held = Pick<Proof, "outcome" | "basis" | "query" | "message">;

/** Compares the rows of each query; undefined: one of them has no rows to show anything. */
async function holdRows(
  own: readonly QueryOutcome[],
  { bench, earlier }: { readonly bench: Bench; readonly earlier: ReadonlyMap<string, Earlier> },
): Promise<Held | undefined> {
  let rows = 0;
  let isShown = true;
  for (const { query, bound } of own) {
    const was = earlier.get(query);
    if (bound.outcome !== "binds" || was?.outcome !== "binds") return undefined;
    const counts = [await bench.count(was.table), await bench.count(bound.table)];
    if (counts.every((count) => count === 0)) {
      isShown = false;
      continue;
    }
    rows += counts[0] ?? 0;
    const same = await bench.isSame(was.table, bound.table);
    if (!same.ok) return { outcome: "not_tried", query, message: same.error };
    if (!same.value) {
      const message = `${sayRows(counts[0])} before, ${sayRows(counts[1])} after, and they differ`;
      return { outcome: "differs", basis: BASIS, query, message };
    }
  }
  return isShown
    ? { outcome: "same", basis: BASIS, message: `the same ${sayRows(rows)} before and after` }
    : undefined;
}

type Earlier = Bound | { readonly outcome: "not_tried"; readonly reason: string };

const sayRows = (count = 0): string => `${count} ${count === 1 ? "row" : "rows"}`;

/** What a verdict becomes by its proof. */
export interface Ruling {
  readonly verdict: AssetVerdict["verdict"];
  readonly certainty: AssetVerdict["certainty"];
  /** The prediction was another one. */
  readonly isMiss: boolean;
}

/** The run's word. Undefined: it does not contradict what was found, and proves no more than that. */
export function ruleBy(
  { verdict, also }: Pick<AssetVerdict, "verdict" | "also">,
  { proof, isLate, decides }: RulingInput,
): Ruling | undefined {
  switch (proof.outcome) {
    case "not_tried":
      return undefined;
    case "fails":
      return {
        verdict: "breaks_loudly",
        certainty: "certain",
        isMiss: verdict !== "breaks_loudly",
      };
    case "differs": {
      const isExpected = verdict === "breaks_silently" || verdict === "degraded";
      return {
        verdict: isExpected ? verdict : "breaks_silently",
        certainty: "certain",
        isMiss: !isExpected,
      };
    }
    case "same":
    case "binds":
      return ruleSame(verdict, { proof, isLate, decides, left: also[0] });
  }
}

interface RulingInput {
  readonly proof: Proof;
  /** It reads what could not be built anew. */
  readonly isLate: boolean;
  readonly decides: boolean;
}

function ruleSame(
  verdict: AssetVerdict["verdict"],
  {
    proof,
    isLate,
    decides,
    left,
  }: RulingInput & { readonly left: AssetVerdict["also"][number] | undefined },
): Ruling | undefined {
  if (verdict === "unaffected" || verdict === "unknown" || verdict === "degraded") return undefined;
  if (proof.outcome === "binds") {
    if (verdict !== "breaks_loudly" || !decides) return undefined;
    return {
      verdict: left?.verdict ?? "unaffected",
      certainty: left?.certainty ?? null,
      isMiss: true,
    };
  }
  return isLate
    ? { verdict: "degraded", certainty: "certain", isMiss: true }
    : { verdict: "unaffected", certainty: null, isMiss: true };
}

/** Predictions that the run contradicts, as an answer lists them. */
export function listMisses(verdicts: readonly AssetVerdict[]): NonNullable<Assessment["misses"]> {
  return verdicts.flatMap(({ asset, verdict, proof }) =>
    proof?.predicted === undefined
      ? []
      : [{ asset: asset.name, predicted: proof.predicted, ran: verdict, proof: proof.outcome }],
  );
}

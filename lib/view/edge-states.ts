import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Assessment, AssetVerdict, Effect } from "#lib/impact/assessment.ts";
import { effectsOf } from "#lib/impact/change-effects.ts";
import type { Lane } from "#lib/impact/effects.ts";
import { ruleFor } from "#lib/impact/rule-book.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { BlastEdge } from "./blast-answer.ts";

export type EdgeState = BlastEdge["state"];

interface EdgeStatesInput {
  readonly assessment: Assessment;
  readonly graph: MergedGraph;
  readonly verdicts: ReadonlyMap<AssetId, AssetVerdict>;
}

/** What leaves an asset: by column in lower case, over its row set, and whether its run passes harm on. */
interface Outflow {
  readonly columns: ReadonlyMap<string, readonly Lane[]>;
  readonly rows: readonly Lane[];
  readonly run: boolean;
}

const NOTHING: Outflow = { columns: new Map(), rows: [], run: false };

/**
 * Says of each edge what the change does over it, from the answer itself and the same rules: what leaves the upstream end
 * (its verdict's columns, rows and run, or the change), and what the use makes of it at the reader.
 */
export function edgeStates({
  assessment,
  graph,
  verdicts,
}: EdgeStatesInput): (edge: Edge) => EdgeState {
  const outflows = new Map<AssetId, Outflow>();
  for (const verdict of assessment.verdicts)
    outflows.set(verdict.asset.id, outflowOfVerdict(verdict));
  for (const change of assessment.changes) {
    const id = assetId(change.asset.namespace, change.asset.name);
    const asset = graph.assets.get(id);
    if (asset === undefined) continue;
    const column = change.column ?? undefined;
    const { effects } = effectsOf({ change, kind: change.classifiedAs, asset, column });
    const lanes = (slot: string) =>
      effects.filter((effect) => effect.slot === slot).map(({ lane }) => lane);
    outflows.set(
      id,
      joined(outflows.get(id) ?? NOTHING, {
        columns: column === undefined ? new Map() : new Map([[column.toLowerCase(), lanes("col")]]),
        rows: [...lanes("rows"), ...(column === undefined ? lanes("col") : [])],
        run: lanes("run").length > 0,
      }),
    );
  }
  return (edge) =>
    stateOf(edge, outflows.get(edge.from.asset) ?? NOTHING, verdicts.get(edge.to.asset));
}

function outflowOfVerdict({ columns, rows, run }: AssetVerdict): Outflow {
  return {
    columns: new Map(columns.map(({ column, effects }) => [column.toLowerCase(), effects])),
    rows: rows.map(({ effect }: { readonly effect: Effect }) => effect),
    run: run !== "ok",
  };
}

function joined(a: Outflow, b: Outflow): Outflow {
  const columns = new Map(a.columns);
  for (const [name, lanes] of b.columns)
    columns.set(name, [...(columns.get(name) ?? []), ...lanes]);
  return { columns, rows: [...a.rows, ...b.rows], run: a.run || b.run };
}

function stateOf(edge: Edge, outflow: Outflow, verdict: AssetVerdict | undefined): EdgeState {
  const lanes = lanesOver(edge, outflow);
  if (outflow.run && verdict !== undefined && verdict.run !== "ok") return "harms";
  if (lanes.length === 0) return "idle";
  const isHarmed = verdict !== undefined && verdict.verdict !== "unaffected";
  if (edge.use === "UNKNOWN") return isHarmed ? "unknown" : "idle";
  const passed = lanes.some((lane) => passes(edge, lane));
  if (!passed) return "absorbed";
  if (!isHarmed) return "carries";
  return verdict.verdict === "unknown" ? "unknown" : "harms";
}

const ROW_LANES: ReadonlySet<Lane> = new Set([
  "ROWS_LOST",
  "ROWS_EXTRA",
  "GRAIN",
  "REGROUPED",
  "THINNED",
]);

/** Row by row a reader takes the row set over, so an effect on it passes wherever no rule folds it away. */
function passes(edge: Edge, lane: Lane): boolean {
  const rule = ruleFor(edge.use, lane);
  if ((rule?.gives.length ?? 0) > 0) return true;
  return (
    ROW_LANES.has(lane) &&
    !edge.use.startsWith("AGG_") &&
    edge.use !== "EXISTS" &&
    edge.use !== "GROUP_BY"
  );
}

function lanesOver({ from }: Edge, outflow: Outflow): readonly Lane[] {
  if (from.column === undefined) return [...outflow.rows, ...[...outflow.columns.values()].flat()];
  return [...(outflow.columns.get(from.column.toLowerCase()) ?? []), ...outflow.rows];
}

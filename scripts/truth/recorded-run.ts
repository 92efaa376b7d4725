import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { ExecutedAsset, ExecutedChange, Outcome } from "./executed-change.ts";

/** What an engine did, as it is kept in a file: an asset's id, its outcome, its detail, and its columns that are others. */
type RecordedAsset = readonly [id: string, outcome: Outcome, detail: string, affected: string];

export interface RecordedRun {
  readonly engine: string;
  readonly changes: readonly (Pick<ExecutedChange, "kind" | "change" | "label"> & {
    readonly assets: readonly RecordedAsset[];
  })[];
}

const LONGEST = 60;

export function recordRun(engine: string, executed: readonly ExecutedChange[]): RecordedRun {
  return {
    engine,
    changes: executed.map(({ kind, change, label, assets }) => ({
      kind,
      change,
      label,
      assets: assets.map(({ id, outcome, detail = "", columns }) => [
        id,
        outcome,
        detail.slice(0, LONGEST),
        [...(columns?.affected ?? [])].join(","),
      ]),
    })),
  };
}

/** The engine, and then a change a line. */
export const writeRecorded = ({ engine, changes }: RecordedRun): string =>
  [{ engine }, ...changes].map((line) => `${JSON.stringify(line)}\n`).join("");

export function parseRecorded(text: string): RecordedRun {
  const [head = "{}", ...lines] = text.trim().split("\n");
  const { engine } = JSON.parse(head) as Pick<RecordedRun, "engine">;
  return { engine, changes: lines.map((line) => JSON.parse(line)) };
}

/** The run again, over the graph that it was made of. */
export function readRecorded(run: RecordedRun, graph: MergedGraph): readonly ExecutedChange[] {
  return run.changes.map(({ assets, ...change }) => ({
    ...change,
    assets: assets.map((asset) => replayed(asset, graph)),
  }));
}

function replayed(
  [id, outcome, detail, affected]: RecordedAsset,
  graph: MergedGraph,
): ExecutedAsset {
  const asset = graph.assets.get(id as AssetId);
  if (asset === undefined) throw new Error(`${id} is no asset of the graph: record the run again`);
  const all = asset.columns.map(({ name }) => name);
  const named = affected === "" ? [] : affected.split(",");
  return {
    id: asset.id,
    name: asset.name,
    kind: asset.kind,
    outcome,
    ...(detail === "" ? {} : { detail }),
    ...(DATASET_KINDS.has(asset.kind) ? { columns: { all, affected: new Set(named) } } : {}),
    observable: true,
  };
}

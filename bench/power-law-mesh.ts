import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { EdgeUse, Snapshot } from "#lib/graph/snapshot.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { COLUMN_USES, type Use } from "#lib/model/use.ts";
import { randomFrom, shuffle } from "../scripts/random.ts";
import { snapshotOfColumnEdges } from "./column-edge-snapshot.ts";

/*
 * Power-law graphs of column edges, the same in every run: what the engine and triage are timed on. 40% of the edges lead
 * into another domain. In the mesh assets are numbered layer by layer, a few assets feed a great part of all, and the
 * worst column reaches two fifths of the graph. The wide graph has the shape that the design's own measurements had: its
 * worst column reaches a tenth; assets are numbered by domain, and within it as it comes.
 */

const COLUMNS_PER_ASSET = 25;
const COLUMNS_PER_EDGE = 0.5;
/** From sources over staging and marts to what people look at. */
const LAYERS = 6;
const DOMAINS = 12;
const MIX: readonly (readonly [Use, number])[] = [
  ["IDENTITY", 60],
  ["CAST", 8],
  ["ARITH", 10],
  ["AGG_SUM", 8],
  ["AGG_COUNT", 4],
  ["COALESCE", 5],
  ["CONDITIONAL", 5],
];

function pickUse(random: () => number): number {
  let at = random() * 100;
  for (const [use, share] of MIX) {
    at -= share;
    if (at <= 0) return COLUMN_USES.indexOf(use);
  }
  return 0;
}

export interface Built {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly buildMs: number;
}

export type Shape = "mesh" | "wide";

interface Plan {
  readonly columns: number;
  readonly assets: number;
  /** The asset at both ends of an edge. */
  readonly pick: () => readonly [number, number];
  readonly random: () => number;
}

function meshPlan({ assets, random }: Omit<Plan, "pick">): Plan["pick"] {
  const layer = Math.ceil(assets / LAYERS);
  return () => {
    // Most columns feed one or none, a few feed very many: the ids, customers and dates of a company.
    const level = Math.floor(random() * (LAYERS - 1));
    const within = level < 2 && random() < 0.5 ? random() ** 10 : random();
    const asset = Math.min(assets - 1, level * layer + Math.floor(layer * within));
    const next = Math.min(assets - 1, (level + 1) * layer);
    const size = Math.min(layer, assets - next);
    const near = random() < 0.6;
    const beside = ((asset - level * layer) / layer) * size + (random() - 0.5) * (size / DOMAINS);
    const target = near
      ? Math.min(size - 1, Math.max(0, Math.floor(beside)))
      : Math.floor(random() * size);
    return [asset, next + target];
  };
}

/** Each asset is in some layer, and feeds assets of the next one: 60% of its own domain, else of any. */
function widePlan({ assets, random }: Omit<Plan, "pick">): Plan["pick"] {
  const domain = Math.ceil(assets / DOMAINS);
  const layers = Array.from({ length: LAYERS }, (): number[] => []);
  const nearby = Array.from({ length: LAYERS * DOMAINS }, (): number[] => []);
  for (let asset = 0; asset < assets; asset++) {
    const level = Math.floor(random() * LAYERS);
    layers[level]?.push(asset);
    nearby[level * DOMAINS + Math.floor(asset / domain)]?.push(asset);
  }
  const sources = layers.map((layer) => shuffle(layer, random));
  return () => {
    const level = Math.floor(random() * (LAYERS - 1));
    const from = sources[level] ?? [];
    const within = random() < 0.5 ? random() ** 4 : random();
    const asset = from[Math.floor(from.length * within)] ?? 0;
    const beside = nearby[(level + 1) * DOMAINS + Math.floor(asset / domain)] ?? [];
    const to = random() < 0.6 ? beside : (layers[level + 1] ?? []);
    return [asset, to[Math.floor(random() * to.length)] ?? 0];
  };
}

export function build(edgeCount: number, shape: Shape = "mesh"): Built {
  const random = randomFrom(42);
  const columns = Math.max(1000, Math.round(edgeCount * COLUMNS_PER_EDGE));
  const assets = Math.ceil(columns / COLUMNS_PER_ASSET);
  const columnStart = Int32Array.from({ length: assets + 1 }, (_, asset) =>
    Math.min(columns, asset * COLUMNS_PER_ASSET),
  );
  const from = new Int32Array(edgeCount);
  const to = new Int32Array(edgeCount);
  const use = new Uint16Array(edgeCount);
  const domain = Math.ceil(assets / DOMAINS);
  const pick = (shape === "mesh" ? meshPlan : widePlan)({ columns, assets, random });
  for (let edge = 0; edge < edgeCount; edge++) {
    const [asset, target] = pick();
    from[edge] = Math.min(
      columns - 1,
      asset * COLUMNS_PER_ASSET + Math.floor(random() ** 2 * COLUMNS_PER_ASSET),
    );
    to[edge] = Math.min(
      columns - 1,
      target * COLUMNS_PER_ASSET + Math.floor(random() * COLUMNS_PER_ASSET),
    );
    use[edge] = pickUse(random);
  }
  const ids = Array.from({ length: assets }, (_, asset) =>
    assetId("bench", `t${String(asset).padStart(8, "0")}`),
  );
  const started = processorMs();
  const snapshot = snapshotOfColumnEdges({
    version: 1,
    assetIds: ids,
    columnStart,
    from,
    to,
    use,
    uses: COLUMN_USES.map((name): EdgeUse => ({ use: name })),
  });
  const buildMs = processorMs() - started;
  const kinds = ["table", "table", "table", "table", "dashboard", "ml_job"] as const;
  const graph: MergedGraph = {
    version: 1,
    assets: new Map(
      ids.map((id, number): [typeof id, MergedAsset] => [
        id,
        {
          id,
          namespace: "bench",
          name: `t${String(number).padStart(8, "0")}`,
          shortName: `t${String(number).padStart(8, "0")}`,
          kind: kinds[number % kinds.length] ?? "table",
          attributes: {
            domain: `d${Math.floor(number / domain)}`,
            owner: `team-${number % 40}`,
            tier: ((number % 4) + 1) as 1 | 2 | 3 | 4,
            usage: { views30d: number % 977, users30d: number % 53 },
          },
          columns: [],
          columnsComplete: false,
          edges: [],
          queries: [],
          aliases: [],
          sources: [],
          placeholder: false,
        },
      ]),
    ),
  };
  return { snapshot, graph, from, to, buildMs };
}

/** Milliseconds that this process has had of the processor: a busy machine counts less than with a clock. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

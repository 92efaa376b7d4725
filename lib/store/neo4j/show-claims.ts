import type { AssetClaim } from "#lib/model/claim.ts";
import { LANES, type Lane } from "./graph-schema.ts";
import { hideClaimsPage } from "./hide-claims.ts";
import { StoreFailure, whole } from "./neo4j-access.ts";
import { type NumberedClaim, ReadableNodes, type RoundNodes } from "./readable-nodes.ts";
import { refreshAssets } from "./refresh-assets.ts";
import { type Round, readRound } from "./waiting-claims.ts";
import { buildReadableEdges, writeReadableEdges } from "./write-edges.ts";
import type { LaneStep, WriteLease } from "./write-lease.ts";
import { makeAssets, makeColumns, makeNamed, onlyClaim } from "./write-nodes.ts";

const ASSETS_PER_STEP = 10_000;
const COLUMNS_PER_STEP = 30_000;
/** Large enough to be quick, small enough for a server with little memory. */
const EDGES_PER_STEP = 40_000;
const REFRESHED_PER_STEP = 2_000;

export interface Showing {
  /** Asked before each further step: somebody else may be waiting to write. */
  readonly isWanted: () => boolean;
  /** A claim that this process has just written, so that it need not be read again. */
  readonly recall: (id: number) => AssetClaim | undefined;
}

/**
 * Brings the graph for people up to the published claims: those that wait for it carry the label `ToShow` or `ToHide`. They
 * are shown in rounds: first the nodes that a round's claims name, each once, then the edges between them, two transactions
 * side by side. A transaction that writes a claim's edges takes its label away, so that each is shown once, whoever does it;
 * what is left over, for whatever reason, is taken up after the next batch. At least a small round is made.
 */
export async function showClaims(lease: WriteLease, showing: Showing): Promise<void> {
  const nodes = new ReadableNodes();
  const goesOn = async (): Promise<boolean> => showing.isWanted() && !(await lease.isAwaited());
  let isFirst = true;
  for (;;) {
    const mayGoOn = await goesOn();
    if (!isFirst && !mayGoOn) return;
    isFirst = false;
    const round = await readRound(lease, { isSmall: !mayGoOn, recall: showing.recall });
    if (round.claims.length === 0) break;
    const isWhole = await showRound(round, { lease, nodes, goesOn: mayGoOn ? goesOn : always });
    if (!isWhole) return;
  }
  while (showing.isWanted() && (await lease.step(hideClaimsPage)));
}

const always = async (): Promise<boolean> => true;

interface RoundTools {
  readonly lease: WriteLease;
  readonly nodes: ReadableNodes;
  readonly goesOn: () => Promise<boolean>;
}

/** Gives false where somebody else came first. */
async function showRound(
  { claims, version }: Round,
  { lease, nodes, goesOn }: RoundTools,
): Promise<boolean> {
  const validFrom = whole(version);
  const needed = nodes.collect(claims);
  const phases: readonly (() => readonly LaneStep[])[] = [
    () => [...assetSteps(needed, validFrom), namesStep(claims)],
    () => [...columnSteps(needed, validFrom), ...refreshSteps(needed)],
    () => edgeSteps(claims, { nodes, validFrom }),
  ];
  for (const phase of phases) {
    if (!(await runSteps(phase(), { lease, goesOn }))) return false;
  }
  return true;
}

/** Takes the steps in order, two at a time. */
async function runSteps(
  steps: readonly LaneStep[],
  { lease, goesOn }: Pick<RoundTools, "lease" | "goesOn">,
): Promise<boolean> {
  const queue = [...steps];
  const work = async (lane: Lane): Promise<void> => {
    while (queue.length > 0 && (await goesOn())) {
      const step = queue.shift();
      if (step === undefined) return;
      await lease.renew();
      await lease.stepInLane(lane, step);
    }
  };
  // Both have ended before the caller goes on, whatever one of them meets.
  const ended = await Promise.allSettled(LANES.map(work));
  for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
  return queue.length === 0;
}

const assetSteps = ({ assets, about }: RoundNodes, validFrom: unknown): readonly LaneStep[] =>
  chunksOf(assets, ASSETS_PER_STEP).map((chunk) => async (tx) => {
    const found = await makeAssets(tx, chunk, { about, validFrom });
    return () => {
      for (const { node, id, isNew } of found) Object.assign(node, { id, isNew });
    };
  });

const namesStep =
  (claims: readonly NumberedClaim[]): LaneStep =>
  async (tx) => {
    const owners = claims.flatMap(({ claim }) => claim.attributes.owner ?? []);
    await makeNamed(tx, "Owner", owners);
    await makeNamed(
      tx,
      "Domain",
      claims.flatMap(({ domain }) => domain ?? []),
    );
    return undefined;
  };

const columnSteps = ({ columns }: RoundNodes, validFrom: unknown): readonly LaneStep[] =>
  chunksOf(columns, COLUMNS_PER_STEP).map((chunk) => async (tx, isRepeated) => {
    const found = await makeColumns(tx, chunk, { validFrom, mayExist: isRepeated });
    return () => {
      for (const { node, id } of found) node.id = id;
    };
  });

/** Assets that were made with what their only claim says need no second look. */
function refreshSteps({ about, assets }: RoundNodes): readonly LaneStep[] {
  const met = new Set(assets);
  const known = [...about].filter(
    ([asset, claims]) => !(met.has(asset) && asset.isNew && onlyClaim(claims) !== undefined),
  );
  const keys = known.map(([{ key }]) => key);
  return chunksOf(keys, REFRESHED_PER_STEP).map((chunk) => async (tx) => {
    await refreshAssets(tx, chunk);
    return undefined;
  });
}

function edgeSteps(
  claims: readonly NumberedClaim[],
  { nodes, validFrom }: { nodes: ReadableNodes; validFrom: unknown },
): readonly LaneStep[] {
  return pagesOf(claims).map((page) => async (tx) => {
    const ids = page.map(({ id }) => whole(id));
    const { summary } = await tx.run(SHOWN, { ids });
    const shown = summary.counters.updates().labelsRemoved;
    // An earlier try of this transaction stood, and only its answer was lost.
    if (shown === 0) return undefined;
    if (shown !== page.length) throw new StoreFailure(shownByAnother);
    await writeReadableEdges(tx, buildReadableEdges(page, nodes), validFrom);
    return undefined;
  });
}

/** Locks the claims first, so that whoever else would show them waits and then finds that they are. */
const SHOWN = "UNWIND $ids AS id MATCH (c:Claim {id: id}) REMOVE c:ToShow";

const shownByAnother = {
  code: "conflict",
  message: "Another process has shown some of these claims.",
} as const;

function pagesOf(claims: readonly NumberedClaim[]): readonly (readonly NumberedClaim[])[] {
  const pages: NumberedClaim[][] = [];
  let weight = EDGES_PER_STEP;
  for (const claim of claims) {
    if (weight >= EDGES_PER_STEP) {
      pages.push([]);
      weight = 0;
    }
    pages.at(-1)?.push(claim);
    weight += 3 + claim.claim.edges.length;
  }
  return pages;
}

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );

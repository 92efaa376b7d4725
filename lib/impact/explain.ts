import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssessedChange, BecauseStep } from "./assessment.ts";
import type { BlastIndex } from "./blast-index.ts";
import { CHANGE_WORDS } from "./change-words.ts";
import { certaintyOf, laneAt, levelIn, publicEffect } from "./effects.ts";
import { type Cause, type CauseBook, type Finding, findingKey } from "./find-causes.ts";

export interface ExplainContext {
  readonly index: BlastIndex;
  readonly causes: CauseBook;
  readonly graph: MergedGraph;
  readonly changes: readonly AssessedChange[];
}

/**
 * The shortest chain from a change to a finding on which every step is at least as certain as the finding itself. A best-
 * first search backwards: the assets that lie between a relation and the change are known from the pass and guide it, so
 * it looks at little beside the way. Each finding is visited once, so it ends on cycles too; of two ways of one length the
 * first in the graph's order is taken, so the answer is always the same one.
 */
export function explain(
  context: ExplainContext,
  finding: Finding,
  level: number,
): readonly BecauseStep[] {
  const { index } = context;
  const behind = new Map<number, Link>();
  const waves: Waiting[][] = [];
  const enqueue = (at: Finding, link: Link): void => {
    const key = findingKey(at);
    const known = behind.get(key);
    if (known !== undefined && known.steps <= link.steps) return;
    behind.set(key, link);
    const cost = link.steps + index.hopsOf(at.slot === "col" ? index.relationOf(at.id) : at.id);
    const wave = waves[cost];
    if (wave === undefined) waves[cost] = [{ at, steps: link.steps }];
    else wave.push({ at, steps: link.steps });
  };
  enqueue(finding, { steps: 0 });
  for (let cost = 0; cost < waves.length; cost++) {
    const wave = waves[cost] ?? [];
    // The last in goes first: among ways of one length it follows one to its end.
    for (let next = wave.pop(); next !== undefined; next = wave.pop()) {
      const { at, steps } = next;
      if (behind.get(findingKey(at))?.steps !== steps) continue;
      const change = seedAt(index, at, level);
      if (change !== undefined) return unroll(context, { start: at, change, behind });
      const causes = context.causes.causesOf(at, level);
      for (let last = causes.length - 1; last >= 0; last--) {
        const cause = causes[last];
        if (cause !== undefined) enqueue(cause.from, { steps: steps + 1, to: at, cause });
      }
    }
  }
  return [];
}

/** How a finding leads on towards the one that is explained. */
interface Link {
  readonly steps: number;
  readonly to?: Finding;
  readonly cause?: Cause;
}

interface Waiting {
  readonly at: Finding;
  readonly steps: number;
}

function seedAt(
  { blast }: BlastIndex,
  { slot, id, lane }: Finding,
  level: number,
): number | undefined {
  const seed = blast.seeds.find(
    (each) =>
      each.slot === slot &&
      each.lane === lane &&
      each.level >= level &&
      (slot === "col" ? isColumn(blast, each, id) : each.relation === id),
  );
  return seed?.change;
}

function isColumn(
  blast: BlastIndex["blast"],
  seed: BlastIndex["blast"]["seeds"][number],
  id: number,
): boolean {
  if (typeof seed.column === "number") return seed.column === id;
  const created = blast.newColumns[id - blast.snapshot.columnCount];
  return (
    created !== undefined && created.relation === seed.relation && created.name === seed.column
  );
}

function unroll(
  context: ExplainContext,
  {
    start,
    change,
    behind,
  }: {
    readonly start: Finding;
    readonly change: number;
    readonly behind: ReadonlyMap<number, Link>;
  },
): readonly BecauseStep[] {
  const kind = context.changes[change]?.classifiedAs;
  const first = { id: "FL-0001", text: kind === undefined ? "the change" : CHANGE_WORDS[kind] };
  const way: { readonly at: Finding; readonly by: Pick<Cause, "rule" | "use" | "note"> }[] = [
    { at: start, by: { rule: first, use: -1, note: -1 } },
  ];
  let link = behind.get(findingKey(start));
  while (link?.to !== undefined && link.cause !== undefined) {
    way.push({ at: link.to, by: link.cause });
    link = behind.get(findingKey(link.to));
  }
  const skipped = way.length - 2 * SHOWN_AT_EACH_END;
  if (skipped <= 0) return way.map(({ at, by }) => stepAt(context, at, by));
  const [resumed, ...rest] = way
    .slice(-SHOWN_AT_EACH_END)
    .map(({ at, by }) => stepAt(context, at, by));
  return [
    ...way.slice(0, SHOWN_AT_EACH_END).map(({ at, by }) => stepAt(context, at, by)),
    ...(resumed === undefined ? [] : [{ ...resumed, skipped }]),
    ...rest,
  ];
}

/**
 * A chain of thousands of tables would write thousands of steps for each of them. Nobody reads the middle; how much is
 * left out there is said.
 */
const SHOWN_AT_EACH_END = 60;

function stepAt(
  { index, graph }: ExplainContext,
  finding: Finding,
  { rule, use, note }: Pick<Cause, "rule" | "use" | "note">,
): BecauseStep {
  const { snapshot } = index.blast;
  const relation = finding.slot === "col" ? index.relationOf(finding.id) : finding.id;
  const asset = assetAt(graph, index, relation);
  const column = finding.slot === "col" ? index.nameOf(finding.id) : undefined;
  const label = snapshot.labels[relation];
  const edgeUse = snapshot.uses[use]?.use;
  const edgeNote = note < 0 ? undefined : snapshot.notes[note];
  return {
    node: column === undefined ? `${finding.slot}:${asset.name}` : `col:${asset.name}.${column}`,
    asset: asset.id,
    ...(column === undefined ? {} : { column }),
    ...(label === undefined || label === "" ? {} : { inside: label }),
    effect: publicEffect(laneAt(finding.lane)),
    certainty: certaintyOf(levelAt(index, finding, relation)),
    ...(edgeUse === undefined ? {} : { use: edgeUse }),
    rule: rule.id,
    text: rule.text,
    ...(edgeNote?.expression === undefined ? {} : { expression: edgeNote.expression }),
    ...(edgeNote?.provenance === undefined ? {} : { provenance: edgeNote.provenance }),
  };
}

function levelAt(index: BlastIndex, { slot, id, lane }: Finding, relation: number): number {
  const state =
    slot === "run"
      ? index.run(relation)
      : slot === "rows"
        ? index.rows(relation)
        : index.column(id);
  const before = slot === "col" ? index.blast.beforeBoundary.get(id) : undefined;
  return Math.max(levelIn(state, lane), before === undefined ? 0 : levelIn(before, lane), 1);
}

export function assetAt(graph: MergedGraph, index: BlastIndex, relation: number): MergedAsset {
  const { snapshot } = index.blast;
  const id = snapshot.assetIds[snapshot.owner[relation] ?? 0];
  const asset = id === undefined ? undefined : graph.assets.get(id);
  if (asset === undefined)
    throw new Error(
      `snapshot ${snapshot.version} and graph ${graph.version} do not belong together`,
    );
  return asset;
}

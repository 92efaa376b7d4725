import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssessedChange, BecauseStep } from "./assessment.ts";
import type { BlastIndex } from "./blast-index.ts";
import { CHANGE_WORDS } from "./change-words.ts";
import { certaintyOf, laneAt, levelIn, publicEffect } from "./effects.ts";
import type { Cause, Finding } from "./find-causes.ts";
import { stepOfWay, type WayBook, type WayStep } from "./find-way.ts";

export interface ExplainContext {
  readonly index: BlastIndex;
  readonly ways: WayBook;
  readonly graph: MergedGraph;
  readonly changes: readonly AssessedChange[];
  /** Steps that were told already: many ways share them. */
  readonly told: Map<WayStep, BecauseStep>;
}

/**
 * A chain of thousands of tables would write thousands of steps for each of them. Nobody reads the middle; how much is
 * left out there is said.
 */
const SHOWN_AT_EACH_END = 60;

/** The shortest chain from a change to a finding on which every step is at least as certain as the finding itself. */
export function explain(
  context: ExplainContext,
  finding: Finding,
  level: number,
): readonly BecauseStep[] {
  const end = context.ways.wayTo(finding, level);
  if (end === undefined) return [];
  const skipped = end.steps + 1 - 2 * SHOWN_AT_EACH_END;
  if (skipped <= 0) return tell(context, end, end.steps + 1);
  const [resumed, ...rest] = tell(context, end, SHOWN_AT_EACH_END);
  return [
    ...tell(context, stepOfWay(end, SHOWN_AT_EACH_END - 1), SHOWN_AT_EACH_END),
    ...(resumed === undefined ? [] : [{ ...resumed, skipped }]),
    ...rest,
  ];
}

/** The last steps of a way, the first of them first. */
function tell(context: ExplainContext, end: WayStep, count: number): readonly BecauseStep[] {
  const steps: BecauseStep[] = [];
  for (let step: WayStep | undefined = end; step !== undefined && steps.length < count; ) {
    const told = context.told.get(step) ?? tellStep(context, step);
    context.told.set(step, told);
    steps.push(told);
    step = step.before?.step;
  }
  return steps.reverse();
}

function tellStep(context: ExplainContext, { at, change, before }: WayStep): BecauseStep {
  if (before !== undefined) return stepAt(context, at, before.cause);
  const kind = context.changes[change]?.classifiedAs;
  const rule = { id: "FL-0001", text: kind === undefined ? "the change" : CHANGE_WORDS[kind] };
  return stepAt(context, at, { rule, use: -1, note: -1 });
}

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
  const edgeNote = note < 0 ? undefined : snapshot.notes.at(note);
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

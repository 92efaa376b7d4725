import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Confidence } from "#lib/review/decide-gate.ts";
import { partsOfTwin } from "#lib/view/unread-words.ts";
import { measureCoverage } from "../graph/measure-coverage.ts";
import type { CheckState, LeftOutFile } from "./check-state.ts";
import type { ComparedStates } from "./compare-states.ts";

const isUnread = ({ queries }: MergedAsset): boolean =>
  queries.some(({ plan }) => plan === undefined);

/** How much of what the answer rests on is known, and what of it is not understood. */
export function confidenceOf(
  { worlds, notUnderstood }: ComparedStates,
  assessment: Assessment,
): Confidence {
  const { judged } = worlds;
  const { columnReads, tableReads } = measureCoverage(judged.graph);
  const reads = columnReads + tableReads;
  const reached = new Set<AssetId>(assessment.verdicts.map(({ asset }) => asset.id));
  const own = [...worlds.head.graph.assets.keys()];
  const names = new Map<string, string>();
  for (const asset of notUnderstood)
    names.set(asset.name, "its SQL was edited and is not understood");
  for (const id of [...own, ...reached]) {
    const asset = judged.graph.assets.get(id);
    if (!asset || names.has(asset.name)) continue;
    if (isUnread(asset)) names.set(asset.name, reasonFor(asset, judged.problems));
  }
  for (const { asset, verdict, because } of assessment.verdicts) {
    if (verdict === "unknown" && !names.has(asset.name))
      names.set(asset.name, because.at(-1)?.text ?? "its lineage is known by table only");
  }
  if (assessment.changes.length > 0)
    for (const { name } of assessment.readsNotKnown ?? [])
      if (!names.has(name)) names.set(name, "what it reads is not known");
  for (const suspected of assessment.suspectedTwins ?? []) {
    const { name, why } = partsOfTwin(suspected);
    names.set(name, `${why}; \`faultline identity\` lists the pair, to be confirmed or rejected`);
  }
  return {
    columnsKnown: reads === 0 ? 1 : columnReads / reads,
    notUnderstood: [...names].sort(byName).map(([asset, why]) => ({ asset, why })),
  };
}

/** Each file of both sides once. */
export const uniteLeftOut = (...sides: readonly CheckState[]): readonly LeftOutFile[] => [
  ...new Map(
    sides.flatMap(({ leftOut = [] }) => leftOut).map((one) => [one.file, one] as const),
  ).values(),
];

/** A statement that may have done anything, by its place. */
export function describeUnread({
  file,
  line,
  sql,
  why,
  beside,
}: NonNullable<CheckState["unread"]>[number]) {
  if (why !== undefined)
    return {
      asset: `${file}:${line}`,
      why: beside === undefined ? why : `${why}: the other is ${beside}`,
    };
  const words = sql.replace(/\s+/g, " ");
  const text = words.length > 80 ? `${words.slice(0, 79)}…` : words;
  return { asset: `${file}:${line}`, why: `what this statement changes is not known: ${text}` };
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;

function reasonFor({ name }: MergedAsset, problems: readonly Problem[]): string {
  const prefix = `${name}: `;
  const own = problems.find(({ message }) => message.startsWith(prefix));
  return own ? own.message.slice(prefix.length) : "its SQL is not understood";
}

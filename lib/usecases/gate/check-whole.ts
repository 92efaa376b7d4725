import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import type { AssetComparison, Worlds } from "./check-comparison.ts";

/** What differs of an asset as a whole: its statements, how it is stored, what it promises. */
export const wholeChanges = (
  comparison: AssetComparison,
  worlds: Worlds,
): readonly ReviewedChange[] => {
  const { judged } = comparison;
  return [
    ...inlined(comparison, judged),
    ...statements(comparison, judged),
    ...brokenQueries(comparison, worlds),
    ...materialization(comparison, judged),
    ...contract(comparison, judged),
  ];
};

/** A promise that nobody holds any more harms no value; whoever relied on it should know. */
function contract(
  { base, head, pair }: AssetComparison,
  { namespace, name }: MergedAsset,
): readonly ReviewedChange[] {
  const before = base?.attributes.contract?.enforced === true;
  const after = head?.attributes.contract?.enforced === true;
  if (!before || after) return [];
  const { file } = pair.after?.provenance ?? {};
  return [
    {
      kind: "description_only",
      asset: { namespace, name },
      before: "contract enforced",
      after: null,
      evidence: "its contract is no longer enforced",
      ...(file === undefined ? {} : { file }),
    },
  ];
}

/** What a query names that nothing has, neither before the other changes nor after them: it cannot run. */
export const NAMES_NOTHING = "the edited query names a column that nothing it reads has";

function brokenQueries(
  { queries, judged }: AssetComparison,
  { base, judged: world }: Worlds,
): readonly ReviewedChange[] {
  if (queries.length === 0) return [];
  const prefix = `${judged.name}: `;
  const known = new Set(base.problems.map(({ message }) => message));
  return world.problems
    .filter(({ code, message }) => code === "unknown-column" && message.startsWith(prefix))
    .filter(({ message }) => !known.has(message))
    .slice(0, 1)
    .map(({ message, file, line }) => ({
      kind: "expression_changed" as const,
      asset: { namespace: judged.namespace, name: judged.name },
      before: null,
      after: message.slice(prefix.length),
      evidence: NAMES_NOTHING,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      effects: [{ effect: "ERROR", certainty: "certain" as const }],
    }));
}

/** It is built no more: who reads it by its name finds nothing, or what was left there. */
function inlined(
  { pair, base, head }: AssetComparison,
  { namespace, name }: MergedAsset,
): readonly ReviewedChange[] {
  const isInlined =
    head?.attributes.materialization === "ephemeral" &&
    base?.attributes.materialization !== "ephemeral";
  if (!isInlined) return [];
  const { file } = pair.after?.provenance ?? {};
  return [
    {
      kind: "table_dropped_or_renamed",
      asset: { namespace, name },
      before: name,
      after: null,
      evidence: "it is no table or view any more: dbt writes its query into those that read it",
      ...(file === undefined ? {} : { file }),
    },
  ];
}

/** A statement that fills the table came or went. */
function statements(
  { otherQueries, pair }: AssetComparison,
  { namespace, name, kind }: MergedAsset,
): readonly ReviewedChange[] {
  if (otherQueries === "none" || isConsumerKind(kind)) return [];
  const { file } = pair.after?.provenance ?? {};
  if (pair.source.kind === "dbt" && pair.after?.queries.length === 0)
    return [
      {
        kind: "expression_changed",
        asset: { namespace, name },
        before: null,
        after: null,
        evidence: "it was edited and its SQL is not compiled: run `dbt compile` for the head",
        ...(file === undefined ? {} : { file }),
        effects: [{ effect: "UNKNOWN", certainty: "certain" }],
      },
    ];
  return [
    {
      kind: "filter_changed",
      asset: { namespace, name },
      before: null,
      after: null,
      evidence:
        otherQueries === "rows"
          ? "a statement that adds rows to it is new"
          : "a statement that fills it was added or removed",
      ...(file === undefined ? {} : { file }),
      effects: [
        ...(otherQueries === "rows" ? [] : [{ effect: "ROWS_LOST", certainty: "likely" as const }]),
        { effect: "ROWS_EXTRA", certainty: "likely" },
      ],
    },
  ];
}

export function goneTable(
  { pair }: AssetComparison,
  { namespace, name }: MergedAsset,
): ReviewedChange {
  const { file } = pair.before?.provenance ?? {};
  const { movedTo } = pair;
  return {
    kind: "table_dropped_or_renamed",
    asset: { namespace, name },
    before: name,
    after: movedTo?.name ?? null,
    evidence: movedTo
      ? "it is built under another name, while the other models stay where they are"
      : "the new state does not have it any more",
    ...(file === undefined ? {} : { file }),
  };
}

function materialization(
  { base, head, pair }: AssetComparison,
  { namespace, name }: MergedAsset,
): readonly ReviewedChange[] {
  const before = base?.attributes.materialization;
  const after = head?.attributes.materialization;
  if (before === after || before === undefined || after === undefined) return [];
  // That nothing is there to read is told by itself.
  if (after === "ephemeral") return [];
  const { file } = pair.after?.provenance ?? {};
  return [
    {
      kind: "materialization_changed",
      asset: { namespace, name },
      before,
      after,
      evidence: "the configuration says another materialisation",
      ...(file === undefined ? {} : { file }),
    },
  ];
}

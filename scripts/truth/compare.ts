import type { Assessment, AssetVerdict, Verdict } from "#lib/impact/assessment.ts";
import type { Certainty } from "#lib/impact/change.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { ExecutedAsset, ExecutedChange, Outcome } from "./executed-change.ts";

/** One asset under one change: what happened, and what was said. */
export interface Cell {
  readonly kind: string;
  readonly label: string;
  readonly asset: string;
  readonly assetKind: AssetKind;
  readonly outcome: Outcome;
  readonly detail?: string;
  readonly observable: boolean;
  readonly verdict: Verdict;
  readonly certainty: Certainty | null;
  readonly breaking: Compared;
  readonly affected: Compared;
  readonly columns: readonly Compared[];
  readonly answer?: AssetVerdict;
}

/** Whether it was so, and whether it was said. */
export interface Compared {
  readonly is: boolean;
  readonly said: boolean;
}

const RIGHT: Readonly<Record<Outcome, readonly Verdict[]>> = {
  fails: ["breaks_loudly"],
  // A table that is not built at all has yesterday's content; that its build would fail as well is no error.
  blocked: ["degraded", "breaks_loudly"],
  different: ["breaks_silently"],
  // A label or type that was never there is both: who reads it sees it, and what was counted under another is wrong.
  relabelled: ["breaks_silently", "degraded"],
  stale: ["degraded"],
  retyped: ["unaffected", "degraded"],
  // Who reads every column passes on what is there; the answer lists the columns that come or go.
  reshaped: ["unaffected", "degraded"],
  same: ["unaffected"],
};

export function isRight({ outcome, verdict, answer }: Cell): boolean {
  // Said to be late, and it is not: other words on it do not make that right.
  if (outcome === "relabelled" && verdict === "degraded" && answer?.run === "stale") return false;
  return RIGHT[outcome].includes(verdict);
}

/** What was said of every asset that the run knows; one that an answer leaves out is said to be unaffected. */
export function compareChange(executed: ExecutedChange, answer: Assessment): readonly Cell[] {
  const said = new Map(answer.verdicts.map((verdict) => [verdict.asset.id, verdict]));
  return executed.assets.map((asset) => compareAsset(executed, asset, said.get(asset.id)));
}

function compareAsset(
  { kind, label }: ExecutedChange,
  asset: ExecutedAsset,
  answer: AssetVerdict | undefined,
): Cell {
  const { outcome, detail, observable } = asset;
  return {
    kind,
    label,
    asset: asset.name,
    assetKind: asset.kind,
    outcome,
    ...(detail === undefined ? {} : { detail }),
    observable: observable && !saysOnlyUnseen(asset, answer),
    verdict: answer?.verdict ?? "unaffected",
    certainty: answer?.certainty ?? null,
    breaking: {
      is: outcome === "fails" || outcome === "blocked" || outcome === "stale",
      said: answer !== undefined && answer.run !== "ok",
    },
    affected: { is: isAffected(asset), said: isSaidAffected(asset, answer) },
    columns: compareColumns(asset, answer),
    ...(answer === undefined ? {} : { answer }),
  };
}

/** Nothing is said but of columns in which nothing could have been seen: those that held only nulls before the change. */
function saysOnlyUnseen(
  { outcome, columns }: ExecutedAsset,
  answer: AssetVerdict | undefined,
): boolean {
  if (columns === undefined || answer === undefined || outcome !== "same") return false;
  if (answer.run !== "ok" || answer.rows.length > 0 || answer.columns.length === 0) return false;
  const seen = new Set(columns.all.map((name) => name.toLowerCase()));
  return answer.columns.every(({ column }) => !seen.has(column.toLowerCase()));
}

function isAffected({ outcome, columns }: ExecutedAsset): boolean {
  if (outcome === "same") return false;
  const onlyColumns = outcome === "retyped" || outcome === "reshaped";
  return !onlyColumns || (columns?.affected.size ?? 0) > 0;
}

/** A dataset counts as named when anything of it is; a consumer by its verdict, which is what people read. */
function isSaidAffected({ columns }: ExecutedAsset, answer: AssetVerdict | undefined): boolean {
  if (answer === undefined) return false;
  if (columns === undefined) return answer.verdict !== "unaffected";
  return answer.run !== "ok" || answer.rows.length > 0 || answer.columns.length > 0;
}

function compareColumns(
  { columns }: ExecutedAsset,
  answer: AssetVerdict | undefined,
): readonly Compared[] {
  if (columns === undefined) return [];
  const named = new Set(
    (answer?.columns ?? [])
      .filter((one) => one.certainty !== "possible")
      .map((one) => one.column.toLowerCase()),
  );
  const all = answer !== undefined && answer.run !== "ok";
  return columns.all.map((name) => ({
    is: columns.affected.has(name),
    said: all || named.has(name.toLowerCase()),
  }));
}

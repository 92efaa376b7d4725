import type { AssetVerdict, Effect, Verdict } from "#lib/impact/assessment.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { Use } from "#lib/model/use.ts";

/** The words for people. What programs read keeps its own names (`breaks_loudly`). */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "fails",
  breaks_silently: "silently wrong",
  degraded: "late or relabelled",
  unaffected: "unaffected",
  unknown: "unknown",
};

/** The same after a number: one fails, three fail. */
export const verdictOfMany = (verdict: Verdict, count: number): string =>
  verdict === "breaks_loudly" && count !== 1 ? "fail" : VERDICT_WORDS[verdict];

/** What each verdict means, in one line. */
export const VERDICT_MEANS: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "The query or job stops with an error: somebody will notice.",
  breaks_silently: "It runs, and publishes wrong numbers or rows: nobody will notice.",
  degraded: "The values are right, but late, or shown under another label.",
  unaffected: "Reached, and proven the same, with a reason.",
  unknown: "Its columns are not known, so nobody can say. It is not safe.",
};

/** From the worst to the mildest, with unknown apart at the end. */
export const VERDICT_ORDER: readonly Verdict[] = [
  "breaks_silently",
  "breaks_loudly",
  "degraded",
  "unknown",
  "unaffected",
];

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  GONE: "missing",
  RENAMED: "renamed",
  TYPE_WIDE: "wider type",
  TYPE_LOSSY: "precision lost",
  TYPE_INCOMPAT: "type does not fit",
  NULLS: "turns empty",
  VALUE: "wrong values",
  UNIT: "unit changed",
  ENUM_ADDED: "new value",
  ENUM_REMOVED: "value gone",
  NEW: "new column",
  NEW_COLLIDES: "name clash",
  POS: "moved",
  KEY_LOST: "duplicates",
  ROWS_LOST: "rows missing",
  ROWS_EXTRA: "extra rows",
  GRAIN: "other grain",
  ERROR: "fails",
  STALE: "late",
  UNKNOWN: "not known",
};

/** How a column is used, as one would say it beside the column's name. */
export const USE_WORDS: Readonly<Record<Use, string>> = {
  IDENTITY: "as is",
  CAST: "cast",
  ARITH: "calculated",
  AGG_SUM: "summed",
  AGG_COUNT: "counted",
  AGG_DISTINCT: "counted distinct",
  AGG_IDEMPOTENT: "max or min",
  COALESCE: "coalesce",
  CONDITIONAL: "case",
  CONDITIONAL_NO_ELSE: "case, no else",
  JOIN_INNER: "joined on",
  JOIN_LEFT: "left-joined on",
  NATURAL_JOIN: "natural join",
  FILTER: "filtered by",
  FILTER_IN: "fixed list",
  GROUP_BY: "grouped by",
  SORT: "sorted by",
  WINDOW: "ranked by",
  STAR: "select *",
  POSITIONAL: "by position",
  POSITION_EXPORT: "exported by position",
  KEY_MERGE: "merge key",
  NOT_NULL_CHECK: "not-null test",
  LENIENT_READ: "lenient reader",
  STRICT_READ: "strict reader",
  SKIP_BAD_ROWS_READ: "skips bad rows",
  UNQUALIFIED: "unqualified name",
  DIMENSION: "dimension",
  MEASURE: "measure",
  BI_FILTER: "dashboard filter",
  ML_FEATURE: "feature",
  ML_FEATURE_AUTO: "takes every column",
  ML_LABEL: "label to learn",
  COUNT_STAR: "count(*)",
  EXISTS: "exists",
  NOT_USED: "not used",
  UNKNOWN: "columns not known",
};

export const KIND_WORDS: Readonly<
  Record<AssetKind, { readonly one: string; readonly many: string }>
> = {
  table: { one: "table", many: "tables" },
  view: { one: "view", many: "views" },
  file: { one: "file", many: "files" },
  topic: { one: "topic", many: "topics" },
  job: { one: "job", many: "jobs" },
  dashboard: { one: "dashboard", many: "dashboards" },
  chart: { one: "chart", many: "charts" },
  report: { one: "report", many: "reports" },
  ml_job: { one: "ML job", many: "ML jobs" },
  ml_model: { one: "ML model", many: "ML models" },
  feature_view: { one: "feature view", many: "feature views" },
  metric: { one: "metric", many: "metrics" },
  application: { one: "application", many: "applications" },
};

/** Two things share the verdict `degraded`: data that is late, and data that is shown under another label. */
export function isLate(verdict: Pick<AssetVerdict, "run" | "because" | "rows">): boolean {
  if (verdict.run === "stale") return true;
  const last = verdict.because.at(-1);
  return last?.effect === "STALE" || verdict.rows.some((row) => row.effect === "STALE");
}

/** `silently wrong`, `late`, `relabelled`: the verdict of one asset in words. */
export function sayVerdict(verdict: AssetVerdict): string {
  if (verdict.verdict !== "degraded") return VERDICT_WORDS[verdict.verdict];
  return isLate(verdict) ? "late" : "relabelled";
}

/** Certain is the default and stays unsaid. */
export function sayCertainty(certainty: AssetVerdict["certainty"]): string {
  return certainty === null || certainty === "certain" ? "" : certainty;
}

/**
 * `1,466`: one way to write a count, wherever it stands; at most three decimals. Written by hand: a browser takes
 * some ten milliseconds to find out how numbers are written in a language, and every page says a number.
 */
export function sayNumber(count: number): string {
  if (!Number.isFinite(count)) return String(count);
  const [whole = "", part] = String(Number(count.toFixed(3))).split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return part === undefined ? grouped : `${grouped}.${part}`;
}

/** `3 dashboards`, `1 ML job`. */
export function countOf(
  count: number,
  words: { readonly one: string; readonly many: string },
): string {
  return `${sayNumber(count)} ${count === 1 ? words.one : words.many}`;
}

/** `a, b and c`. */
export function listOf(parts: readonly string[]): string {
  return parts.length < 2
    ? (parts[0] ?? "")
    : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

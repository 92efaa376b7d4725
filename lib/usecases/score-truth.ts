import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { assessChanges } from "#lib/impact/assess-change.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { ChangeInput, ChangeKind } from "#lib/impact/change.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { assembleGraph } from "./assemble-graph.ts";

/**
 * Scores verdicts against what happened when the change was really made: a folder holds a dbt project's artefacts and
 * `truth.json`, the outcome of each change in each model, where every model was built as a table.
 */
const resultSchema = z.looseObject({
  status: z.enum(["ok", "error", "blocked"]),
  columns: z.record(z.string(), z.string()).optional(),
  rows_changed: z.boolean().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

const mutationSchema = z.looseObject({
  source: z.string(),
  column: z.string(),
  change: z.string(),
  source_type: z.string().nullish(),
  noop_on_data: z.boolean().optional(),
  results: z.record(z.string(), resultSchema),
});

const truthSchema = z.looseObject({
  models: z.record(z.string(), z.looseObject({ columns: z.record(z.string(), z.string()) })),
  mutations: z.array(mutationSchema),
});

export type Mutation = z.infer<typeof mutationSchema>;
type Truth = z.infer<typeof truthSchema>;

export interface Score {
  readonly hit: number;
  readonly missed: number;
  readonly wrong: number;
}

export interface Disagreement {
  readonly grain: "model" | "column" | "breaking";
  readonly sort: "missed" | "wrong";
  readonly change: string;
  readonly source: string;
  readonly sourceColumn: string;
  readonly model: string;
  readonly column?: string;
  /** The engine's error, or what the verdict says. */
  readonly detail: string;
}

export interface TruthScore {
  readonly mutations: number;
  readonly model: Score;
  readonly column: Score;
  readonly breaking: Score;
  /** Affected models that were found, by kind of change. */
  readonly byChange: Readonly<
    Record<string, { readonly model: Score; readonly column: Score; readonly breaking: Score }>
  >;
  readonly disagreements: readonly Disagreement[];
  /** Changes that could not be judged. */
  readonly refused: readonly string[];
}

/** 2·hit / (2·hit + missed + wrong); 1 where there was nothing to find and nothing was said. */
export function f1({ hit, missed, wrong }: Score): number {
  const total = 2 * hit + missed + wrong;
  return total === 0 ? 1 : (2 * hit) / total;
}

export const recall = ({ hit, missed }: Score): number =>
  hit + missed === 0 ? 1 : hit / (hit + missed);

export async function scoreTruth(folder: string, parser: SqlParser): Promise<TruthScore> {
  const truth = truthSchema.parse(JSON.parse(await readFile(join(folder, "truth.json"), "utf8")));
  const { graph } = await assembleGraph({
    paths: [join(folder, "manifest.json"), join(folder, "catalog.json")],
    parser,
    now: "2026-01-01T00:00:00Z",
    cwd: folder,
  });
  const snapshot = buildSnapshot(graph);
  const tally = new Tally(truth);
  for (const mutation of truth.mutations) {
    if (mutation.noop_on_data) continue;
    const change = toChange(mutation, graph);
    const answer = assessChanges({
      snapshot,
      graph,
      changes: [change],
      options: { materialize: "table" },
    });
    if ("error" in answer)
      tally.refuse(`${mutation.source}.${mutation.column}: ${answer.error.message}`);
    else tally.compare(mutation, answer.verdicts);
  }
  return tally.score();
}

const KINDS: Readonly<Record<string, ChangeKind>> = {
  drop: "drop_column",
  rename: "rename_column",
  retype: "type_incompatible",
  widen: "type_changed",
  all_null: "became_mostly_null",
  value_shift: "unit_or_meaning_changed",
  add_column: "add_nullable_column",
  add_column_collision: "add_column_name_collision",
};

const isText = (type: string): boolean => /char|text|string/i.test(type);

function toChange(mutation: Mutation, graph: MergedGraph): ChangeInput {
  const { change, column, source } = mutation;
  const type = mutation.source_type ?? "";
  const kind = KINDS[change] ?? "drop_column";
  const asset = findSource(graph, source);
  return {
    kind,
    asset: asset ? { namespace: asset.namespace, name: asset.name } : source,
    column,
    ...(change === "rename" ? { to: `${column}_renamed` } : {}),
    ...(change === "retype" ? { fromType: type, toType: isText(type) ? "BIGINT" : "VARCHAR" } : {}),
    ...(change === "widen" ? { fromType: type, toType: widenedType(type) } : {}),
    ...(change === "all_null" ? { nullShare: 1 } : {}),
    ...(change === "value_shift" ? { orderPreserving: !isText(type) && !/bool/i.test(type) } : {}),
  };
}

function widenedType(type: string): string {
  if (/bool/i.test(type)) return "INTEGER";
  if (/^date$/i.test(type)) return "TIMESTAMP";
  if (/timestamp/i.test(type)) return "VARCHAR";
  return /int/i.test(type) ? "DOUBLE" : "VARCHAR";
}

/** A source or seed: of several tables of the name, the one that no query makes. */
function findSource(graph: MergedGraph, name: string): MergedAsset | undefined {
  const named = [...graph.assets.values()].filter((asset) => asset.shortName === name);
  return named.find((asset) => asset.queries.length === 0) ?? named[0];
}

interface Counts {
  hit: number;
  missed: number;
  wrong: number;
}

const emptyCounts = (): Counts => ({ hit: 0, missed: 0, wrong: 0 });

class Tally {
  private readonly truth: Truth;
  private readonly total = { model: emptyCounts(), column: emptyCounts(), breaking: emptyCounts() };
  private readonly byChange: Record<string, { model: Counts; column: Counts; breaking: Counts }> =
    {};
  private readonly disagreements: Disagreement[] = [];
  private readonly refused: string[] = [];
  private mutations = 0;

  constructor(truth: Truth) {
    this.truth = truth;
  }

  refuse(reason: string): void {
    this.refused.push(reason);
  }

  score(): TruthScore {
    return {
      mutations: this.mutations,
      ...this.total,
      byChange: this.byChange,
      disagreements: this.disagreements,
      refused: this.refused,
    };
  }

  compare(mutation: Mutation, verdicts: readonly AssetVerdict[]): void {
    this.mutations += 1;
    // A metric may be called as the model that it counts; the truth knows models only.
    const models = verdicts.filter((verdict) => verdict.asset.kind !== "metric");
    const said = new Map(models.map((verdict) => [verdict.asset.shortName, verdict]));
    for (const [model, { columns }] of Object.entries(this.truth.models)) {
      const result = mutation.results[model];
      const verdict = said.get(model);
      const failed = result !== undefined && result.status !== "ok";
      const saidFails = verdict !== undefined && verdict.run !== "ok";
      const touched = new Set(failed ? Object.keys(columns) : Object.keys(result?.columns ?? {}));
      const saidTouched = saidFails
        ? new Set(Object.keys(columns).map(lower))
        : saidColumns(verdict);
      const affected = failed || touched.size > 0 || result?.rows_changed === true;
      const detail = `${result?.message ?? result?.status ?? "unaffected"} / ${explain(verdict)}`;
      const about = {
        change: mutation.change,
        source: mutation.source,
        sourceColumn: mutation.column,
        model,
        detail,
      };
      this.count("breaking", { is: failed, said: saidFails }, about);
      this.count("model", { is: affected, said: isAffected(verdict) }, about);
      for (const column of new Set([...Object.keys(columns), ...touched])) {
        const is = touched.has(column);
        this.count("column", { is, said: saidTouched.has(lower(column)) }, { ...about, column });
      }
    }
  }

  private count(
    grain: Disagreement["grain"],
    { is, said }: { readonly is: boolean; readonly said: boolean },
    about: Omit<Disagreement, "grain" | "sort">,
  ): void {
    if (!is && !said) return;
    const sort = is && said ? "hit" : is ? "missed" : "wrong";
    const ofChange = this.byChange[about.change] ?? {
      model: emptyCounts(),
      column: emptyCounts(),
      breaking: emptyCounts(),
    };
    this.byChange[about.change] = ofChange;
    this.total[grain][sort] += 1;
    ofChange[grain][sort] += 1;
    if (sort !== "hit") this.disagreements.push({ grain, sort, ...about });
  }
}

const lower = (text: string): string => text.toLowerCase();

const isAffected = (verdict: AssetVerdict | undefined): boolean =>
  verdict !== undefined &&
  (verdict.run !== "ok" || verdict.rows.length > 0 || verdict.columns.length > 0);

const saidColumns = (verdict: AssetVerdict | undefined): Set<string> =>
  new Set(
    (verdict?.columns ?? [])
      .filter((one) => one.certainty !== "possible")
      .map((one) => lower(one.column)),
  );

function explain(verdict: AssetVerdict | undefined): string {
  if (!verdict) return "absent";
  const rows = verdict.rows.map((row) => `${row.effect}:${row.certainty}`).join(",");
  const because = verdict.because
    .map((step) => `${step.effect}@${step.use ?? "change"}`)
    .join(" > ");
  return `${verdict.verdict} run=${verdict.run} rows=[${rows}] ${because}`;
}

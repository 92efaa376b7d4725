import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import type { Finding } from "#lib/incidents/finding.ts";
import { assembleGraph } from "#lib/usecases/graph/assemble-graph.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { mutationToChange } from "../demo/mutate-table.mjs";
import type { ExecutedAsset, ExecutedChange } from "./executed-change.ts";

const resultSchema = z.looseObject({
  status: z.enum(["ok", "error", "blocked", "stale"]),
  columns: z.record(z.string(), z.string()).optional(),
  rows_changed: z.boolean().optional(),
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

const modelSchema = z.looseObject({
  columns: z.record(z.string(), z.string()),
  rows: z.number().optional(),
  nondeterministic: z.array(z.string()).optional(),
  nonnull: z.record(z.string(), z.number()).optional(),
});

const truthSchema = z.looseObject({
  models: z.record(z.string(), modelSchema),
  mutations: z.array(mutationSchema),
});

type Model = z.infer<typeof modelSchema>;
type Result = z.infer<typeof resultSchema>;

/** The graph of a folder with a dbt project's manifest and catalog. */
export async function readFolder(folder: string, now: string): Promise<GraphView> {
  const { graph } = await assembleGraph({
    paths: [join(folder, "manifest.json"), join(folder, "catalog.json")],
    parser: await loadSqlParser(),
    now,
    cwd: folder,
  });
  return { graph, snapshot: buildSnapshot(graph), asOf: { version: graph.version, at: now } };
}

/**
 * The changes of the folder's `truth.json`, each with what became of every model. They were built as tables, whatever the
 * project says, and a model that a change does not list is unaffected. Changes without any effect on the data are left out.
 */
export function* readExecuted(folder: string, graph: MergedGraph): Generator<ExecutedChange> {
  const truth = truthSchema.parse(JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")));
  const models = Object.entries(truth.models).flatMap(([name, model]) => {
    const asset = findModel(graph, name);
    return asset === undefined ? [] : [{ name, model, asset }];
  });
  for (const { source, column, change, source_type, noop_on_data, results } of truth.mutations) {
    if (noop_on_data) continue;
    const kind = change === "add_column_collision" ? "collision" : change;
    const asset = findSource(graph, source);
    const named = asset ? { namespace: asset.namespace, name: asset.name } : source;
    yield {
      kind,
      label: `${kind} ${source}.${column}`,
      change:
        kind === "late"
          ? { kind: "late_freshness", asset: named }
          : (mutationToChange(
              { kind, ...(column === "" ? {} : { column }) },
              { asset: named, ...(source_type == null ? {} : { type: source_type }) },
            ) as ChangeInput),
      assets: models.map((each) => executedModel(each, results[each.name])),
    };
  }
}

/** Edits inside models: what the log of a repository would call them. Cosmetic ones are no fault. */
const EDIT_KINDS: Readonly<Record<string, ChangeInput["kind"]>> = {
  logic: "expression_changed",
  filter: "filter_changed",
  fan_out: "join_changed",
};

/**
 * The executed edits of a project's models, in the form of `data/truth-edits`: faults that begin inside the graph, not in a base
 * table. What became of the edited model itself is not part of it.
 */
export function* readEdited(file: string, graph: MergedGraph): Generator<ExecutedChange> {
  const truth = truthSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const models = Object.entries(truth.models).flatMap(([name, model]) => {
    const asset = findModel(graph, name);
    return asset === undefined ? [] : [{ name, model, asset }];
  });
  for (const { source, column, change, source_type, noop_on_data, results } of truth.mutations) {
    const asset = findModel(graph, source);
    if (noop_on_data || change === "cosmetic" || asset === undefined) continue;
    const named = { namespace: asset.namespace, name: asset.name };
    const kind = EDIT_KINDS[change];
    const type = source_type == null ? {} : { type: source_type };
    const mutation = { kind: change === "add" ? "add_column" : change, column };
    yield {
      kind: `model: ${change}`,
      label: `${change} ${source}.${column}`,
      change:
        kind === undefined
          ? (mutationToChange(mutation, { asset: named, ...type }) as ChangeInput)
          : { kind, asset: named, ...(kind === "expression_changed" ? { column } : {}) },
      assets: models
        .filter((each) => each.name !== source)
        .map((each) => executedModel(each, results[each.name])),
    };
  }
}

function executedModel(
  {
    name,
    model,
    asset,
  }: { readonly name: string; readonly model: Model; readonly asset: MergedAsset },
  result: Result | undefined,
): ExecutedAsset {
  const stopped = result?.status === "error" || result?.status === "blocked";
  const changed = new Set(
    stopped ? Object.keys(model.columns) : Object.keys(result?.columns ?? {}),
  );
  const isEmpty = model.rows === 0;
  const unseen = (column: string): boolean =>
    !changed.has(column) && (isEmpty || model.nonnull?.[column] === 0);
  return {
    id: asset.id,
    name,
    kind: asset.kind,
    outcome: outcomeOf(result),
    ...(result?.message === undefined ? {} : { detail: result.message }),
    ...(result === undefined ? {} : { fails: failingChecks(result) }),
    observable: !isEmpty,
    columns: {
      all: Object.keys(model.columns).filter(
        (column) => !model.nondeterministic?.includes(column) && !unseen(column),
      ),
      affected: changed,
    },
  };
}

/** Other values may be nulls in some rows, or the same ones in other rows: of those it is not known which check fails. */
function failingChecks({ rows_changed: otherRows, columns = {} }: Result): readonly Finding[] {
  const isNull = Object.values(columns).includes("became_all_null");
  return [...(otherRows ? (["rows"] as const) : []), ...(isNull ? (["nulls"] as const) : [])];
}

function outcomeOf(result: Result | undefined): ExecutedAsset["outcome"] {
  if (result === undefined) return "same";
  if (result.status === "error") return "fails";
  if (result.status !== "ok") return result.status;
  const verdicts = Object.values(result.columns ?? {});
  const shape = new Set(["appeared", "disappeared"]);
  if (result.rows_changed || verdicts.some((one) => one !== "type_changed" && !shape.has(one)))
    return "different";
  if (verdicts.some((one) => shape.has(one))) return "reshaped";
  return verdicts.length > 0 ? "retyped" : "same";
}

/** A metric may be called as the model that it counts; of several assets of the name, the one that a query makes. */
function findModel(graph: MergedGraph, name: string): MergedAsset | undefined {
  const named = [...graph.assets.values()].filter(
    (asset) => asset.kind !== "metric" && asset.shortName.toLowerCase() === name.toLowerCase(),
  );
  return named.find((asset) => asset.queries.length > 0) ?? named[0];
}

/** A source or seed: of several tables of the name, the one that no query makes. */
function findSource(graph: MergedGraph, name: string): MergedAsset | undefined {
  const named = [...graph.assets.values()].filter((asset) => asset.shortName === name);
  return named.find((asset) => asset.queries.length === 0) ?? named[0];
}

import { isWithoutLineage, readGrainsOf } from "#lib/graph/known-reads.ts";
import { claimsBehind } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { type AssetKind, DATASET_KINDS, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Coverage } from "#lib/view/blast-answer.ts";
import { measureCoverage } from "../graph/measure-coverage.ts";
import { type SaidOfAsset, sayPair, suggestNameRules } from "../identity/suggest-name-rules.ts";

/** Something to connect, and how many unknowns it would remove. */
export interface NextStep {
  readonly what: string;
  readonly removes: number;
  /** The first few of what it is about, by name. */
  readonly examples: readonly string[];
}

export interface WhatNext {
  readonly coverage: Coverage;
  /** Reads known to the column, of all reads, 0 to 1; 1 where nothing reads anything. */
  readonly columnShare: number;
  /** At most three, most unknowns first. */
  readonly next: readonly NextStep[];
}

const SHOWN = 3;
const EXAMPLES = 3;

/**
 * How much is known, and which three things would make the most of the rest known: consumers without lineage, tables
 * that only readers name, reads known by table only, queries that were not understood. Linear in the graph.
 */
export function whatNext(graph: MergedGraph, problems: readonly Problem[]): WhatNext {
  const coverage = measureCoverage(graph);
  const reads = coverage.columnReads + coverage.tableReads;
  const steps = new Map<string, { removes: number; names: string[] }>();
  const add = (what: string, name: string): void => {
    const step = steps.get(what) ?? { removes: 0, names: [] };
    step.removes++;
    if (step.names.length < EXAMPLES && !step.names.includes(name)) step.names.push(name);
    steps.set(what, step);
  };
  const composed = composedWholes(graph);
  const named = addNameRules(graph, add);
  for (const asset of graph.assets.values()) {
    const isNamed = asset.placeholder && named.has(asset.id);
    if (!isNamed) addUnknowns({ asset, graph, composed, add });
  }
  if (coverage.consumers === 0) for (const end of endsOf(graph)) add(ALL_CONSUMERS, end.shortName);
  for (const problem of problems) addProblem(problem, add);
  const next = [...steps]
    .map(([what, { removes, names }]) => ({ what, removes, examples: names }))
    .sort((a, b) => b.removes - a.removes || (a.what < b.what ? -1 : 1))
    .slice(0, SHOWN);
  return { coverage, columnShare: reads === 0 ? 1 : coverage.columnReads / reads, next };
}

/** What a rule of names would make one needs nothing else to be connected. Returns the assets that such rules are about. */
function addNameRules(
  graph: MergedGraph,
  add: (what: string, name: string) => void,
): ReadonlySet<AssetId> {
  const named = new Set<AssetId>();
  for (const { rule, pairs, assets } of suggestNameRules(standingClaims(graph))) {
    const what = `\`names: {${rule}}\` in faultline.yaml, or \`faultline identity\`, where these are one`;
    for (const pair of pairs) add(what, sayPair(pair));
    for (const id of assets) named.add(id);
  }
  return named;
}

function* standingClaims(graph: MergedGraph): Iterable<readonly [AssetId, SaidOfAsset]> {
  for (const [id, claims] of claimsBehind(graph) ?? [])
    yield [id, claims.filter(({ staleSince }) => staleSince === undefined)];
}

/** Dashboards whose parts have lineage have it themselves. */
function composedWholes(graph: MergedGraph): ReadonlySet<AssetId> {
  const wholes = new Set<AssetId>();
  for (const asset of graph.assets.values()) {
    if (asset.attributes.partOf !== undefined && readGrainsOf(asset).size > 0)
      wholes.add(asset.attributes.partOf);
  }
  return wholes;
}

interface Unknowns {
  readonly asset: MergedAsset;
  readonly graph: MergedGraph;
  readonly composed: ReadonlySet<AssetId>;
  readonly add: (what: string, name: string) => void;
}

function addUnknowns({ asset, graph, composed, add }: Unknowns): void {
  if (isWithoutLineage(asset) && !composed.has(asset.id))
    add(CONSUMER_STEPS[asset.kind] ?? ANY_CONSUMER, asset.shortName);
  if (asset.placeholder) {
    if (!isConsumerKind(asset.kind))
      add(
        `whatever owns the tables of ${placeOf(asset)}: its dbt project, catalog or DDL`,
        asset.name,
      );
    return;
  }
  for (const [from, grain] of readGrainsOf(asset)) {
    if (grain === "table")
      add(howToRefine(asset), graph.assets.get(from)?.shortName ?? asset.shortName);
  }
}

/** Data that nothing reads: somebody must. */
function endsOf(graph: MergedGraph): readonly MergedAsset[] {
  const assets = [...graph.assets.values()];
  const read = new Set(assets.flatMap((asset) => [...readGrainsOf(asset).keys()]));
  return assets.filter(({ id, kind }) => DATASET_KINDS.has(kind) && !read.has(id));
}

const ALL_CONSUMERS =
  "what reads the data at the end: the BI tool's export, MLflow or Feast, or a consumers.csv";

const ANY_CONSUMER = "a consumers.csv with the SQL of what no tool exports";

const CONSUMER_STEPS: Readonly<Partial<Record<AssetKind, string>>> = {
  dashboard:
    "an export of the BI tool (Superset's zip), or consumers.csv with the SQL of each tile",
  chart: "an export of the BI tool (Superset's zip), or consumers.csv with the SQL of each tile",
  report: "consumers.csv with the SQL of each report",
  ml_model: "MLflow runs with their MLmodel, or the Feast registry",
  ml_job: "MLflow runs with their MLmodel, or the Feast registry",
};

function howToRefine(asset: MergedAsset): string {
  if (isConsumerKind(asset.kind)) return CONSUMER_STEPS[asset.kind] ?? ANY_CONSUMER;
  if (asset.attributes.dbtUniqueId !== undefined)
    return `compiled SQL and a catalog of the dbt project behind ${placeOf(asset)}`;
  return `the SQL, or OpenLineage's column lineage, of the jobs that build ${placeOf(asset)}`;
}

/** The schema or folder of an asset: what one connection covers. */
function placeOf(asset: MergedAsset): string {
  const cut = Math.max(asset.name.lastIndexOf("."), asset.name.lastIndexOf("/"));
  return cut > 0 ? asset.name.slice(0, cut) : asset.namespace;
}

function addProblem(problem: Problem, add: (what: string, name: string) => void): void {
  const where = problem.file ?? "a source";
  // A consumer without SQL is counted as the consumer without lineage that it is.
  if (problem.code === "no-sql" && !where.endsWith(".csv"))
    add("a dbt manifest after `dbt compile`, with the SQL of its models", where);
  if (problem.code === "no-catalog")
    add(`the catalog (\`dbt docs generate\`) beside ${where}`, where);
}

import type { SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { parseJsonText } from "../parse-structured-text.ts";
import { joinRelationName, splitRelationName } from "../relation-name.ts";
import { type DbtContext, isAssetNode, nodeToFact, sourceToFact } from "./dbt-assets.ts";
import { collectTests } from "./dbt-columns.ts";
import { collectMeasures, exposureToFact, metricToFact } from "./dbt-consumers.ts";
import {
  type Artefact,
  type DbtProject,
  type NameOf,
  openProject,
  recordOf,
  textOf,
} from "./dbt-project.ts";
import { findLiveSchemaReads } from "./live-schema-macros.ts";

export interface DbtReading {
  readonly source: SourceInfo;
  /** ISO 8601, when dbt wrote the manifest. */
  readonly generatedAt?: string;
  readonly facts: readonly AssetFact[];
  readonly problems: readonly Problem[];
}

export interface ReadDbtOptions {
  readonly files: readonly SourceFile[];
  /** Of all projects read here, unless `meta.domain` says otherwise. */
  readonly domain?: string;
  /** Replaces the adapter's name as the namespace of tables. */
  readonly namespace?: string;
}

/** What one invocation of dbt left behind, parsed. */
export interface DbtOutcome {
  /** `run_results.json` or `sources.json`. */
  readonly results: Artefact["value"];
  /** Of the same folder. */
  readonly manifest?: Artefact["value"];
}

/** The namespace of names that are dbt unique ids. */
const DBT_IDS = "dbt";

const MANIFEST_VERSIONS: ReadonlySet<number> = new Set([10, 11, 12]);

/**
 * Reads dbt's artefacts (manifest v10 to v12, catalog v1, run results, source freshness): one reading per project.
 * Artefacts belong together by folder, and in one folder by the unique ids they share.
 */
export function readDbt(options: ReadDbtOptions): {
  readonly readings: readonly DbtReading[];
  /** Of all that ran, with a manifest and without. */
  readonly outcomes: readonly DbtOutcome[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const byKind: Record<ArtefactKind, Artefact[]> = {
    manifest: [],
    catalog: [],
    "run-results": [],
    sources: [],
  };
  for (const file of options.files) {
    const parsed = parseJsonText(file.path, file.text);
    if (!parsed.ok) problems.push(parsed.error);
    else sortArtefact({ file: file.path, value: recordOf(parsed.value) }, byKind, problems);
  }
  const manifests = byKind.manifest.sort((a, b) => (a.file < b.file ? -1 : 1));
  const readings: DbtReading[] = [];
  const taken = new Set<string>();
  for (const manifest of manifests) {
    const project = openProject({
      manifest,
      ...pick("catalog", findCompanion(manifest, byKind.catalog, catalogIds)),
      ...pick("runResults", findCompanion(manifest, byKind["run-results"], resultIds)),
      ...pick("freshness", findCompanion(manifest, byKind.sources, resultIds)),
    });
    readings.push(readProject(project, options, taken));
  }
  if (manifests.length === 0)
    for (const one of byKind.catalog.map(strayCatalog)) problems.push(one);
  const outcomes = [...byKind["run-results"], ...byKind.sources].map(({ file, value }) => {
    const beside = manifests.find((one) => folderOf(one.file) === folderOf(file));
    return { results: value, ...(beside === undefined ? {} : { manifest: beside.value }) };
  });
  return { readings, outcomes, problems };
}

type ArtefactKind = "manifest" | "catalog" | "run-results" | "sources";

const pick = <K extends string>(
  key: K,
  value: Artefact | undefined,
): { readonly [P in K]?: Artefact } =>
  (value ? { [key]: value } : {}) as { readonly [P in K]?: Artefact };

function sortArtefact(
  artefact: Artefact,
  byKind: Record<ArtefactKind, Artefact[]>,
  problems: Problem[],
): void {
  const said = textOf(recordOf(artefact.value["metadata"])["dbt_schema_version"]) ?? "";
  const found = /\/(manifest|catalog|run-results|sources)\/v(\d+)\.json$/.exec(said);
  const kind = found?.[1] as ArtefactKind | undefined;
  const version = Number(found?.[2]);
  if (!kind && !isManifest(artefact.value)) {
    problems.push(otherFile(artefact));
    return;
  }
  if (
    !kind ||
    (kind === "manifest" && !MANIFEST_VERSIONS.has(version)) ||
    (kind === "catalog" && version !== 1)
  ) {
    problems.push({
      code: "wrong-version",
      message: said
        ? `the dbt schema version is ${said}`
        : "no dbt schema version is given in metadata",
      next: "Manifests v10, v11 and v12 (dbt 1.6 and newer) and catalogs v1 are read.",
      file: artefact.file,
      severity: "error",
    });
    return;
  }
  byKind[kind].push(artefact);
}

/** What a manifest of any age holds; one that names no version is too old. */
const isManifest = (value: Artefact["value"]): boolean =>
  value["metadata"] !== undefined && value["nodes"] !== undefined;

/** dbt itself leaves more in a target folder than is read here: semantic_manifest.json, graph_summary.json. */
function otherFile(artefact: Artefact): Problem {
  return {
    code: "not-recognised",
    message: "skipped: none of the dbt artefacts that are read",
    next: "Of a target folder, the manifest, the catalog, run results and source freshness are read.",
    file: artefact.file,
    severity: "info",
  };
}

function strayCatalog(catalog: Artefact): Problem {
  return {
    code: "not-recognised",
    message: "a dbt catalog without a manifest says nothing of lineage",
    next: "Give the whole target folder, with manifest.json.",
    file: catalog.file,
    severity: "warning",
  };
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

const catalogIds = (artefact: Artefact): string[] => [
  ...Object.keys(recordOf(artefact.value["nodes"])),
  ...Object.keys(recordOf(artefact.value["sources"])),
];

function resultIds(artefact: Artefact): string[] {
  const results = artefact.value["results"];
  return Array.isArray(results)
    ? results.map((one) => textOf(recordOf(one)["unique_id"]) ?? "")
    : [];
}

/** Of the artefacts in the manifest's folder, the one that shares most ids with it; the first by name where none does. */
function findCompanion(
  manifest: Artefact,
  candidates: readonly Artefact[],
  idsOf: (artefact: Artefact) => string[],
): Artefact | undefined {
  const near = candidates
    .filter((candidate) => folderOf(candidate.file) === folderOf(manifest.file))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  if (near.length < 2) return near[0];
  const nodes = recordOf(manifest.value["nodes"]);
  const sources = recordOf(manifest.value["sources"]);
  const shared = near.map((one) => idsOf(one).filter((id) => id in nodes || id in sources).length);
  return near[shared.indexOf(Math.max(...shared))];
}

function readProject(project: DbtProject, options: ReadDbtOptions, taken: Set<string>): DbtReading {
  const problems = [...project.problems];
  const context: DbtContext = {
    project,
    nameOf: nameAssets(project, options.namespace ?? project.adapter),
    domain: options.domain,
    tests: collectTests(project.nodes),
    liveSchemaRead: findLiveSchemaReads(project.macros),
    problems,
  };
  if (!project.catalog) problems.push(noCatalog(project));
  const facts = listFacts(context);
  const id = freeId(project, taken);
  return {
    source: {
      id,
      kind: "dbt",
      label: `dbt project ${project.name}`,
      ...(options.domain ? { domain: options.domain } : {}),
    },
    ...(project.generatedAt ? { generatedAt: project.generatedAt } : {}),
    facts,
    problems,
  };
}

function listFacts(context: DbtContext): AssetFact[] {
  const { project } = context;
  const withMeasures = { ...context, measures: collectMeasures(project.semanticModels) };
  const facts = [
    ...[...project.sources.values()].map((source) => sourceToFact(source, context)),
    ...[...project.nodes.values()].filter(isAssetNode).map((node) => nodeToFact(node, context)),
    ...[...project.metrics.values()].map((metric) => metricToFact(metric, withMeasures)),
    ...[...project.exposures.values()].map((exposure) => exposureToFact(exposure, context)),
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** Two checkouts of one project in one run are two sources; the second is told apart by its folder. */
function freeId(project: DbtProject, taken: Set<string>): string {
  const plain = `dbt:${project.name}`;
  const id = taken.has(plain) ? `${plain}@${folderOf(project.file)}` : plain;
  taken.add(id);
  return id;
}

function noCatalog(project: DbtProject): Problem {
  return {
    code: "no-catalog",
    message: `${project.name} has no catalog.json beside its manifest: columns are inferred from SQL`,
    next: "Run `dbt docs generate` and give the target folder, so that columns and types are known.",
    file: project.file,
    severity: "warning",
  };
}

/**
 * Names by unique id. Tables are called as the warehouse calls them (their relation name), so a seed and the source
 * that declares it are one asset; exposures and metrics belong to their project.
 */
function nameAssets(project: DbtProject, namespace: string): NameOf {
  const projectNamespace = `dbt.${project.name}`;
  return (id) => {
    const node = project.nodes.get(id);
    if (node) return isAssetNode(node) ? tableName(namespace, nodePath(node)) : undefined;
    const source = project.sources.get(id);
    if (source) return tableName(namespace, sourcePath(source));
    const exposure = project.exposures.get(id);
    if (exposure) return { name: { namespace: projectNamespace, name: exposure.name } };
    const metric = project.metrics.get(id);
    if (metric) return { name: { namespace: projectNamespace, name: `metric.${metric.name}` } };
    return foreignName(id);
  };
}

const tableName = (namespace: string, path: readonly string[]) => ({
  name: { namespace, name: joinRelationName(path) },
  path,
});

const nodePath = (
  node: DbtProject["nodes"] extends ReadonlyMap<string, infer N> ? N : never,
): string[] =>
  node.relation_name
    ? splitRelationName(node.relation_name)
    : ([node.database, node.schema, node.alias ?? node.name].filter(
        (part) => typeof part === "string" && part !== "",
      ) as string[]);

const sourcePath = (
  source: DbtProject["sources"] extends ReadonlyMap<string, infer S> ? S : never,
): string[] =>
  source.relation_name
    ? splitRelationName(source.relation_name)
    : ([source.database, source.schema, source.identifier ?? source.name].filter(
        (part) => typeof part === "string" && part !== "",
      ) as string[]);

/** A node of another project that this manifest does not list: known by its unique id alone. */
const foreignName = (id: string): ReturnType<NameOf> =>
  /^(model|seed|snapshot|source)\./.test(id)
    ? { name: { namespace: DBT_IDS, name: id } }
    : undefined;

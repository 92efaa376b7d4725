import type { z } from "zod";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Problem } from "#lib/model/problem.ts";
import {
  type CatalogTable,
  catalogTableSchema,
  exposureSchema,
  groupSchema,
  type ManifestExposure,
  type ManifestGroup,
  type ManifestMacro,
  type ManifestMetric,
  type ManifestNode,
  type ManifestSource,
  macroSchema,
  metricSchema,
  nodeSchema,
  type RunResult,
  runResultSchema,
  type SemanticModel,
  type SourceFreshness,
  semanticModelSchema,
  sourceFreshnessSchema,
  sourceSchema,
} from "./manifest-schema.ts";

/** One project's artefacts after the door: every part has the shape that is read, what has not is a problem. */
export interface DbtProject {
  readonly name: string;
  readonly file: string;
  /** ISO 8601. */
  readonly generatedAt?: string;
  readonly adapter: string;
  readonly nodes: ReadonlyMap<string, ManifestNode>;
  readonly sources: ReadonlyMap<string, ManifestSource>;
  readonly exposures: ReadonlyMap<string, ManifestExposure>;
  readonly metrics: ReadonlyMap<string, ManifestMetric>;
  readonly semanticModels: ReadonlyMap<string, SemanticModel>;
  readonly groups: ReadonlyMap<string, ManifestGroup>;
  readonly macros: ReadonlyMap<string, ManifestMacro>;
  /** By unique id. Undefined: no catalog was found. */
  readonly catalog: ReadonlyMap<string, CatalogTable> | undefined;
  readonly runResults: ReadonlyMap<string, RunResult>;
  readonly freshness: ReadonlyMap<string, SourceFreshness>;
  readonly problems: readonly Problem[];
}

/** What an asset of the project is called, by its unique id. */
export type NameOf = (
  uniqueId: string,
) => { readonly name: AssetName; readonly path?: readonly string[] } | undefined;

/** A JSON file of the project, parsed. */
export interface Artefact {
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface ProjectArtefacts {
  readonly manifest: Artefact;
  readonly catalog?: Artefact;
  readonly runResults?: Artefact;
  readonly freshness?: Artefact;
}

export function openProject(artefacts: ProjectArtefacts): DbtProject {
  const { manifest } = artefacts;
  const problems: Problem[] = [];
  const section = <T>(artefact: Artefact, key: string, schema: z.ZodType<T>): Map<string, T> =>
    readSection({ artefact, key, schema, problems });
  const metadata = recordOf(manifest.value["metadata"]);
  const catalog = artefacts.catalog;
  const generatedAt = textOf(metadata["generated_at"]);
  return {
    name: textOf(metadata["project_name"]) ?? guessProjectName(manifest),
    file: manifest.file,
    ...(generatedAt === undefined ? {} : { generatedAt }),
    adapter: textOf(metadata["adapter_type"]) ?? "dbt",
    nodes: section(manifest, "nodes", nodeSchema),
    sources: section(manifest, "sources", sourceSchema),
    exposures: section(manifest, "exposures", exposureSchema),
    metrics: section(manifest, "metrics", metricSchema),
    semanticModels: section(manifest, "semantic_models", semanticModelSchema),
    groups: section(manifest, "groups", groupSchema),
    macros: section(manifest, "macros", macroSchema),
    catalog:
      catalog &&
      new Map([
        ...section(catalog, "nodes", catalogTableSchema),
        ...section(catalog, "sources", catalogTableSchema),
      ]),
    runResults: readResults(artefacts.runResults, runResultSchema, problems),
    freshness: readResults(artefacts.freshness, sourceFreshnessSchema, problems),
    problems,
  };
}

function readSection<T>(input: {
  readonly artefact: Artefact;
  readonly key: string;
  readonly schema: z.ZodType<T>;
  readonly problems: Problem[];
}): Map<string, T> {
  const { artefact, key, schema, problems } = input;
  const found = new Map<string, T>();
  const value = artefact.value[key];
  if (value === undefined || value === null) return found;
  if (typeof value !== "object" || Array.isArray(value)) {
    problems.push(wrongShape(artefact.file, `"${key}" is not an object`));
    return found;
  }
  for (const [id, entry] of Object.entries(value)) {
    const parsed = schema.safeParse(entry);
    if (parsed.success) found.set(id, parsed.data);
    else problems.push(wrongShape(artefact.file, `${key}.${id}: ${explain(parsed.error)}`));
  }
  return found;
}

function readResults<T extends { readonly unique_id: string }>(
  artefact: Artefact | undefined,
  schema: z.ZodType<T>,
  problems: Problem[],
): Map<string, T> {
  const found = new Map<string, T>();
  if (!artefact) return found;
  const results = artefact.value["results"];
  if (!Array.isArray(results)) {
    problems.push(wrongShape(artefact.file, '"results" is not a list'));
    return found;
  }
  for (const [at, entry] of results.entries()) {
    const parsed = schema.safeParse(entry);
    if (parsed.success) found.set(parsed.data.unique_id, parsed.data);
    else problems.push(wrongShape(artefact.file, `results[${at}]: ${explain(parsed.error)}`));
  }
  return found;
}

function explain(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join(".") || "value"}: ${issue.message}` : "wrong shape";
}

function wrongShape(file: string, message: string): Problem {
  return {
    code: "wrong-shape",
    message,
    next: "This entry was left out; the rest of the file was read.",
    file,
    severity: "error",
  };
}

/** Manifests before version 12 may not say the project's name; the package that owns most models is it. */
function guessProjectName(manifest: Artefact): string {
  const counts = new Map<string, number>();
  for (const node of Object.values(recordOf(manifest.value["nodes"]))) {
    const owner = textOf(recordOf(node)["package_name"]);
    if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const best = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  return best?.[0] ?? "project";
}

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

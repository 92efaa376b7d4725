import type { SourceFile } from "#lib/model/fact.ts";

/** A model, seed or source of a small dbt project, as tests write it. */
export interface TestNode {
  readonly id: string;
  readonly relation?: string | null;
  readonly sql?: string;
  readonly raw?: string;
  readonly needs?: readonly string[];
  readonly columns?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface TestProject {
  readonly name: string;
  readonly folder?: string;
  readonly adapter?: string;
  readonly version?: number;
  readonly nodes?: readonly TestNode[];
  readonly sources?: readonly TestNode[];
  readonly exposures?: readonly TestNode[];
  readonly catalog?: boolean;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** manifest.json and, unless `catalog` is false, catalog.json of a project that is only described. */
export function dbtProject(project: TestProject): SourceFile[] {
  const folder = project.folder ?? project.name;
  const nodes = Object.fromEntries(
    (project.nodes ?? []).map((node) => [node.id, entryOf(node, project.name)]),
  );
  const sources = Object.fromEntries(
    (project.sources ?? []).map((node) => [node.id, entryOf(node, project.name)]),
  );
  const exposures = Object.fromEntries(
    (project.exposures ?? []).map((node) => [node.id, entryOf(node, project.name)]),
  );
  const manifest = {
    metadata: {
      dbt_schema_version: `https://schemas.getdbt.com/dbt/manifest/v${project.version ?? 12}.json`,
      project_name: project.name,
      adapter_type: project.adapter ?? "duckdb",
      generated_at: "2026-01-01T00:00:00Z",
    },
    nodes,
    sources,
    exposures,
    ...project.more,
  };
  const files = [{ path: `${folder}/manifest.json`, text: JSON.stringify(manifest) }];
  if (project.catalog === false) return files;
  const catalog = {
    metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/catalog/v1.json" },
    nodes: catalogOf(project.nodes),
    sources: catalogOf(project.sources),
  };
  return [...files, { path: `${folder}/catalog.json`, text: JSON.stringify(catalog) }];
}

function entryOf(node: TestNode, project: string): Readonly<Record<string, unknown>> {
  const [type = "model", ...rest] = node.id.split(".");
  return {
    unique_id: node.id,
    resource_type: type,
    name: rest.at(-1) ?? node.id,
    package_name: project,
    original_file_path: `models/${rest.at(-1)}.sql`,
    relation_name: node.relation ?? null,
    depends_on: { nodes: node.needs ?? [], macros: [] },
    config: { materialized: type === "seed" ? "seed" : "table" },
    ...(node.sql === undefined ? {} : { compiled_code: node.sql, raw_code: node.raw ?? node.sql }),
    ...node.more,
  };
}

function catalogOf(nodes: readonly TestNode[] | undefined): Readonly<Record<string, unknown>> {
  const tables = (nodes ?? []).filter((node) => node.columns !== undefined);
  return Object.fromEntries(
    tables.map((node) => [
      node.id,
      {
        metadata: { type: "BASE TABLE" },
        columns: Object.fromEntries(
          Object.entries(node.columns ?? {}).map(([name, type], index) => [
            name,
            { name, type, index: index + 1 },
          ]),
        ),
      },
    ]),
  );
}

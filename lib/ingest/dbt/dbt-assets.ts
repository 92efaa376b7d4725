import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetAttributes, AssetKind, Materialization } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { recipeOf } from "./build-recipe.ts";
import { dialectOfAdapter } from "./dbt-adapter.ts";
import { readAttributes, readSla } from "./dbt-attributes.ts";
import { type DbtTest, listConstraints, readColumns } from "./dbt-columns.ts";
import type { DbtProject, NameOf } from "./dbt-project.ts";
import { inlineCteName, removeInlineCtes } from "./inline-ctes.ts";
import type { LiveSchemaRead } from "./live-schema-macros.ts";
import type { CatalogTable, ManifestNode, ManifestSource } from "./manifest-schema.ts";

/** What the facts of one project are made with. */
export interface DbtContext {
  readonly project: DbtProject;
  readonly nameOf: NameOf;
  readonly domain: string | undefined;
  readonly tests: ReadonlyMap<string, readonly DbtTest[]>;
  readonly liveSchemaRead: (node: ManifestNode) => LiveSchemaRead | undefined;
  readonly problems: Problem[];
}

const MATERIALIZATIONS: Readonly<Record<string, Materialization>> = makeTable({
  table: "table",
  view: "view",
  incremental: "incremental",
  ephemeral: "ephemeral",
  snapshot: "snapshot",
  seed: "seed",
  materialized_view: "table",
  dynamic_table: "table",
  streaming_table: "table",
});

const ASSET_TYPES: ReadonlySet<string> = new Set(["model", "seed", "snapshot"]);

export const isAssetNode = (node: ManifestNode): boolean => ASSET_TYPES.has(node.resource_type);

/** A model, seed or snapshot with its columns, its query and what it depends on. */
export function nodeToFact(node: ManifestNode, context: DbtContext): AssetFact | undefined {
  const named = context.nameOf(node.unique_id);
  if (!named) return undefined;
  const { project } = context;
  const catalog = project.catalog?.get(node.unique_id);
  const materialization = materializationOf(node);
  const ephemeral = materialization === "ephemeral";
  const file = node.original_file_path ?? project.file;
  const tests = context.tests.get(node.unique_id) ?? [];
  const enforced = node.contract?.enforced === true;
  const columns = readColumns({
    uniqueId: node.unique_id,
    file,
    documented: node.columns,
    catalog,
    constraints: node.constraints,
    enforced,
    tests,
  });
  for (const one of columns.problems) context.problems.push(one);
  const alias = node.alias ?? node.name;
  const inlineNames = [...new Set([alias, node.name])].map(inlineCteName);
  return {
    name: named.name,
    ...(named.path ? { path: named.path } : {}),
    kind: nodeKind(materialization, catalog),
    attributes: nodeAttributes(node, { context, catalog, materialization, tests, enforced }),
    ...(columns.columns ? { columns: columns.columns } : {}),
    columnsComplete: columns.complete,
    edges: nodeEdges(node, context, file),
    queries: nodeQueries(node, context),
    recipe: recipeOf(node),
    ...(ephemeral ? { localNames: inlineNames } : {}),
    provenance: { file },
    ...(isForeign(node) ? { placeholder: true } : {}),
  };
}

/** An incremental model that every run builds anew is a table. */
function materializationOf({ config, resource_type: type }: ManifestNode) {
  const said = MATERIALIZATIONS[config?.materialized ?? type];
  return said === "incremental" && config?.full_refresh === true ? "table" : said;
}

/** A model that another project owns: dbt Mesh and dbt-loom list it without its code. */
const isForeign = (node: ManifestNode): boolean =>
  node.resource_type === "model" && !node.raw_code?.trim() && !node.compiled_code?.trim();

function nodeKind(
  materialization: Materialization | undefined,
  catalog: CatalogTable | undefined,
): AssetKind {
  if (materialization)
    return materialization === "view" || materialization === "ephemeral" ? "view" : "table";
  return catalogSaysView(catalog) ? "view" : "table";
}

const catalogSaysView = (catalog: CatalogTable | undefined): boolean =>
  /^\s*view\s*$/i.test(catalog?.metadata.type ?? "");

interface NodeParts {
  readonly context: DbtContext;
  readonly catalog: CatalogTable | undefined;
  readonly materialization: Materialization | undefined;
  readonly tests: readonly DbtTest[];
  readonly enforced: boolean;
}

function nodeAttributes(node: ManifestNode, parts: NodeParts): AssetAttributes {
  const { context } = parts;
  const said = readAttributes(node, context.project, context.domain);
  const live = node.resource_type === "model" ? context.liveSchemaRead(node) : undefined;
  const onSchemaChange = node.config?.on_schema_change;
  const incremental = parts.materialization === "incremental";
  return {
    ...said,
    ...(parts.materialization ? { materialization: parts.materialization } : {}),
    ...readSla(node),
    ...(parts.enforced
      ? {
          contract: {
            id: node.unique_id,
            status: "active" as const,
            columns: Object.values(node.columns ?? {}).map((column) => column.name),
            enforced: true,
            ...requiredColumns(node),
          },
        }
      : {}),

    ...(incremental && isSchemaChangeMode(onSchemaChange) ? { onSchemaChange } : {}),
    dialect: dialectOfAdapter(context.project.adapter),
    dbtUniqueId: node.unique_id,
    ...lastRun(node.unique_id, context.project),
    ...rowCount(parts.catalog),
    extra: nodeExtra(node, parts, live),
  };
}

/** Constraints are part of the table's DDL, so that the database itself refuses a null. A test only looks afterwards. */
function requiredColumns(node: ManifestNode): { readonly required?: readonly string[] } {
  const required = listConstraints({ constraints: node.constraints, documented: node.columns })
    .filter(({ type }) => type === "not_null" || type === "primary_key")
    .flatMap(({ columns }) => columns);
  return required.length === 0 ? {} : { required: [...new Set(required)] };
}

const isSchemaChangeMode = (
  mode: string | null | undefined,
): mode is NonNullable<AssetAttributes["onSchemaChange"]> =>
  mode === "ignore" ||
  mode === "fail" ||
  mode === "append_new_columns" ||
  mode === "sync_all_columns";

function nodeExtra(
  node: ManifestNode,
  parts: NodeParts,
  live: LiveSchemaRead | undefined,
): Readonly<Record<string, unknown>> {
  const constraints = listConstraints({ constraints: node.constraints, documented: node.columns });
  const uniqueKey = node.config?.unique_key;
  const entries: [string, unknown][] = [
    ["access", node.access],
    ["group", node.group ?? node.config?.group],
    ["version", node.version],
    ["latestVersion", node.latest_version],
    ["deprecationDate", node.deprecation_date],
    ["materialized", node.config?.materialized],
    ["fullRefresh", node.config?.full_refresh],
    ["incrementalStrategy", node.config?.incremental_strategy],
    ["uniqueKey", typeof uniqueKey === "string" ? [uniqueKey] : uniqueKey],
    ["checkedColumns", checkedColumns(node)],
    ["constraints", constraints.length > 0 ? constraints : undefined],
    ["tests", parts.tests.length > 0 ? parts.tests : undefined],
    ["readsLiveColumns", live],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

/** What a snapshot of the strategy `check` compares: a list, or `all`. */
function checkedColumns({ resource_type: type, config }: ManifestNode): unknown {
  if (type !== "snapshot") return undefined;
  const named = config?.check_cols;
  return typeof named === "string" && named !== "all" ? [named] : (named ?? undefined);
}

const RUN_STATES: Readonly<Record<string, "ok" | "failed">> = makeTable({
  success: "ok",
  pass: "ok",
  error: "failed",
  fail: "failed",
  "runtime error": "failed",
});

function lastRun(uniqueId: string, project: DbtProject): Pick<AssetAttributes, "lastRun"> {
  const result = project.runResults.get(uniqueId);
  const state = RUN_STATES[result?.status ?? ""];
  const at = result?.timing?.at(-1)?.completed_at ?? project.generatedAt;
  return state && at ? { lastRun: { at, state } } : {};
}

function rowCount(catalog: CatalogTable | undefined): Pick<AssetAttributes, "rows"> {
  for (const key of ["row_count", "num_rows", "rows"]) {
    const rows = Number(catalog?.stats?.[key]?.value ?? Number.NaN);
    if (Number.isFinite(rows)) return { rows };
  }
  return {};
}

/**
 * Dependencies as the manifest lists them, with no columns. Where the SQL shows the same table, the analysis replaces
 * them by what it saw; the rest stays, because a macro may have read the table while compiling.
 */
export function dependencyEdges(
  ids: readonly string[],
  context: DbtContext,
  file: string,
): EdgeFact[] {
  const edges: EdgeFact[] = [];
  for (const id of ids) {
    const from = context.nameOf(id);
    if (from) edges.push({ from, use: "UNKNOWN", provenance: { file } });
  }
  return edges;
}

/**
 * What a node depends on. A table that its compiled SQL does not name was read while compiling, if at all: then only the
 * columns that the template writes out can matter to what it found.
 */
function nodeEdges(node: ManifestNode, context: DbtContext, file: string): EdgeFact[] {
  const sql = node.compiled_code?.replace(COMMENTS, " ").toLowerCase();
  const ids = node.depends_on?.nodes ?? [];
  if (!sql || node.language === "python") return dependencyEdges(ids, context, file);
  let words: ReadonlySet<string> | undefined;
  return ids.flatMap((id) => {
    const from = context.nameOf(id);
    const columns = context.project.catalog?.get(id)?.columns;
    if (!from || !columns || sql.includes(lastPart(from).toLowerCase()))
      return dependencyEdges([id], context, file);
    words ??= new Set(templateWords(node, context.project));
    const named = Object.values(columns).filter((column) => words?.has(column.name.toLowerCase()));
    return [
      { from, use: "EXISTS" as const, provenance: { file } },
      ...named.map((column) => ({
        from: { ...from, column: column.name },
        use: "UNKNOWN" as const,
        cap: "possible" as const,
        provenance: { file },
      })),
    ];
  });
}

const COMMENTS = /--[^\n]*|\/\*[\s\S]*?\*\//g;

const lastPart = (named: {
  readonly name: { readonly name: string };
  readonly path?: readonly string[];
}): string => named.path?.at(-1) ?? named.name.name;

/** Words of a model's template and of the macros that it calls itself. */
function templateWords(node: ManifestNode, project: DbtProject): string[] {
  const macros = (node.depends_on?.macros ?? []).map(
    (id) => project.macros.get(id)?.macro_sql ?? "",
  );
  return wordsOf([node.raw_code ?? "", ...macros].join("\n"));
}

function nodeQueries(node: ManifestNode, context: DbtContext): QueryFact[] {
  if (node.resource_type === "seed" || isForeign(node)) return [];
  const file = node.original_file_path ?? context.project.file;
  const sql = node.compiled_code;
  if (node.language === "python" || !sql?.trim()) {
    context.problems.push({
      code: "no-sql",
      message:
        node.language === "python"
          ? `${node.unique_id} is a Python model: its columns cannot be followed`
          : `${node.unique_id} has no compiled SQL in the manifest`,
      next:
        node.language === "python"
          ? "Describe its columns in a graph file, or send its OpenLineage events."
          : "Run `dbt compile` (or build) and read the manifest that it writes.",
      file,
      severity: "warning",
    });
    return [];
  }
  const path = [node.database, node.schema].filter(
    (part) => typeof part === "string" && part !== "",
  );
  const mode = node.resource_type === "model" ? context.liveSchemaRead(node) : undefined;
  const sameLines = node.raw_code?.trim() === sql.trim();
  return [
    {
      name: "model",
      sql: removeInlineCtes(sql),
      dialect: dialectOfAdapter(context.project.adapter),
      defaultPath: path as string[],
      ...(mode ? { live: { mode, written: wordsOf(node.raw_code ?? "") } } : {}),
      provenance: { file: sameLines ? file : (node.compiled_path ?? file) },
    },
  ];
}

const wordsOf = (text: string): string[] => [
  ...new Set((text.match(/[A-Za-z_][\w$]*/g) ?? []).map((word) => word.toLowerCase())),
];

/** A source: the asset may be another project's model, so it never overrides what an owner says. */
export function sourceToFact(source: ManifestSource, context: DbtContext): AssetFact | undefined {
  const named = context.nameOf(source.unique_id);
  if (!named) return undefined;
  const { project } = context;
  const catalog = project.catalog?.get(source.unique_id);
  const file = source.original_file_path ?? project.file;
  const tests = context.tests.get(source.unique_id) ?? [];
  const columns = readColumns({
    uniqueId: source.unique_id,
    file,
    documented: source.columns,
    catalog,
    enforced: false,
    tests,
  });
  for (const one of columns.problems) context.problems.push(one);
  const freshness = project.freshness.get(source.unique_id);
  const entry = { ...source, meta: { ...source.source_meta, ...source.meta } };
  return {
    name: named.name,
    ...(named.path ? { path: named.path } : {}),
    kind: catalogSaysView(catalog) ? "view" : "table",
    attributes: {
      ...readAttributes(entry, project, undefined),
      ...readSla(entry, source),
      dialect: dialectOfAdapter(project.adapter),
      dbtUniqueId: source.unique_id,
      ...(freshness?.max_loaded_at
        ? { lastRun: { at: freshness.max_loaded_at, state: "ok" as const } }
        : {}),
      ...rowCount(catalog),
      extra: {
        sourceName: source.source_name,
        ...(source.loader ? { loader: source.loader } : {}),
        ...(freshness?.status ? { freshness: freshness.status } : {}),
        ...(tests.length > 0 ? { tests } : {}),
      },
    },
    ...(columns.columns ? { columns: columns.columns } : {}),
    columnsComplete: columns.complete,
    edges: [],
    queries: [],
    provenance: { file },
    placeholder: true,
  };
}

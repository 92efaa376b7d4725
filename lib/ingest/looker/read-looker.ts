import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText, parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type CustomField, readCustomFields } from "./custom-fields.ts";
import { ExploreQueries, type ExploreRequest } from "./explore-query.ts";
import { TableBranches } from "./liquid.ts";
import {
  assembleProject,
  type LookmlExplore,
  type LookmlFile,
  type LookmlProject,
} from "./lookml-project.ts";
import { parseLookml } from "./parse-lookml.ts";

const NAMESPACE = "looker";

/**
 * A LookML project: views, explores, refinements, derived tables, LookML dashboards, and dashboards as the API gives
 * them. Each dashboard tile becomes the query that Looker sends for its fields; an explore is what people ask of it by
 * hand, so it reads all of its fields.
 */
export function readLooker(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const lookml: LookmlFile[] = [];
  const dashboards: Dashboard[] = [];
  for (const file of files) {
    if (isDashboardFile(file)) dashboards.push(...readDashboards(file, problems));
    else {
      const parsed = parseLookml(file.path, file.text);
      if (parsed.ok) lookml.push({ path: file.path, entries: parsed.value });
      else problems.push(parsed.error);
    }
  }
  const project = assembleProject(lookml);
  const context: Context = { project, problems };
  return {
    facts: [
      ...[...project.explores.values()].flatMap((explore) => exploreFact(explore, context)),
      ...dashboards.flatMap((dashboard) => dashboardFacts(dashboard, context)),
    ],
    problems,
  };
}

const isDashboardFile = ({ path, text }: SourceFile): boolean =>
  /^\s*[[{]/.test(text) ||
  /^\s*(?:---\s*\n\s*)?-\s+dashboard\s*:/m.test(text.slice(0, 4096)) ||
  /\.ya?ml$/i.test(path);

interface Context {
  readonly project: LookmlProject;
  readonly problems: Problem[];
}

/** What a tile asks of one explore. */
interface Ask {
  readonly explore: string;
  readonly fields: readonly string[];
  readonly filters: readonly string[];
  readonly custom: readonly CustomField[];
}

interface Tile {
  readonly title: string;
  /** Several where it merges their results; none where its queries are not told here. */
  readonly asks: readonly Ask[];
}

interface Dashboard {
  readonly title: string;
  readonly attributes: AssetFact["attributes"];
  readonly tiles: readonly Tile[];
  readonly file: string;
}

const DIALECTS =
  /snowflake|bigquery|redshift|postgres|databricks|mysql|spark|trino|presto|athena|mssql|sqlserver|duckdb/i;

/** Connections are mostly named for their engine. */
function dialectOf({ connection }: LookmlExplore): string {
  const word = DIALECTS.exec(connection ?? "")?.[0].toLowerCase();
  if (word === "presto" || word === "athena") return "trino";
  return word === "mssql" || word === "sqlserver" ? "tsql" : (word ?? "generic");
}

function exploreFact(explore: LookmlExplore, context: Context): readonly AssetFact[] {
  // Others are made of it; nobody can ask it anything.
  if (explore.isTemplate) return [];
  const dialect = dialectOf(explore);
  const queries = new ExploreQueries(context.project, explore, { dialect });
  const missing = queries.missingViews();
  for (const view of missing)
    context.problems.push({
      code: "unresolved-name",
      message: `the explore ${explore.name} joins the view ${view}, which is not among the files; what it reads there is not known`,
      next: "Ingest the whole project, with the projects that it imports.",
      file: explore.file,
      line: explore.line,
      severity: "warning",
    });
  const name = { namespace: NAMESPACE, name: `${explore.model}/${explore.name}` };
  return [
    {
      name,
      kind: "application",
      attributes: { dialect: queries.dialect },
      edges: [],
      queries: queriesOf(
        { project: context.project, explore },
        { fields: queries.allFields(), filters: [] },
        { name, file: explore.file, problems: context.problems },
      ),
      provenance: { file: explore.file, line: explore.line },
    },
  ];
}

interface QueryPlace {
  readonly name: AssetName;
  readonly file: string;
  readonly problems: Problem[];
}

/** Of a template with more branches the first are followed, and it is said. */
const MOST_BRANCHES = 32;

/** One query, or one for each table that a template may choose. */
function queriesOf(
  { project, explore }: { readonly project: LookmlProject; readonly explore: LookmlExplore },
  request: ExploreRequest,
  { name, file, problems }: QueryPlace,
): AssetFact["queries"] {
  const found: AssetFact["queries"][number][] = [];
  let most = 1;
  for (let branch = 0; branch < Math.min(most, MOST_BRANCHES); branch++) {
    const tables = new TableBranches(branch);
    const queries = new ExploreQueries(project, explore, { dialect: dialectOf(explore), tables });
    const query = queries.query(request);
    if (query === undefined) return found;
    most = tables.most;
    if (branch === 0)
      for (const unknown of query.unknown)
        problems.push({
          code: "unknown-column",
          message: `${name.name} uses the field ${unknown}, which its explore does not have`,
          next: "Mend the field, or ingest the file that defines it.",
          file,
          severity: "warning",
        });
    found.push({
      name: branch === 0 ? name.name : `${name.name} (branch ${branch + 1})`,
      sql: query.sql,
      dialect: queries.dialect,
      roles: query.outputs.map(({ label, role }) => ({ column: label, use: role })),
      provenance: { file },
    });
  }
  if (most > MOST_BRANCHES)
    problems.push({
      code: "too-large",
      message: `${name.name} may read any of ${most} tables by a template: those behind the first ${MOST_BRANCHES} are not known`,
      next: "Ingest what reads the others beside it, for instance as consumers.",
      file,
      severity: "error",
    });
  return found;
}

function dashboardFacts(dashboard: Dashboard, context: Context): readonly AssetFact[] {
  const name = { namespace: NAMESPACE, name: dashboard.title };
  const titles = new Map<string, number>();
  return [
    {
      name,
      kind: "dashboard",
      attributes: dashboard.attributes,
      edges: [],
      queries: [],
      provenance: { file: dashboard.file },
    },
    ...dashboard.tiles.map((tile): AssetFact => {
      const count = (titles.get(tile.title) ?? 0) + 1;
      titles.set(tile.title, count);
      const title = count === 1 ? tile.title : `${tile.title} (${count})`;
      return tileFact({ ...tile, title }, { dashboard, name, context });
    }),
  ];
}

function tileFact(
  tile: Tile,
  {
    dashboard,
    name,
    context,
  }: { readonly dashboard: Dashboard; readonly name: AssetName; readonly context: Context },
): AssetFact {
  const own = { namespace: NAMESPACE, name: `${dashboard.title}/${tile.title}` };
  const provenance = { file: dashboard.file };
  const base = {
    name: own,
    kind: "chart" as const,
    attributes: { partOf: assetId(name.namespace, name.name) },
    edges: [],
    provenance,
  };
  const lose = (why: string, next: string): AssetFact => {
    const message = `the tile ${own.name} ${why}; what it reads is not known`;
    const { file } = dashboard;
    context.problems.push({ code: "unresolved-name", message, next, file, severity: "warning" });
    return { ...base, queries: [] };
  };
  if (tile.asks.length === 0)
    return lose(
      "shows the results of queries that are not in the dashboard's answer",
      "Export the dashboard as LookML, which holds its merged queries and looks.",
    );
  const asked = tile.asks.map((ask) => ({
    ask,
    explore: context.project.explores.get(ask.explore),
  }));
  const missing = asked.find(({ explore }) => explore === undefined);
  if (missing !== undefined)
    return lose(
      `asks the explore ${missing.ask.explore}, which is not among the files`,
      "Ingest the LookML project beside the dashboards.",
    );
  const queries = asked.flatMap(({ ask, explore }, at) => {
    const name = at === 0 ? own : { ...own, name: `${own.name} (query ${at + 1})` };
    const place = { name, file: dashboard.file, problems: context.problems };
    return explore === undefined
      ? []
      : queriesOf({ project: context.project, explore }, ask, place);
  });
  const dialect = queries[0]?.dialect;
  return {
    ...base,
    attributes: { ...base.attributes, ...(dialect === undefined ? {} : { dialect }) },
    queries,
  };
}

function readDashboards(file: SourceFile, problems: Problem[]): readonly Dashboard[] {
  const isJson = /^\s*[[{]/.test(file.text);
  const parsed = isJson ? parseJsonText(file.path, file.text) : parseYamlText(file.path, file.text);
  if (!parsed.ok) {
    problems.push(parsed.error);
    return [];
  }
  const record = asRecord(parsed.value);
  const all = record === undefined ? recordsIn(parsed.value) : [record];
  return all.flatMap((one): readonly Dashboard[] => {
    const elements = [...recordsIn(one["elements"]), ...recordsIn(one["dashboard_elements"])];
    const title = asText(one["title"]) ?? asText(one["dashboard"]) ?? asText(one["id"]);
    if (title === undefined) return [];
    const filters = dashboardFilters(one);
    return [
      {
        title,
        file: file.path,
        attributes: withoutUndefined({ description: asText(one["description"]) }),
        tiles: elements.flatMap((element, at) => tileOf(element, { at, filters })),
      },
    ];
  });
}

/** Field of each filter on top of the dashboard, by its name. */
function dashboardFilters(dashboard: LooseRecord): ReadonlyMap<string, string> {
  return new Map(
    [...recordsIn(dashboard["filters"]), ...recordsIn(dashboard["dashboard_filters"])].flatMap(
      (filter) => {
        const name = asText(filter["name"]) ?? asText(filter["title"]);
        const field = asText(filter["field"]) ?? asText(filter["dimension"]);
        return name === undefined || field === undefined ? [] : [[name, field] as const];
      },
    ),
  );
}

function tileOf(
  element: LooseRecord,
  { at, filters }: { readonly at: number; readonly filters: ReadonlyMap<string, string> },
): readonly Tile[] {
  const title = asText(element["title"]) ?? asText(element["name"]) ?? `tile ${at + 1}`;
  const merged = recordsIn(element["merged_queries"]);
  const asked = merged.length > 0 ? merged : [queryIn(element)];
  const asks = asked.flatMap((query) => askOf(query, { element, filters }));
  // A text or a button asks nothing.
  const isShown =
    asks.length > 0 ||
    ELSEWHERE.some(
      (key) =>
        asText(ownValue(element, key)) ?? asText(ownValue(asRecord(element["result_maker"]), key)),
    );
  return isShown ? [{ title, asks: asks.length < asked.length ? [] : asks }] : [];
}

/** By which the API names queries that it tells elsewhere. */
const ELSEWHERE = ["merge_result_id", "query_id", "look_id"] as const;

const queryIn = (element: LooseRecord): LooseRecord =>
  asRecord(element["query"]) ??
  asRecord(ownValue(asRecord(element["result_maker"]), "query")) ??
  asRecord(ownValue(asRecord(element["look"]), "query")) ??
  element;

function askOf(
  query: LooseRecord,
  {
    element,
    filters,
  }: { readonly element: LooseRecord; readonly filters: ReadonlyMap<string, string> },
): readonly Ask[] {
  const explore = asText(query["explore"]) ?? asText(query["view"]);
  if (explore === undefined) return [];
  const listed = [
    ...textsIn(query["fields"]),
    ...textsIn(query["dimensions"]),
    ...textsIn(query["measures"]),
    ...textsIn(query["pivots"]),
  ];
  const custom = readCustomFields(query);
  const customNames = new Set(custom.map(({ name }) => name));
  // Calculations over the tile's result carry no view's name either.
  const isAsked = (field: string): boolean => field.includes(".") || customNames.has(field);
  const fields = [...new Set(listed)].filter(isAsked);
  const own = asRecord(query["filters"]);
  const listened = Object.values(asRecord(element["listen"]) ?? {}).flatMap(
    (value) => asText(value) ?? [],
  );
  return [
    {
      explore,
      fields,
      filters: [
        ...new Set([...Object.keys(own ?? {}), ...listened.map((one) => filters.get(one) ?? one)]),
      ].filter(isAsked),
      custom,
    },
  ];
}

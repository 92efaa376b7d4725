import { withoutUndefined } from "#lib/ingest/loose-value.ts";
import {
  childAt,
  childrenOf,
  elementsIn,
  parseXml,
  type XmlElement,
} from "#lib/ingest/parse-xml.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetFact, QueryFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import {
  NAMESPACE,
  publishedEdges,
  publishedFacts,
  tableFacts,
  wholeSource,
} from "./datasource-facts.ts";
import {
  overPublished,
  readDatasource,
  type TableauDatasource,
  tablesOf,
} from "./read-datasource.ts";
import { readMetadataAnswer } from "./read-metadata-answer.ts";
import { readSheet, type SheetQuery, sheetSql } from "./read-sheet.ts";

/**
 * Tableau's workbooks (.twb, or out of .twbx) and data sources (.tds, .tdsx), and answers of its Metadata API. Each
 * worksheet becomes the query that Tableau would send over its data source, with a role for each field; worksheets are
 * parts of the dashboards that show them. A published data source is an asset of its own, since its definition is in
 * another file.
 */
export function readTableau(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const facts: AssetFact[] = [];
  const roots: Root[] = [];
  for (const file of files) {
    if (/^\s*[{[]/.test(file.text)) {
      const read = readMetadataAnswer(file);
      facts.push(...read.facts);
      problems.push(...read.problems);
      continue;
    }
    const root = parseXml(file.path, file.text);
    if (!root.ok) problems.push(root.error);
    else if (root.value.name === "datasource" || root.value.name === "workbook")
      roots.push({ element: root.value, file });
    else
      problems.push({
        code: "not-recognised",
        message: `<${root.value.name}> is neither a workbook nor a data source of Tableau`,
        file: file.path,
        severity: "info",
      });
  }
  const published = new Map(
    roots
      .filter(({ element }) => element.name === "datasource")
      .map((root): [string, TableauDatasource] => [
        publishedId(root),
        readDatasource(root.element),
      ]),
  );
  for (const root of roots) {
    const id = publishedId(root);
    const definition = root.element.name === "datasource" ? published.get(id) : undefined;
    if (definition !== undefined)
      facts.push(...publishedFacts(definition, { id, file: root.file.path }));
    else facts.push(...workbookFacts(root, { published, problems }));
  }
  return { facts, problems };
}

interface Root {
  readonly element: XmlElement;
  readonly file: SourceFile;
}

const publishedId = ({ element, file }: Root): string =>
  childAt(element, "repository-location")?.attributes.get("id") ?? baseName(file.path);

const baseName = (path: string): string =>
  (path.split("/").at(-1) ?? path).replace(/\.(?:twb|tds)$/i, "");

interface Workbook {
  readonly title: string;
  readonly file: string;
  readonly datasources: ReadonlyMap<string, TableauDatasource>;
  readonly problems: Problem[];
}

interface WorkbookContext {
  /** Definitions of published data sources, by the id under which the server knows them. */
  readonly published: ReadonlyMap<string, TableauDatasource>;
  readonly problems: Problem[];
}

function workbookFacts(
  { element: root, file }: Root,
  { published, problems }: WorkbookContext,
): readonly AssetFact[] {
  const location = childAt(root, "repository-location")?.attributes.get("id");
  const all = childAt(root, "datasources");
  const datasources = new Map(
    (all === undefined ? [] : childrenOf(all, "datasource"))
      .filter((one) => one.attributes.get("name") !== "Parameters")
      .map((one) => [one.attributes.get("name") ?? "", definedDatasource(one, published)]),
  );
  const workbook: Workbook = {
    title: location ?? baseName(file.path),
    file: file.path,
    datasources,
    problems,
  };
  const sheets = listOf(root, "worksheets", "worksheet");
  const dashboards = listOf(root, "dashboards", "dashboard");
  const shownOn = placesOf(dashboards, sheets);
  return [
    ...[...datasources.values()].flatMap((one) => tableFacts(one, file.path)),
    ...sheets.map((sheet) => sheetFact(sheet, shownOn.get(nameOf(sheet))?.[0], workbook)),
    ...dashboards.map((dashboard) => dashboardFact(dashboard, shownOn, workbook)),
  ];
}

/**
 * A sheet over a published data source asks for its own fields alone, which its definition tells how. Without the
 * definition the data source is an asset of its own, which breaks as a whole.
 */
function definedDatasource(
  element: XmlElement,
  published: ReadonlyMap<string, TableauDatasource>,
): TableauDatasource {
  const own = readDatasource(element);
  const definition = own.published === undefined ? undefined : published.get(own.published);
  return definition === undefined ? own : overPublished(own, definition);
}

const listOf = (root: XmlElement, list: string, each: string): readonly XmlElement[] => {
  const all = childAt(root, list);
  return all === undefined ? [] : childrenOf(all, each);
};

const nameOf = (element: XmlElement): string => element.attributes.get("name") ?? "";

/** The dashboards of each worksheet, in the order of the file. */
function placesOf(
  dashboards: readonly XmlElement[],
  sheets: readonly XmlElement[],
): ReadonlyMap<string, readonly string[]> {
  const known = new Set(sheets.map(nameOf));
  const places = new Map<string, string[]>();
  for (const dashboard of dashboards) {
    const zones = new Set(elementsIn(dashboard, "zone").map(nameOf));
    for (const name of zones) {
      if (known.has(name)) places.set(name, [...(places.get(name) ?? []), nameOf(dashboard)]);
    }
  }
  return places;
}

const inWorkbook = (workbook: Workbook, name: string): AssetName => ({
  namespace: NAMESPACE,
  name: `${workbook.title}/${name}`,
});

function sheetFact(
  sheet: XmlElement,
  dashboard: string | undefined,
  workbook: Workbook,
): AssetFact {
  const name = inWorkbook(workbook, nameOf(sheet));
  const provenance = { file: workbook.file };
  const queries = readSheet(sheet, workbook.datasources).filter(
    ({ outputs, filters }) => outputs.length > 0 || filters.length > 0,
  );
  for (const query of queries) tellUnknown(query, { name, workbook });
  const published = queries.filter(({ datasource }) => datasource.published !== undefined);
  const own = queries.filter((query) => !published.includes(query));
  const on = dashboard === undefined ? undefined : inWorkbook(workbook, dashboard);
  const used = queries.length > 0 ? [] : sourcesNamedBy(sheet, workbook);
  return {
    name,
    kind: "chart",
    attributes: withoutUndefined({
      dialect: own[0]?.datasource.dialect,
      partOf: on === undefined ? undefined : assetId(on.namespace, on.name),
    }),
    edges: [
      ...published.flatMap((query) => publishedEdges(query, provenance)),
      // A sheet that places no field that could be read (a map, an extension) still reads its data source.
      ...used.flatMap((datasource) => wholeSource(datasource, provenance)),
    ],
    queries: own.map((query) => queryOf(query, { name, provenance })),
    provenance,
  };
}

function sourcesNamedBy(sheet: XmlElement, workbook: Workbook): readonly TableauDatasource[] {
  return elementsIn(sheet, "datasource").flatMap(
    (one) => workbook.datasources.get(nameOf(one)) ?? [],
  );
}

interface SheetPlace {
  readonly name: AssetName;
  readonly provenance: { readonly file: string };
}

function queryOf(query: SheetQuery, { name, provenance }: SheetPlace): QueryFact {
  const [first] = tablesOf(query.datasource);
  return {
    name: `${name.name} over ${query.datasource.title}`,
    sql: sheetSql(query),
    dialect: query.datasource.dialect,
    ...(first?.path !== undefined && first.path.length > 1
      ? { defaultPath: first.path.slice(0, -1) }
      : {}),
    roles: query.outputs.map(({ label, role }) => ({ column: label, use: role })),
    provenance,
  };
}

function tellUnknown(
  { datasource, outputs, filters }: SheetQuery,
  { name, workbook }: { readonly name: AssetName; readonly workbook: Workbook },
): void {
  if (datasource.published !== undefined) return;
  for (const { field } of [...outputs, ...filters]) {
    if (datasource.knows(field)) continue;
    workbook.problems.push({
      code: "unknown-column",
      message: `the sheet ${name.name} uses ${field}, which the data source ${datasource.title} does not have; it is taken for a column of that name`,
      next: "Refresh the data source in Tableau and save the workbook again, or mend the sheet.",
      file: workbook.file,
      severity: "warning",
    });
  }
}

function dashboardFact(
  dashboard: XmlElement,
  shownOn: ReadonlyMap<string, readonly string[]>,
  workbook: Workbook,
): AssetFact {
  const title = nameOf(dashboard);
  const further = [...shownOn].filter(
    ([, places]) => places.includes(title) && places[0] !== title,
  );
  const shows = [...shownOn.values()].some((places) => places.includes(title));
  if (!shows && childAt(dashboard, "zones") !== undefined)
    workbook.problems.push({
      code: "unresolved-name",
      message: `the dashboard ${workbook.title}/${title} shows no worksheet of the workbook; what it reads is not known`,
      next: "Save the workbook with its worksheets.",
      file: workbook.file,
      severity: "warning",
    });
  return {
    name: inWorkbook(workbook, title),
    kind: "dashboard",
    attributes: {},
    // A worksheet is a part of one dashboard; the others that show it take it as it is.
    edges: further.map(([sheet]) => ({
      from: { name: inWorkbook(workbook, sheet) },
      use: "IDENTITY",
      provenance: { file: workbook.file },
    })),
    queries: [],
    provenance: { file: workbook.file },
  };
}

import { childAt, childrenOf, elementsIn, type XmlElement } from "#lib/ingest/parse-xml.ts";
import { quoted } from "#lib/ingest/quote-name.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { fieldsThatChoose, instanceColumn, type TableauDatasource } from "./read-datasource.ts";
import { fieldName } from "./translate-formula.ts";

export interface SheetOutput {
  readonly label: string;
  readonly field: string;
  readonly sql: string;
  readonly role: "DIMENSION" | "MEASURE";
}

/** What a sheet asks of one of its data sources. */
export interface SheetQuery {
  readonly datasource: TableauDatasource;
  readonly outputs: readonly SheetOutput[];
  /** Fields by which rows are kept, with the SQL of each. */
  readonly filters: readonly { readonly field: string; readonly sql: string }[];
}

/** `[data source].[instance]`, as shelves, encodings and filters name fields. */
const REFERENCE = /\[((?:[^\]]|\]\])+)\]\.(\[(?:[^\]]|\]\])+\])/g;

interface Reference {
  readonly datasource: string;
  /** In brackets. */
  readonly instance: string;
}

const referencesIn = (text: string): readonly Reference[] =>
  [...text.matchAll(REFERENCE)].map(([, datasource, instance]) => ({
    datasource: datasource ?? "",
    instance: instance ?? "",
  }));

/** The queries of a worksheet, one for each of its data sources that it really uses. */
export function readSheet(
  sheet: XmlElement,
  datasources: ReadonlyMap<string, TableauDatasource>,
): readonly SheetQuery[] {
  const instances = readInstances(sheet);
  const filters = elementsIn(sheet, "filter");
  const shown = new Map<string, Map<string, Reference>>();
  const show = (references: readonly Reference[]): void => {
    for (const reference of references) {
      const list = shown.get(reference.datasource) ?? new Map<string, Reference>();
      shown.set(reference.datasource, list.set(reference.instance, reference));
    }
  };
  show(shelves(sheet).flatMap(referencesIn));
  for (const filter of filters)
    if (isMeasureNames(filter)) show(valuesBelow(filter).flatMap(referencesIn));
  const kept = filters.filter((filter) => !isMeasureNames(filter)).flatMap(filterReferences);
  const names = new Set([...shown.keys(), ...kept.map(({ datasource }) => datasource)]);
  return [...names].sort(compareText).flatMap((name) => {
    const datasource = datasources.get(name);
    if (datasource === undefined) return [];
    const outputs = [...(shown.get(name)?.values() ?? [])].flatMap(({ instance }) =>
      outputOf(instance, { datasource, instances }),
    );
    // The data source's own filters are a part of every query over it.
    const own = [
      ...kept.filter((one) => one.datasource === name),
      ...datasource.filterFields.map((field) => ({ datasource: name, instance: `[${field}]` })),
    ];
    return [
      { datasource, outputs: distinct(outputs), filters: filtersOf(own, datasource, instances) },
    ];
  });
}

/** Names that stand for no field of the data. */
const isPseudo = (instance: string): boolean =>
  /^\[(?::Measure Names|Multiple Values|Measure Values|Latitude \(generated\)|Longitude \(generated\)|Geometry \(generated\))\]$/.test(
    instance,
  ) || /__tableau_internal_object_id__/.test(instance);

const isMeasureNames = (filter: XmlElement): boolean =>
  (filter.attributes.get("column") ?? "").includes("[:Measure Names]");

/** Texts of a sheet that place fields: shelves, colours and sizes, tooltips, sorts, reference lines. */
function shelves(sheet: XmlElement): readonly string[] {
  const table = childAt(sheet, "table");
  const panes = elementsIn(sheet, "encodings").flatMap((encodings) =>
    encodings.children.flatMap((one) => one.attributes.get("column") ?? []),
  );
  const sorts = [
    "sort",
    "computed-sort",
    "natural-sort",
    "shelf-sort-v2",
    "reference-line",
  ].flatMap((name) => elementsIn(sheet, name).flatMap((one) => [...one.attributes.values()]));
  const rows = table === undefined ? [] : [childAt(table, "rows"), childAt(table, "cols")];
  return [...rows.map((shelf) => shelf?.text ?? ""), ...panes, ...sorts];
}

function filterReferences(filter: XmlElement): readonly Reference[] {
  const column = referencesIn(filter.attributes.get("column") ?? "");
  const chosenBy = fieldsThatChoose(filter).flatMap((text): readonly Reference[] => {
    const qualified = referencesIn(text);
    const [home] = column;
    return qualified.length > 0 || home === undefined ? qualified : [{ ...home, instance: text }];
  });
  return [...column, ...chosenBy].filter(({ instance }) => !isPseudo(instance));
}

const valuesBelow = (element: XmlElement): readonly string[] =>
  element.children.flatMap((child) => [...child.attributes.values(), ...valuesBelow(child)]);

interface Instance {
  /** The field, without brackets. */
  readonly field: string;
  readonly derivation: string;
}

/** A sheet's own list of the fields that it uses, and how it folds each. */
function readInstances(sheet: XmlElement): ReadonlyMap<string, Instance> {
  return new Map(
    elementsIn(sheet, "datasource-dependencies").flatMap((dependencies) =>
      childrenOf(dependencies, "column-instance").map((instance) => [
        `${dependencies.attributes.get("datasource") ?? ""}/${instance.attributes.get("name") ?? ""}`,
        {
          field: fieldName(instance.attributes.get("column") ?? ""),
          derivation: instance.attributes.get("derivation") ?? "None",
        },
      ]),
    ),
  );
}

interface Sheet {
  readonly datasource: TableauDatasource;
  readonly instances: ReadonlyMap<string, Instance>;
}

function instanceOf(bracketed: string, { datasource, instances }: Sheet): Instance {
  const known = instances.get(`${datasource.id}/${bracketed}`);
  if (known !== undefined) return known;
  const derived = /^\[(\w+):/.exec(bracketed)?.[1];
  return {
    field: fieldName(instanceColumn(bracketed)),
    derivation: DERIVED_BY_PREFIX[derived ?? ""] ?? "None",
  };
}

const DERIVED_BY_PREFIX: Readonly<Record<string, string>> = makeTable({
  sum: "Sum",
  avg: "Avg",
  cnt: "Count",
  ctd: "CountD",
  min: "Min",
  max: "Max",
  med: "Median",
  attr: "Attribute",
  usr: "User",
});

const AGGREGATES: Readonly<Record<string, string>> = makeTable({
  Sum: "SUM",
  Avg: "AVG",
  Min: "MIN",
  Max: "MAX",
  Count: "COUNT",
  Median: "MEDIAN",
  Attribute: "MIN",
  Stdev: "STDDEV",
  StdevP: "STDDEV_POP",
  Var: "VARIANCE",
  VarP: "VAR_POP",
});

function outputOf(bracketed: string, sheet: Sheet): readonly SheetOutput[] {
  if (isPseudo(bracketed)) return [];
  const { field, derivation } = instanceOf(bracketed, sheet);
  const { datasource } = sheet;
  const { sql, aggregated } = datasource.field(field);
  const title = datasource.titleOf(field);
  const about = { field, label: title };
  if (aggregated) return [{ ...about, sql, role: "MEASURE" }];
  if (derivation === "CountD")
    return [
      { ...about, label: `distinct ${title}`, sql: `COUNT(DISTINCT ${sql})`, role: "MEASURE" },
    ];
  const fold = AGGREGATES[derivation];
  if (fold !== undefined)
    return [
      { ...about, label: `${derivation} of ${title}`, sql: `${fold}(${sql})`, role: "MEASURE" },
    ];
  const plain = derivation === "None" || derivation === "User";
  return [
    plain
      ? { ...about, sql, role: "DIMENSION" }
      : {
          ...about,
          label: `${derivation} of ${title}`,
          sql: `date_part('${derivation.toLowerCase().replace(/\W/g, "_")}', ${sql})`,
          role: "DIMENSION",
        },
  ];
}

function filtersOf(
  references: readonly Reference[],
  datasource: TableauDatasource,
  instances: ReadonlyMap<string, Instance>,
): SheetQuery["filters"] {
  const found = new Map<string, { readonly field: string; readonly sql: string }>();
  for (const { instance } of references) {
    const { field } = instanceOf(instance, { datasource, instances });
    const { sql, aggregated } = datasource.field(field);
    // An aggregate cannot stand in WHERE: what it is made of decides about the rows.
    const parts = aggregated ? datasource.leavesOf(field).filter(datasource.knows) : [field];
    for (const part of parts)
      found.set(part, { field: part, sql: part === field ? sql : datasource.field(part).sql });
  }
  return [...found.values()];
}

function distinct(outputs: readonly SheetOutput[]): readonly SheetOutput[] {
  const seen = new Set<string>();
  return outputs.filter(
    ({ label }) => !seen.has(label.toLowerCase()) && seen.add(label.toLowerCase()),
  );
}

/** The sheet's query, as Tableau would send it. */
export function sheetSql({ datasource, outputs, filters }: SheetQuery): string {
  const from = datasource.fromSql([
    ...outputs.map(({ field }) => field),
    ...filters.map(({ field }) => field),
  ]);
  const groups = outputs.filter(({ role }) => role === "DIMENSION").map(({ sql }) => sql);
  const aggregates = outputs.some(({ role }) => role === "MEASURE");
  return [
    `SELECT ${outputs.map(({ sql, label }) => `${sql} AS ${quoted(label, datasource.dialect)}`).join(", ") || "COUNT(*)"}`,
    `FROM ${from}`,
    ...(filters.length === 0
      ? []
      : [`WHERE ${filters.map(({ sql }) => `${sql} IN ('kept')`).join(" AND ")}`]),
    ...(groups.length > 0 && aggregates ? [`GROUP BY ${groups.join(", ")}`] : []),
  ].join("\n");
}

import {
  asList,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  textsIn,
} from "#lib/ingest/loose-value.ts";
import { childrenNamed, parseTmdl, type TmdlNode } from "./parse-tmdl.ts";

export interface ModelColumn {
  readonly name: string;
  readonly type?: string;
  /** Of the query that fills the table; absent: calculated. */
  readonly sourceColumn?: string;
  readonly dax?: string;
  /** A column by which it is sorted wherever it is shown. */
  readonly sortBy?: string;
  readonly description?: string;
}

export interface ModelTable {
  readonly name: string;
  readonly columns: readonly ModelColumn[];
  /** DAX by name. */
  readonly measures: ReadonlyMap<string, string>;
  /** The column of each level of a hierarchy, by `levelKey`. */
  readonly levels: ReadonlyMap<string, string>;
  /** Power Query's text for each partition. */
  readonly queries: readonly string[];
  /** Of a calculated table. */
  readonly dax?: string;
  readonly directQuery: boolean;
  /** Its rows are names of calculations: nothing fills it. */
  readonly calculations: boolean;
  readonly file: string;
}

export interface ModelRelationship {
  readonly from: ColumnRef;
  readonly to: ColumnRef;
  readonly active: boolean;
}

export interface ColumnRef {
  readonly table: string;
  readonly column: string;
}

/** Two hierarchies of a table may each have a level of one name. */
export const levelKey = (hierarchy: string, level: string): string =>
  `${hierarchy}\u0000${level}`.toLowerCase();

/** A semantic model: what reports of Power BI read. */
export interface SemanticModel {
  readonly title: string;
  readonly file: string;
  readonly tables: readonly ModelTable[];
  readonly relationships: readonly ModelRelationship[];
  /** Power Query's shared queries and parameters by name. */
  readonly expressions: ReadonlyMap<string, string>;
}

export interface ModelFile {
  readonly path: string;
  readonly text: string;
}

/** A model out of the TMDL files of one folder. */
export function readTmdlModel(title: string, files: readonly ModelFile[]): SemanticModel {
  const nodes = files.flatMap(({ path, text }) => parseTmdl(text).map((node) => ({ node, path })));
  const inModel = (kind: string): readonly { node: TmdlNode; path: string }[] =>
    nodes.flatMap(({ node, path }) => [
      ...(node.kind === kind ? [{ node, path }] : []),
      ...(node.kind === "model"
        ? childrenNamed(node, kind).map((inner) => ({ node: inner, path }))
        : []),
    ]);
  return {
    title,
    file: files[0]?.path ?? title,
    tables: inModel("table")
      // `ref table X` only says the order of tables.
      .filter(({ node }) => node.children.length > 0)
      .map(({ node, path }) => tableOf(node, path)),
    relationships: inModel("relationship").flatMap(({ node }) => relationshipOf(node)),
    expressions: new Map(
      inModel("expression").map(({ node }) => [node.name, withoutMeta(node.expression ?? "")]),
    ),
  };
}

/** A parameter's text ends with a record about it. */
const withoutMeta = (text: string): string => text.replace(/\s+meta\s+\[[^\]]*\]\s*$/, "").trim();

function tableOf(node: TmdlNode, file: string): ModelTable {
  const partitions = childrenNamed(node, "partition");
  const sourceOf = (partition: TmdlNode): string =>
    entityQuery(childrenNamed(partition, "source")[0]?.properties) ??
    childrenNamed(partition, "source")[0]?.expression ??
    childrenNamed(partition, "expression")[0]?.expression ??
    "";
  const isCalculated = (partition: TmdlNode): boolean => partition.expression === "calculated";
  const calculated = partitions.find(isCalculated);
  return {
    name: node.name,
    columns: [...childrenNamed(node, "column"), ...childrenNamed(node, "calculatedColumn")].map(
      (column) => columnOf(column),
    ),
    measures: new Map(
      childrenNamed(node, "measure").map((measure) => [measure.name, measure.expression ?? ""]),
    ),
    levels: new Map(
      childrenNamed(node, "hierarchy").flatMap((hierarchy) =>
        childrenNamed(hierarchy, "level").flatMap((level) => {
          const column = level.properties.get("column");
          return column === undefined
            ? []
            : [[levelKey(hierarchy.name, level.name), unquoted(column)] as const];
        }),
      ),
    ),
    queries: partitions.filter((one) => !isCalculated(one)).map(sourceOf),
    ...(calculated === undefined ? {} : { dax: sourceOf(calculated) }),
    directQuery: partitions.some(({ properties }) =>
      /^directquery$/i.test(properties.get("mode") ?? ""),
    ),
    calculations: childrenNamed(node, "calculationGroup").length > 0,
    file,
  };
}

/** A table that is read where it lies (Direct Lake) names it instead of a query: the query that would read it. */
function entityQuery(properties: ReadonlyMap<string, string> | undefined): string | undefined {
  const entity = properties?.get("entityName");
  if (entity === undefined) return undefined;
  const [source, schema] = [properties?.get("expressionSource"), properties?.get("schemaName")];
  const quotedText = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const place = schema === undefined ? "" : `Schema=${quotedText(schema)},`;
  return source === undefined
    ? undefined
    : `#${quotedText(source)}{[${place}Item=${quotedText(entity)}]}[Data]`;
}

function columnOf({ name, properties, expression }: TmdlNode): ModelColumn {
  const source = properties.get("sourceColumn");
  const type = properties.get("dataType");
  const sortBy = properties.get("sortByColumn");
  const description = properties.get("description");
  return {
    name,
    ...(type === undefined ? {} : { type }),
    ...(source === undefined ? {} : { sourceColumn: source }),
    ...(expression === undefined ? {} : { dax: expression }),
    ...(sortBy === undefined ? {} : { sortBy }),
    ...(description === undefined ? {} : { description }),
  };
}

const unquoted = (part: string): string =>
  part.startsWith("'") ? part.slice(1, -1).replaceAll("''", "'") : part;

/** `Sales.'Order Date'`. */
function columnRef(text: string): ColumnRef | undefined {
  const found = /^('(?:[^']|'')*'|[^.']+)\.(.+)$/.exec(text.trim());
  return found === null
    ? undefined
    : { table: unquoted(found[1] ?? ""), column: unquoted(found[2] ?? "") };
}

function relationshipOf({ properties }: TmdlNode): readonly ModelRelationship[] {
  const from = columnRef(properties.get("fromColumn") ?? "");
  const to = columnRef(properties.get("toColumn") ?? "");
  if (from === undefined || to === undefined) return [];
  return [{ from, to, active: properties.get("isActive") !== "false" }];
}

/** An expression that JSON may hold as a list of lines. */
const textOf = (value: unknown): string | undefined =>
  asText(value) ?? (asList(value) === undefined ? undefined : textsIn(value).join("\n"));

/** A model as JSON: a model.bim file, or the schema inside of a template. */
export function readBimModel(title: string, file: string, value: LooseRecord): SemanticModel {
  const model = asRecord(value["model"]) ?? value;
  return {
    title,
    file,
    tables: recordsIn(model["tables"]).map((table) => bimTable(table, file)),
    relationships: recordsIn(model["relationships"]).flatMap(
      (one): readonly ModelRelationship[] => {
        const [fromTable, fromColumn, toTable, toColumn] = [
          "fromTable",
          "fromColumn",
          "toTable",
          "toColumn",
        ].map((key) => asText(one[key]));
        if (!fromTable || !fromColumn || !toTable || !toColumn) return [];
        return [
          {
            from: { table: fromTable, column: fromColumn },
            to: { table: toTable, column: toColumn },
            active: one["isActive"] !== false,
          },
        ];
      },
    ),
    expressions: new Map(
      recordsIn(model["expressions"]).flatMap((one) => {
        const name = asText(one["name"]);
        return name === undefined ? [] : [[name, withoutMeta(textOf(one["expression"]) ?? "")]];
      }),
    ),
  };
}

function bimTable(table: LooseRecord, file: string): ModelTable {
  const partitions = recordsIn(table["partitions"]).map((partition) => ({
    mode: asText(partition["mode"]) ?? "",
    source: asRecord(partition["source"]),
  }));
  const expressionOf = ({ source }: (typeof partitions)[number]): string =>
    entityQuery(textsOf(source)) ??
    textOf(ownValue(source, "expression")) ??
    nativeQuery(source) ??
    "";
  const isCalculated = ({ source }: (typeof partitions)[number]): boolean =>
    asText(ownValue(source, "type")) === "calculated";
  const calculated = partitions.find(isCalculated);
  // The scanner gives sources directly: [{"expression": "let …"}].
  const scanned = recordsIn(table["source"]).flatMap((one) => textOf(one["expression"]) ?? []);
  return {
    name: asText(table["name"]) ?? "",
    columns: recordsIn(table["columns"])
      .filter((column) => asText(column["type"]) !== "rowNumber")
      .map((column) => bimColumn(column)),
    measures: new Map(
      recordsIn(table["measures"]).map((measure) => [
        asText(measure["name"]) ?? "",
        textOf(measure["expression"]) ?? "",
      ]),
    ),
    levels: new Map(
      recordsIn(table["hierarchies"]).flatMap((hierarchy) =>
        recordsIn(hierarchy["levels"]).flatMap((level) => {
          const column = asText(level["column"]);
          const key = levelKey(asText(hierarchy["name"]) ?? "", asText(level["name"]) ?? "");
          return column === undefined ? [] : [[key, column] as const];
        }),
      ),
    ),
    queries: [...partitions.filter((one) => !isCalculated(one)).map(expressionOf), ...scanned],
    ...(calculated === undefined ? {} : { dax: expressionOf(calculated) }),
    directQuery: partitions.some(({ mode }) => /^directquery$/i.test(mode)),
    calculations: table["calculationGroup"] !== undefined,
    file,
  };
}

const textsOf = (source: LooseRecord | undefined): ReadonlyMap<string, string> =>
  new Map(
    ["entityName", "expressionSource", "schemaName"].flatMap((key) => {
      const text = asText(ownValue(source, key));
      return text === undefined ? [] : [[key, text] as const];
    }),
  );

/** Models from before Power Query name a query and a data source. It is carried as the query that reads it. */
function nativeQuery(source: LooseRecord | undefined): string | undefined {
  const query = textOf(ownValue(source, "query"));
  return query === undefined
    ? undefined
    : `Value.NativeQuery(null, "${query.replaceAll('"', '""')}")`;
}

function bimColumn(column: LooseRecord): ModelColumn {
  const name = asText(column["name"]) ?? "";
  const isCalculated = /^calculated$/i.test(
    asText(column["type"]) ?? asText(column["columnType"]) ?? "",
  );
  const dax = textOf(column["expression"]);
  const type = asText(column["dataType"]);
  const sortBy = asText(column["sortByColumn"]);
  const description = textOf(column["description"]);
  return {
    name,
    ...(type === undefined ? {} : { type }),
    ...(isCalculated || dax !== undefined
      ? {}
      : { sourceColumn: asText(column["sourceColumn"]) ?? name }),
    ...(dax === undefined ? {} : { dax }),
    ...(sortBy === undefined ? {} : { sortBy }),
    ...(description === undefined ? {} : { description }),
  };
}

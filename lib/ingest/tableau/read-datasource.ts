import { childAt, childrenOf, elementsIn, type XmlElement } from "#lib/ingest/parse-xml.ts";
import { quoted, quoteName } from "#lib/ingest/quote-name.ts";
import type { Column } from "#lib/model/asset.ts";
import {
  isJoin,
  type JoinTree,
  type RelationModel,
  readRelations,
  relationSql,
  relationsIn,
  type TableauRelation,
  tablesIn,
} from "./read-relations.ts";
import { readConnections, type TableauConnection } from "./tableau-connection.ts";
import {
  type FormulaSql,
  fieldName,
  fieldsNamedIn,
  translateFormula,
} from "./translate-formula.ts";

/** A field of the source itself: a column of one of its relations. */
interface SourceField {
  readonly relation: TableauRelation;
  readonly column: string;
}

/** A data source of Tableau, ready to be asked what SQL a sheet over it sends. */
export interface TableauDatasource {
  /** By which the workbook's own references call it. */
  readonly id: string;
  readonly title: string;
  readonly published?: string;
  readonly dialect: string;
  readonly model: RelationModel;
  readonly columnsOf: (relation: TableauRelation) => readonly Column[];
  /** The SQL of a field, for any name that a sheet may use: local name, or a calculation's. */
  readonly field: (name: string) => FormulaSql;
  /** Whether the field is known at all; others are guessed to be columns of that name. */
  readonly knows: (name: string) => boolean;
  readonly titleOf: (field: string) => string;
  /** The fields without a formula that a field comes down to: itself, where it has none. */
  readonly leavesOf: (field: string) => readonly string[];
  /** Names of the fields that people see, calculated ones included. */
  readonly fieldNames: readonly string[];
  /** What the query reads from, with all relations that the given fields need. */
  readonly fromSql: (fields: readonly string[]) => string;
  /** Formulas of its own, by the field's name. */
  readonly formulas: ReadonlyMap<string, string>;
  /** Fields by which the data source itself keeps rows, for every sheet. */
  readonly filterFields: readonly string[];
}

/** `[status]`, or `[source].[none:status:nk]`. */
const filterFieldsOf = (element: XmlElement): readonly string[] =>
  ["filter", "extract"]
    .flatMap((name) =>
      childrenOf(element, name).flatMap((one) =>
        name === "filter" ? [one] : childrenOf(one, "filter"),
      ),
    )
    .flatMap((filter) => {
      const last = /\[(?:[^\]]|\]\])*\]$/.exec(filter.attributes.get("column") ?? "")?.[0];
      const own = last === undefined ? [] : [last];
      return [...own, ...fieldsThatChoose(filter)].map((one) => fieldName(instanceColumn(one)));
    });

/**
 * Fields by which a set or a filter chooses, in brackets: its levels, and what orders or tests them, as in the first ten
 * by `SUM([discount])`. Fields of another data source keep its name in front.
 */
export const fieldsThatChoose = (element: XmlElement): readonly string[] =>
  elementsIn(element, "groupfilter").flatMap(({ attributes }) =>
    [attributes.get("level") ?? "", attributes.get("expression") ?? ""].flatMap((text) =>
      [...text.matchAll(/(?:\[(?:[^\]]|\]\])*\]\.)?\[(?:[^\]]|\]\])*\]/g)].map(([name]) => name),
    ),
  );

/** A workbook's own fields over a published data source, whose definition says the rest. */
export function overPublished(
  own: TableauDatasource,
  definition: TableauDatasource,
): TableauDatasource {
  const fieldSql = (name: string, above: ReadonlySet<string>): FormulaSql => {
    const formula = own.formulas.get(name);
    if (formula === undefined || above.has(name)) return definition.field(name);
    const inner = new Set([...above, name]);
    const read = translateFormula(formula, (field) => fieldSql(field, inner));
    return { ...read, sql: `(${read.sql})` };
  };
  const below = (name: string, seen: Set<string>): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const inner of fieldsNamedIn(own.formulas.get(name) ?? "")) below(inner, seen);
  };
  const { published: _, ...rest } = definition;
  return {
    ...rest,
    id: own.id,
    title: definition.title,
    filterFields: [...new Set([...definition.filterFields, ...own.filterFields])],
    field: (name) => fieldSql(name, new Set()),
    knows: (name) => own.formulas.has(name) || definition.knows(name),
    titleOf: (name) => (own.formulas.has(name) ? own.titleOf(name) : definition.titleOf(name)),
    leavesOf: (name) => {
      const used = new Set<string>();
      below(name, used);
      return [...used].filter((one) => !own.formulas.has(one)).flatMap(definition.leavesOf);
    },
    fromSql: (fields) => {
      const used = new Set<string>();
      for (const name of fields) below(name, used);
      return definition.fromSql([...used]);
    },
  };
}

export function readDatasource(element: XmlElement): TableauDatasource {
  const connections = readConnections(element);
  const model = readRelations(element, connections);
  const relations = model.trees.flatMap(relationsIn);
  const byName = new Map(relations.map((relation) => [relation.name, relation]));
  const source = readSourceFields(element, byName);
  const calculated = readCalculations(element);
  const main: TableauConnection = connections.get("") ?? {
    namespace: "tableau",
    dialect: "generic",
  };
  const dialects = new Set(relations.map(({ connection }) => connection.dialect));
  const dialect = dialects.size === 1 ? ([...dialects][0] ?? main.dialect) : "generic";
  const only = relations.length === 1 ? relations[0] : undefined;

  const columnSql = (name: string): string => {
    const field = source.fields.get(name);
    if (field === undefined)
      return `${only ? `${quoted(only.name, dialect)}.` : ""}${quoteName(name, dialect)}`;
    return `${quoted(field.relation.name, dialect)}.${quoteName(field.column, dialect)}`;
  };
  const fieldSql = (name: string, above: ReadonlySet<string>): FormulaSql => {
    const formula = calculated.get(name);
    if (formula === undefined || above.has(name))
      return { sql: columnSql(name), aggregated: false };
    const inner = new Set([...above, name]);
    const read = translateFormula(formula, (field) => fieldSql(field, inner));
    return { ...read, sql: `(${read.sql})` };
  };
  const usedBy = (name: string, seen: Set<string>): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const inner of fieldsNamedIn(calculated.get(name) ?? "")) usedBy(inner, seen);
  };
  const resolveField = (name: string): FormulaSql => fieldSql(name, new Set());
  const captions = captionsOf(element);

  const leavesOf = (name: string): readonly string[] => {
    const used = new Set<string>();
    usedBy(name, used);
    return [...used].filter((one) => !calculated.has(one));
  };

  return {
    id: element.attributes.get("name") ?? "",
    leavesOf,
    title:
      element.attributes.get("caption") ??
      element.attributes.get("formatted-name") ??
      element.attributes.get("name") ??
      "data source",
    ...(main.published === undefined ? {} : { published: main.published }),
    dialect,
    model,
    columnsOf: (relation) => source.columns.get(relation.name) ?? [],
    field: resolveField,
    knows: (name) => calculated.has(name) || source.fields.has(name) || source.fields.size === 0,
    titleOf: (name) => captions.get(name) ?? name,
    fieldNames: [...new Set([...source.fields.keys(), ...calculated.keys()])],
    formulas: calculated,
    filterFields: filterFieldsOf(element),
    fromSql: (fields) => {
      const used = new Set<string>();
      for (const name of fields) usedBy(name, used);
      const needed = new Set(
        [...used].flatMap((name) => source.fields.get(name)?.relation.name ?? []),
      );
      return fromOf({ model, needed, dialect, resolveField, relationsOf: source.fields });
    },
  };
}

interface SourceFields {
  readonly fields: ReadonlyMap<string, SourceField>;
  /** Of each relation, by its name. */
  readonly columns: ReadonlyMap<string, readonly Column[]>;
}

function readSourceFields(
  element: XmlElement,
  byName: ReadonlyMap<string, TableauRelation>,
): SourceFields {
  const fields = new Map<string, SourceField>();
  const columns = new Map<string, Column[]>();
  const connection = childAt(element, "connection");
  const add = (local: string, parent: string, column: string, type?: string): void => {
    const relation = byName.get(parent);
    if (relation === undefined || local === "" || fields.has(local)) return;
    fields.set(local, { relation, column });
    const listed = columns.get(parent) ?? [];
    listed.push({ name: column, ...(type === undefined ? {} : { type }) });
    columns.set(parent, listed);
  };
  const records = connection === undefined ? undefined : childAt(connection, "metadata-records");
  for (const record of records === undefined ? [] : childrenOf(records, "metadata-record")) {
    if (record.attributes.get("class") !== "column") continue;
    const text = (name: string): string => childAt(record, name)?.text.trim() ?? "";
    add(
      fieldName(text("local-name")),
      fieldName(text("parent-name")),
      text("remote-name"),
      text("local-type") || undefined,
    );
  }
  for (const map of connection === undefined ? [] : elementsIn(connection, "map")) {
    const [parent, column] = fieldsNamedIn(map.attributes.get("value") ?? "");
    if (parent !== undefined && column !== undefined)
      add(fieldName(map.attributes.get("key") ?? ""), parent, column);
  }
  return { fields, columns };
}

/** Formulas by the field's name. A group, a bin or a set reads the fields that it names. */
function readCalculations(element: XmlElement): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const column of childrenOf(element, "column")) {
    const calculation = childAt(column, "calculation");
    const name = fieldName(column.attributes.get("name") ?? "");
    if (calculation === undefined || name === "") continue;
    const formula = calculation.attributes.get("formula") ?? calculation.attributes.get("column");
    if (formula !== undefined && formula !== "") found.set(name, formula);
  }
  for (const group of childrenOf(element, "group")) {
    const name = fieldName(group.attributes.get("name") ?? "");
    const levels = fieldsThatChoose(group);
    if (name !== "" && levels.length > 0 && !found.has(name))
      found.set(name, [...new Set(levels)].map((level) => instanceColumn(level)).join(", "));
  }
  return found;
}

/** `[none:Region:nk]` is the field Region, shown as it is. */
export const instanceColumn = (bracketed: string): string => {
  const parts = /^\[(?:\w+:)+(.*?)(?::\w+)+\]$/.exec(bracketed);
  return parts === null ? bracketed : `[${parts[1]}]`;
};

function captionsOf(element: XmlElement): ReadonlyMap<string, string> {
  return new Map(
    childrenOf(element, "column").flatMap((column) => {
      const name = fieldName(column.attributes.get("name") ?? "");
      const caption = column.attributes.get("caption");
      return caption === undefined ? [] : [[name, caption] as const];
    }),
  );
}

interface From {
  readonly model: RelationModel;
  /** Names of the relations that the sheet's fields come from. */
  readonly needed: ReadonlySet<string>;
  readonly dialect: string;
  readonly resolveField: (name: string) => FormulaSql;
  readonly relationsOf: ReadonlyMap<string, SourceField>;
}

/**
 * A tree of joins is read as a whole: Tableau leaves joins out only where it knows keys. Related trees are read as far as
 * the sheet needs them, each joined to the first by the relationships that name it.
 */
function fromOf({ model, needed, dialect, resolveField, relationsOf }: From): string {
  const wanted = model.trees.filter((tree) =>
    relationsIn(tree).some(({ name }) => needed.has(name)),
  );
  const [first, ...others] = wanted.length > 0 ? wanted : model.trees.slice(0, 1);
  if (first === undefined) return "";
  const condition = (text: string): string =>
    translateFormula(text, (name) => resolveField(name)).sql;
  const nameOf = (tree: JoinTree): ReadonlySet<string> =>
    new Set(relationsIn(tree).map(({ name }) => name));
  const joined = others.map((tree) => {
    const own = nameOf(tree);
    const on = model.relationships.filter((relationship) =>
      fieldsNamedIn(relationship).some((field) =>
        own.has(relationsOf.get(field)?.relation.name ?? ""),
      ),
    );
    return on.length === 0
      ? ` CROSS JOIN ${treeSql(tree, dialect)}`
      : `\nLEFT JOIN ${treeSql(tree, dialect)} ON ${on.map(condition).join(" AND ")}`;
  });
  return `${treeSql(first, dialect)}${joined.join("")}`;
}

function treeSql(tree: JoinTree, dialect: string): string {
  if (!isJoin(tree)) return relationSql(tree, dialect);
  const right = treeSql(tree.right, dialect);
  const nested = isJoin(tree.right) ? `(${right})` : right;
  const on = tree.on.replace(/\[((?:[^\]]|\]\])*)\]/g, (_, name: string) =>
    quoted(name.replaceAll("]]", "]"), dialect),
  );
  return `${treeSql(tree.left, dialect)}\n${tree.type} JOIN ${nested} ON ${on}`;
}

/** The tables below a data source, each once. */
export const tablesOf = ({ model }: TableauDatasource): readonly TableauRelation[] => {
  const seen = new Set<string>();
  return model.trees.flatMap(tablesIn).filter(({ connection, path }) => {
    const key = `${connection.namespace}/${path?.join(".") ?? ""}`;
    return path !== undefined && !seen.has(key) && seen.add(key) !== undefined;
  });
};

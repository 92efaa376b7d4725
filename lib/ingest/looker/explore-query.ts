import { quoted } from "#lib/ingest/quote-name.ts";
import { escapePattern } from "#lib/kit/escape-pattern.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { CustomField } from "./custom-fields.ts";
import { TableBranches, withoutLiquid } from "./liquid.ts";
import type { LookmlExplore, LookmlProject, LookmlView } from "./lookml-project.ts";
import {
  blocksOf,
  isBlock,
  type LookmlBlock,
  type LookmlEntry,
  textOf,
  wordsOf,
} from "./parse-lookml.ts";

export interface ExploreOutput {
  readonly label: string;
  readonly sql: string;
  readonly role: "DIMENSION" | "MEASURE";
}

export interface ExploreQuery {
  readonly sql: string;
  readonly outputs: readonly ExploreOutput[];
  /** Fields that are nowhere in the explore. */
  readonly unknown: readonly string[];
}

export interface ExploreRequest {
  /** `view.field`; a field without a view is one of the explore's own. */
  readonly fields: readonly string[];
  readonly filters: readonly string[];
  /** Fields of the query's own, by names without a view. */
  readonly custom?: readonly CustomField[];
}

interface Joined {
  readonly view: string;
  readonly entries: readonly LookmlEntry[];
  readonly isBase: boolean;
}

const JOINS: Readonly<Record<string, string>> = makeTable({
  left_outer: "LEFT JOIN",
  full_outer: "FULL JOIN",
  inner: "JOIN",
  cross: "CROSS JOIN",
});

const FOLDS: Readonly<Record<string, string>> = makeTable({
  sum: "SUM",
  sum_distinct: "SUM",
  average: "AVG",
  average_distinct: "AVG",
  max: "MAX",
  min: "MIN",
  median: "MEDIAN",
  median_distinct: "MEDIAN",
  percentile: "PERCENTILE_CONT",
  list: "LISTAGG",
});

const FIELD_KEYS = ["dimension", "dimension_group", "measure", "filter", "parameter"] as const;
type FieldKey = (typeof FIELD_KEYS)[number];

interface Field {
  readonly key: FieldKey;
  readonly block: LookmlBlock;
  /** Of a dimension group: which of its parts. */
  readonly part?: string;
}

/** Fields that stand on fields deeper than this are a circle. */
const MAX_DEPTH = 40;

/** The explores of a project as the SQL that Looker sends for some of their fields. */
export class ExploreQueries {
  private readonly project: LookmlProject;
  private readonly joined: ReadonlyMap<string, Joined>;
  private readonly explore: LookmlExplore;
  private custom: ReadonlyMap<string, CustomField> = new Map();
  readonly dialect: string;
  /** Which of several tables is read where templates decide. */
  readonly tables: TableBranches;

  constructor(
    project: LookmlProject,
    explore: LookmlExplore,
    {
      dialect,
      tables = new TableBranches(),
    }: { readonly dialect: string; readonly tables?: TableBranches },
  ) {
    this.project = project;
    this.tables = tables;
    this.explore = explore;
    this.dialect = dialect;
    const alias = textOf(explore.entries, "view_name") ?? textOf(explore.entries, "from");
    const base =
      textOf(explore.entries, "from") ?? textOf(explore.entries, "view_name") ?? explore.name;
    const baseAlias =
      textOf(explore.entries, "from") === undefined ? (alias ?? explore.name) : explore.name;
    this.joined = new Map<string, Joined>([
      [baseAlias, { view: base, entries: [], isBase: true }],
      ...blocksOf(explore.entries, "join").map(({ block }): [string, Joined] => [
        block.name,
        {
          view: textOf(block.entries, "from") ?? block.name,
          entries: block.entries,
          isBase: false,
        },
      ]),
    ]);
  }

  /** Every field that the explore offers, as `view.field`. A dimension group counts once. */
  allFields(): readonly string[] {
    return [...this.joined].flatMap(([alias, { view }]) => {
      const found = this.project.views.get(view);
      if (found === undefined) return [];
      return ["dimension", "dimension_group", "measure"].flatMap((key) =>
        [...new Set(blocksOf(found.entries, key).map(({ block }) => block.name))].map(
          (name) => `${alias}.${name}`,
        ),
      );
    });
  }

  /** Views that are named and not there. */
  missingViews(): readonly string[] {
    return [...this.joined.values()].flatMap(({ view }) =>
      this.project.views.has(view) ? [] : [view],
    );
  }

  query({ fields, filters, custom = [] }: ExploreRequest): ExploreQuery | undefined {
    this.custom = new Map(custom.map((field) => [field.name, field]));
    const [base] = this.joined.keys();
    if (base === undefined) return undefined;
    const used = new Set<string>([base]);
    const unknown: string[] = [];
    const shown = [...new Set(fields.flatMap((name) => [name, ...this.shownWith(name)]))];
    const outputs = shown.flatMap((name): readonly ExploreOutput[] => {
      const found = this.fieldSql(name, used, 0);
      if (found === undefined) unknown.push(name);
      return found === undefined ? [] : [{ label: name, ...found }];
    });
    const asked = [...filters, ...this.alwaysFiltered(), ...this.accessFiltered()];
    const where = asked.flatMap((name) => {
      const found = this.fieldSql(name, used, 0);
      if (found === undefined) unknown.push(name);
      // What folds rows cannot stand in WHERE; it is shown or it is not used.
      return found === undefined || found.role === "MEASURE" ? [] : [`${found.sql} IN ('kept')`];
    });
    const always = [textOf(this.explore.entries, "sql_always_where")].flatMap((text) =>
      text === undefined ? [] : [`(${this.fill(text, { alias: base, used, depth: 0 })})`],
    );
    const joins = this.joinsFor(used);
    const from = this.sourceSql(base);
    if (from === undefined) return undefined;
    const groups = outputs.filter(({ role }) => role === "DIMENSION").map(({ sql }) => sql);
    const folds = outputs.some(({ role }) => role === "MEASURE");
    const sql = [
      `SELECT ${outputs.map((one) => `${one.sql} AS ${quoted(one.label, this.dialect)}`).join(", ") || "COUNT(*)"}`,
      `FROM ${from} AS ${quoted(base, this.dialect)}`,
      ...joins,
      ...([...always, ...where].length === 0
        ? []
        : [`WHERE ${[...always, ...where].join(" AND ")}`]),
      ...(groups.length > 0 && folds ? [`GROUP BY ${groups.join(", ")}`] : []),
    ].join("\n");
    return { sql, outputs, unknown };
  }

  private alwaysFiltered(): readonly string[] {
    return blocksOf(this.explore.entries, "always_filter").flatMap(({ block }) =>
      wordsOf(block.entries, "filters"),
    );
  }

  /** What a user may see is decided by a field in every query. */
  private accessFiltered(): readonly string[] {
    return blocksOf(this.explore.entries, "access_filter").flatMap(
      ({ block }) => textOf(block.entries, "field") ?? [],
    );
  }

  /** Fields that another one names in its HTML or its links, or that it requires: Looker selects them with it. */
  private shownWith(name: string): readonly string[] {
    const [base = ""] = this.joined.keys();
    const [first, second] = name.split(".");
    const alias = second === undefined ? base : (first ?? base);
    const entries = this.findField(alias, second ?? first ?? "")?.block.entries ?? [];
    const links = blocksOf(entries, "link").flatMap(({ block }) => block.entries);
    const texts = [...entries, ...links].flatMap(({ key, value }) =>
      ["html", "url", "label"].includes(key) && typeof value === "string" ? [value] : [],
    );
    const named = texts.flatMap((text) =>
      [
        ...text.matchAll(/([A-Za-z_][\w.]*)\._(?:value|rendered_value|filters|linked_value)\b/g),
      ].map(([, field]) => field ?? ""),
    );
    return [...named, ...wordsOf(entries, "required_fields")].map((field) =>
      field.includes(".") ? field : `${alias}.${field}`,
    );
  }

  /** Joins of the views in use, and of those that their conditions need, in the order of the explore. */
  private joinsFor(used: Set<string>): readonly string[] {
    for (const name of wordsOf(this.explore.entries, "always_join")) used.add(name);
    const conditions = new Map<string, string>();
    for (let before = -1; before !== used.size; ) {
      before = used.size;
      for (const [alias, joined] of this.joined) {
        if (joined.isBase || !used.has(alias)) continue;
        conditions.set(alias, this.joinCondition(alias, joined, used));
      }
    }
    return [...this.joined].flatMap(([alias, { entries }]) => {
      const on = conditions.get(alias);
      const source = this.sourceSql(alias);
      if (on === undefined || source === undefined) return [];
      const type = JOINS[textOf(entries, "type") ?? "left_outer"] ?? "LEFT JOIN";
      const condition = type === "CROSS JOIN" ? "" : ` ON ${on}`;
      return [`${type} ${source} AS ${quoted(alias, this.dialect)}${condition}`];
    });
  }

  private joinCondition(alias: string, { entries, view }: Joined, used: Set<string>): string {
    const on = textOf(entries, "sql_on");
    const [base = alias] = this.joined.keys();
    if (on !== undefined) return this.fill(on, { alias: base, used, depth: 0 });
    const foreign = textOf(entries, "foreign_key");
    if (foreign === undefined) return "1 = 1";
    const left = this.fieldSql(
      foreign.includes(".") ? foreign : `${base}.${foreign}`,
      used,
      0,
    )?.sql;
    const key = blocksOf(this.project.views.get(view)?.entries ?? [], "dimension").find(
      ({ block }) => textOf(block.entries, "primary_key") === "yes",
    );
    const right =
      key === undefined ? undefined : this.fieldSql(`${alias}.${key.block.name}`, used, 0)?.sql;
    return left === undefined || right === undefined ? "1 = 1" : `${left} = ${right}`;
  }

  private sourceSql(alias: string): string | undefined {
    const view = this.project.views.get(this.joined.get(alias)?.view ?? alias);
    return view === undefined ? undefined : this.viewSql(view, 0);
  }

  /** A view's table, or its derived table's query in brackets. */
  private viewSql(view: LookmlView, depth: number): string | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const derived = view.entries.findLast(({ key }) => key === "derived_table")?.value;
    const block = derived !== undefined && isBlock(derived) ? derived : undefined;
    const sql = block === undefined ? undefined : textOf(block.entries, "sql");
    const fill = (text: string, isTable = false): string =>
      this.fill(text, { alias: view.name, used: new Set(), depth: depth + 1, isTable });
    if (sql !== undefined) return `(\n${fill(sql)}\n)`;
    const [native] = block === undefined ? [] : blocksOf(block.entries, "explore_source");
    if (native !== undefined) return this.nativeSql(native.block, depth);
    return fill(textOf(view.entries, "sql_table_name") ?? view.name, true).trim();
  }

  /** A derived table over an explore: its columns are that explore's fields, and what is computed over those. */
  private nativeSql(source: LookmlBlock, depth: number): string | undefined {
    const explore = this.project.explores.get(source.name);
    if (explore === undefined || depth > MAX_DEPTH) return undefined;
    const columns = blocksOf(source.entries, "column").map(({ block }) => ({
      name: block.name,
      field: textOf(block.entries, "field") ?? block.name,
    }));
    const inner = new ExploreQueries(this.project, explore, this).query({
      fields: columns.map(({ field }) => field),
      filters: wordsOf(source.entries, "filters"),
    });
    if (inner === undefined) return undefined;
    const renamed = columns.map(
      ({ name, field }) => `${quoted(field, this.dialect)} AS ${quoted(name, this.dialect)}`,
    );
    const named = `(\nSELECT ${renamed.join(", ") || "*"} FROM (\n${inner.sql}\n) AS explored\n)`;
    const computed = blocksOf(source.entries, "derived_column").flatMap(({ block }) => {
      const sql = textOf(block.entries, "sql");
      return sql === undefined ? [] : [`${sql} AS ${quoted(block.name, this.dialect)}`];
    });
    return computed.length === 0
      ? named
      : `(\nSELECT *, ${computed.join(", ")} FROM ${named} AS named\n)`;
  }

  private findField(alias: string, name: string): Field | undefined {
    const view = this.project.views.get(this.joined.get(alias)?.view ?? "");
    if (view === undefined) return undefined;
    for (const key of FIELD_KEYS) {
      // The last block of a name wins in what it says, and keeps what it does not say.
      const all = blocksOf(view.entries, key).filter(({ block }) => block.name === name);
      if (all.length > 0)
        return { key, block: { name, entries: all.flatMap(({ block }) => block.entries) } };
    }
    const groups = blocksOf(view.entries, "dimension_group").filter(
      ({ block }) =>
        [`${block.name}_`, `hours_${block.name}`].some((start) => name.startsWith(start)) ||
        new RegExp(`^\\w+s_${escapePattern(block.name)}$`).test(name),
    );
    const [group] = groups.sort((a, b) => b.block.name.length - a.block.name.length);
    return group === undefined
      ? undefined
      : {
          key: "dimension_group",
          block: group.block,
          part: name.startsWith(`${group.block.name}_`)
            ? name.slice(group.block.name.length + 1)
            : name,
        };
  }

  private fieldSql(
    name: string,
    used: Set<string>,
    depth: number,
  ): Pick<ExploreOutput, "sql" | "role"> | undefined {
    const [base = ""] = this.joined.keys();
    const custom = this.custom.get(name);
    if (custom !== undefined && depth <= MAX_DEPTH)
      return this.customSql(custom, { alias: base, used, depth: depth + 1 });
    const [first, second] = name.split(".");
    const alias = second === undefined ? base : (first ?? base);
    const field = this.findField(alias, second ?? first ?? "");
    if (field === undefined || depth > MAX_DEPTH) return undefined;
    used.add(alias);
    const place: Place = { alias, used, depth: depth + 1 };
    if (field.key === "measure")
      return { sql: this.measureSql(field.block, place), role: "MEASURE" };
    if (field.key === "parameter" || field.key === "filter")
      return { sql: "'parameter'", role: "DIMENSION" };
    return { sql: this.dimensionSql(field, place), role: "DIMENSION" };
  }

  private customSql(
    field: CustomField,
    place: Place,
  ): Pick<ExploreOutput, "sql" | "role"> | undefined {
    const { role, basedOn } = field;
    const sql = field.sql ?? (basedOn === undefined ? undefined : `\${${basedOn}}`);
    if (role === "DIMENSION") {
      if (sql === undefined) return undefined;
      const isGroup = field.sql === undefined;
      const filled = this.fill(sql, place);
      return { sql: isGroup ? `CASE WHEN ${filled} IN ('kept') THEN '0' END` : filled, role };
    }
    const [view = "", name = ""] = (basedOn ?? "").split(".");
    const inner = field.sql === undefined ? this.findField(view, name) : undefined;
    const isFiltered = inner?.key === "measure";
    const entries = isFiltered ? inner.block.entries : [];
    const own = wordsOf(entries, "filters").map((one) =>
      one.includes(".") ? one : `${view}.${one}`,
    );
    const added = (key: string, value: LookmlEntry["value"]): LookmlEntry => ({
      key,
      value,
      line: 0,
    });
    const block: LookmlBlock = {
      name: field.name,
      entries: [
        ...entries,
        ...(isFiltered || field.type === undefined ? [] : [added("type", field.type)]),
        ...(isFiltered || sql === undefined ? [] : [added("sql", sql)]),
        added("filters", [...own, ...field.filters]),
        ...(field.condition === undefined ? [] : [added("condition", field.condition)]),
      ],
    };
    const at = isFiltered ? { ...place, alias: view } : place;
    if (isFiltered) place.used.add(view);
    return { sql: this.measureSql(block, at), role };
  }

  private dimensionSql({ block, part }: Field, place: Place): string {
    const text = (key: string): string | undefined => {
      const sql = textOf(block.entries, key);
      return sql === undefined ? undefined : this.fill(sql, place);
    };
    const several = ["sql_latitude", "sql_longitude", "sql_start", "sql_end"].flatMap(
      (key) => text(key) ?? [],
    );
    if (several.length > 0)
      return `${textOf(block.entries, "type") ?? "place"}(${several.join(", ")})`;
    const cases = blocksOf(block.entries, "case").flatMap(({ block: one }) =>
      blocksOf(one.entries, "when"),
    );
    if (cases.length > 0) {
      const arms = cases.map(
        ({ block: arm }, at) =>
          `WHEN ${this.fill(textOf(arm.entries, "sql") ?? "1 = 1", place)} THEN '${at}'`,
      );
      return `CASE ${arms.join(" ")} END`;
    }
    const sql = text("sql") ?? `${quoted(place.alias, this.dialect)}.${block.name}`;
    const isTime = part !== undefined && part !== "raw" && part !== "time";
    return isTime ? `date_trunc('${part.replace(/\W/g, "")}', ${sql})` : sql;
  }

  private measureSql(block: LookmlBlock, place: Place): string {
    const type = textOf(block.entries, "type") ?? "number";
    const sql = textOf(block.entries, "sql");
    const inner = sql === undefined ? undefined : this.fill(sql, place);
    const filters = wordsOf(block.entries, "filters").flatMap((name) => {
      const field = name.includes(".") || this.custom.has(name) ? name : `${place.alias}.${name}`;
      const found = this.fieldSql(field, place.used, place.depth);
      return found === undefined ? [] : [`${found.sql} IN ('kept')`];
    });
    const condition = textOf(block.entries, "condition");
    if (condition !== undefined) filters.push(`(${this.fill(condition, place)})`);
    const kept = (value: string): string =>
      filters.length === 0 ? value : `CASE WHEN ${filters.join(" AND ")} THEN ${value} END`;
    if (type === "count") return filters.length === 0 ? "COUNT(*)" : `COUNT(${kept(inner ?? "1")})`;
    if (type.startsWith("count_distinct")) return `COUNT(DISTINCT ${kept(inner ?? "1")})`;
    const fold = FOLDS[type.replace(/_distinct$/, "")] ?? FOLDS[type];
    return fold === undefined ? `(${kept(inner ?? "1")})` : `${fold}(${kept(inner ?? "1")})`;
  }

  /** `${TABLE}`, `${field}`, `${view.field}`, constants and Liquid, filled in. */
  private fill(text: string, place: Place): string {
    return withoutLiquid(
      text.replace(
        /@\{(\w+)\}/g,
        (whole, name: string) => this.project.constants.get(name) ?? whole,
      ),
      { tables: this.tables, isTable: place.isTable === true },
    ).replace(/\$\{([^}]*)\}/g, (_, inner: string) => this.reference(inner.trim(), place));
  }

  private reference(name: string, { alias, used, depth }: Place): string {
    if (name === "TABLE") return quoted(alias, this.dialect);
    const table = /^(\w+)\.SQL_TABLE_NAME$/.exec(name)?.[1];
    if (table !== undefined) {
      const view = this.project.views.get(table);
      return (view === undefined ? undefined : this.viewSql(view, depth + 1)) ?? table;
    }
    const full = name.includes(".") || this.custom.has(name) ? name : `${alias}.${name}`;
    const found = this.fieldSql(full, used, depth);
    if (found !== undefined) return `(${found.sql})`;
    const [view = alias, column = name] = full.split(".");
    used.add(view);
    return `${quoted(view, this.dialect)}.${column.replace(/\W/g, "_")}`;
  }
}

interface Place {
  /** What `${TABLE}` means. */
  readonly alias: string;
  readonly used: Set<string>;
  readonly depth: number;
  /** The text is the name of a table. */
  readonly isTable?: boolean;
}

import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { quoted, quoteName } from "#lib/ingest/quote-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { asClause, type Clause } from "./clause.ts";
import { ClauseSql } from "./clause-sql.ts";
import { engineOf } from "./metabase-dialect.ts";
import {
  keyOf,
  type MetabaseEntities,
  type MetabaseField,
  type MetabaseKey,
  type MetabaseTable,
} from "./metabase-entities.ts";
import { fillNativeSql } from "./native-sql.ts";

export interface CardOutput {
  readonly label: string;
  readonly sql: string;
  readonly role: "DIMENSION" | "MEASURE";
}

/** A card as the query that Metabase sends. */
export interface CardQuery {
  readonly sql: string;
  readonly dialect: string;
  /** Empty where the SQL is a person's own: every output of it is shown. */
  readonly outputs: readonly CardOutput[];
  /** Fields behind filter widgets of a native query. */
  readonly widgetFields: readonly MetabaseField[];
  readonly lost: readonly string[];
  /** Whether the card folds rows, or a person wrote its SQL. */
  readonly native: boolean;
}

/** Cards over cards deeper than this are a circle or a mistake. */
const MAX_DEPTH = 20;

/** Queries of cards, one inside of the other where a card reads a card. */
export class CardQueries {
  private readonly entities: MetabaseEntities;

  constructor(entities: MetabaseEntities) {
    this.entities = entities;
  }

  /** Undefined: the card holds no query that can be read. */
  of(card: LooseRecord): CardQuery | undefined {
    return this.cardAt(card, { depth: 0, isInner: false });
  }

  /** A table's name in parts, as other tools know it. */
  pathOf(table: MetabaseTable): readonly string[] {
    const database = this.entities.databases.get(table.database);
    const file =
      database?.engine === "sqlite" || database?.engine === "duckdb" || database?.engine === "h2";
    const outer = file || database?.engine === "mysql" ? undefined : database?.database;
    return [
      outer,
      table.schema ?? (database?.engine === "mysql" ? database.database : undefined),
      table.name,
    ].filter((part) => part !== undefined && part !== "") as readonly string[];
  }

  namespaceOf(table: MetabaseTable): string {
    const database = this.entities.databases.get(table.database);
    const [, scheme] = engineOf(database?.engine ?? "");
    return database?.host === undefined
      ? `${scheme}://${database?.name ?? table.database}`
      : `${scheme}://${database.host}`;
  }

  dialectOf(database: MetabaseKey | undefined): string {
    return engineOf(this.entities.databases.get(database ?? "")?.engine ?? "")[0];
  }

  private cardAt(
    card: LooseRecord,
    { depth, isInner }: Pick<ScopeInput, "depth" | "isInner">,
  ): CardQuery | undefined {
    const query = asRecord(card["dataset_query"]);
    if (query === undefined || depth > MAX_DEPTH) return undefined;
    const dialect = this.dialectOf(keyOf(query["database"]) ?? keyOf(card["database_id"]));
    const stages = recordsIn(query["stages"]);
    const native = asRecord(query["native"]);
    const { entities } = this;
    const scope = new QueryScope({ entities, queries: this, dialect, depth, isInner });
    if (asText(ownValue(native, "query")) !== undefined)
      return scope.native(
        asText(ownValue(native, "query")) ?? "",
        asRecord(ownValue(native, "template-tags")) ?? {},
      );
    if (stages.length > 0) return scope.stages(stages);
    const structured = asRecord(query["query"]);
    return structured === undefined ? undefined : scope.structured(structured);
  }

  /** The SQL of a card by its number or entity id, for a query around it. */
  sqlOf(key: MetabaseKey, depth: number): string | undefined {
    const card = this.entities.cards.get(key);
    return card === undefined
      ? undefined
      : this.cardAt(card.record, { depth: depth + 1, isInner: true })?.sql;
  }

  /** The query of a card that is a metric: one aggregation, perhaps with conditions. Undefined: there is no such card. */
  metric(key: MetabaseKey): LooseRecord | undefined {
    const card = this.entities.cards.get(key)?.record;
    const query = asRecord(card?.["dataset_query"]);
    const found = recordsIn(query?.["stages"]).at(-1) ?? asRecord(query?.["query"]);
    return card?.["type"] === "metric" ? found : undefined;
  }
}

interface ScopeInput {
  readonly entities: MetabaseEntities;
  readonly queries: CardQueries;
  readonly dialect: string;
  readonly depth: number;
  /** A query around it names its columns: an aggregation is called `sum` or `count_2` there, and not as a person reads it. */
  readonly isInner: boolean;
}

/** What a name in a clause is looked up in. */
interface Source {
  readonly alias: string;
  readonly table?: MetabaseTable;
  readonly sql: string;
}

const JOINS: Readonly<Record<string, string>> = makeTable({
  "left-join": "LEFT JOIN",
  "right-join": "RIGHT JOIN",
  "inner-join": "JOIN",
  "full-join": "FULL JOIN",
});

/** One query of Metabase's language, turned to SQL. */
class QueryScope {
  private readonly input: ScopeInput;
  private base: Source | undefined;
  private readonly joins: {
    readonly alias: string;
    readonly table?: MetabaseTable;
    /** All its columns are shown. */
    readonly isWhole: boolean;
    sql: string;
  }[] = [];
  private expressions: ReadonlyMap<string, unknown> = new Map();
  private readonly lost: string[] = [];
  private readonly conditions: string[] = [];
  private readonly unfolding = new Set<string>();
  private readonly clauses = new ClauseSql({
    field: (clause) => this.fieldSql(clause),
    expression: (name) => this.expressionSql(name),
    metric: (key) => this.metricSql(key),
    lost: (what) => this.lost.push(what),
  });

  constructor(input: ScopeInput) {
    this.input = input;
  }

  native(text: string, tags: LooseRecord): CardQuery {
    const { entities, queries, dialect, depth } = this.input;
    const { sql, filters, lost } = fillNativeSql(text, {
      tags,
      cardSql: (key) => queries.sqlOf(key, depth),
      snippet: (name) => entities.snippets.get(name),
    });
    const widgetFields = filters.flatMap((filter) => {
      const key = keyOf(asClause(filter)?.args[0]);
      const field = key === undefined ? undefined : entities.fields.get(key);
      return field ?? [];
    });
    return { sql, dialect, outputs: [], widgetFields, lost, native: true };
  }

  /** The newest form: a pipeline, each stage over the one before. */
  stages(stages: readonly LooseRecord[]): CardQuery | undefined {
    const { dialect } = this.input;
    let before: CardQuery | undefined;
    for (const [at, stage] of stages.entries()) {
      const text = asText(stage["native"]) ?? asText(ownValue(asRecord(stage["native"]), "query"));
      const isInner = this.input.isInner || at < stages.length - 1;
      const scope = new QueryScope({ ...this.input, isInner });
      before =
        text === undefined
          ? scope.structured(stage, before?.sql)
          : scope.native(text, asRecord(stage["template-tags"]) ?? {});
      if (before === undefined) return undefined;
    }
    return before === undefined ? undefined : { ...before, dialect };
  }

  structured(query: LooseRecord, innerSql?: string): CardQuery | undefined {
    const { dialect } = this.input;
    this.base = this.sourceOf(query, { alias: "source", innerSql });
    if (this.base === undefined) return undefined;
    this.expressions = expressionsOf(query["expressions"]);
    const joins = recordsIn(query["joins"]);
    for (const join of joins) this.join(join);
    const chosen = clausesIn(query["fields"]);
    // What a join says that it adds stands behind the fields of the query itself.
    const raw = [...chosen, ...joins.flatMap((join) => clausesIn(join["fields"]))].map((clause) =>
      this.output(clause, "DIMENSION"),
    );
    const breakouts = clausesIn(query["breakout"]).map((clause) =>
      this.output(clause, "DIMENSION"),
    );
    const measures = aggregations(query["aggregation"]).map((clause) =>
      this.output(clause, "MEASURE"),
    );
    const computed = [...this.expressions].map(
      ([label, clause]): CardOutput => ({
        label,
        sql: this.clauses.sql(clause),
        role: "DIMENSION",
      }),
    );
    const grouped = breakouts.length + measures.length > 0;
    const outputs = distinct(grouped ? [...breakouts, ...measures] : chosen.length > 0 ? raw : []);
    const whole = grouped ? [] : this.joins.filter(({ isWhole }) => isWhole);
    this.conditions.push(...filtersOf(query).map((filter) => this.clauses.sql(filter)));
    const conditions = [...new Set(this.conditions)];
    const order = (asList(query["order-by"]) ?? []).flatMap((one) => this.order(one));
    const list =
      outputs.length > 0
        ? [
            ...outputs.map(({ sql, label }) => `${sql} AS ${quoted(label, dialect)}`),
            ...whole.map(({ alias }) => `${quoted(alias, dialect)}.*`),
          ].join(", ")
        : ["*", ...computed.map(({ sql, label }) => `${sql} AS ${quoted(label, dialect)}`)].join(
            ", ",
          );
    const limited = asNumber(query["limit"]);
    const sql = [
      `SELECT ${list}`,
      `FROM ${this.base.sql} AS ${quoted(this.base.alias, dialect)}`,
      ...this.joins.map((join) => join.sql),
      ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(" AND ")}`]),
      ...(measures.length > 0 && breakouts.length > 0
        ? [`GROUP BY ${breakouts.map((one) => one.sql).join(", ")}`]
        : []),
      ...(order.length === 0 ? [] : [`ORDER BY ${order.join(", ")}`]),
      ...(limited === undefined ? [] : [`LIMIT ${limited}`]),
    ].join("\n");
    return {
      sql,
      dialect,
      outputs,
      widgetFields: [],
      lost: [...new Set(this.lost)],
      native: false,
    };
  }

  private sourceOf(
    query: LooseRecord,
    { alias, innerSql }: { readonly alias: string; readonly innerSql: string | undefined },
  ): Source | undefined {
    const { entities, queries, depth, dialect } = this.input;
    if (innerSql !== undefined) return { alias, sql: `(\n${innerSql}\n)` };
    const nested = asRecord(query["source-query"]);
    if (nested !== undefined) {
      const native = asText(nested["native"]);
      const inner =
        native === undefined
          ? new QueryScope({ ...this.input, isInner: true }).structured(nested)
          : new QueryScope(this.input).native(native, asRecord(nested["template-tags"]) ?? {});
      if (inner !== undefined) this.lost.push(...inner.lost);
      return inner === undefined ? undefined : { alias, sql: `(\n${inner.sql}\n)` };
    }
    const named = query["source-card"] ?? query["source-table"];
    const key = keyOf(named);
    if (key === undefined) return undefined;
    const table = query["source-card"] === undefined ? entities.tables.get(key) : undefined;
    if (table !== undefined)
      return {
        alias,
        table,
        sql: queries
          .pathOf(table)
          .map((part) => quoteName(part, dialect))
          .join("."),
      };
    const card = queries.sqlOf(key.replace(/^card__/, ""), depth);
    if (card !== undefined) return { alias, sql: `(\n${card}\n)` };
    const names =
      asList(named)
        ?.filter((part) => part !== null)
        .map(String) ?? [];
    // A serialisation names tables in full: its own description of the table is not needed.
    if (names.length > 1)
      return {
        alias,
        sql: names
          .slice(1)
          .map((part) => quoteName(part, dialect))
          .join("."),
      };
    this.lost.push(key.startsWith("card__") ? `the card ${key.slice(6)}` : `the table ${key}`);
    return undefined;
  }

  private join(join: LooseRecord): void {
    const { dialect } = this.input;
    const alias = asText(join["alias"]) ?? `join ${this.joins.length + 1}`;
    const stages = recordsIn(join["stages"]);
    const single = stages.length === 1 ? stages[0] : undefined;
    const isPlain =
      single !== undefined && Object.keys(single).every((key) => /^(?:lib\/|source-)/.test(key));
    const inner =
      stages.length > 0 && !isPlain
        ? new QueryScope({ ...this.input, isInner: true }).stages(stages)
        : undefined;
    const source = this.sourceOf(single ?? join, { alias, innerSql: inner?.sql });
    if (source === undefined) {
      this.lost.push(`the join ${alias}`);
      // As with all that is not in the export: no parser takes it, so all that the query reads is unknown.
      this.joins.push({ alias, isWhole: false, sql: `{{join ${alias}}}` });
      return;
    }
    const entry = {
      alias,
      ...(source.table === undefined ? {} : { table: source.table }),
      isWhole: join["fields"] === "all",
      sql: "",
    };
    this.joins.push(entry);
    const conditions = [join["condition"], ...(asList(join["conditions"]) ?? [])].filter(
      (one) => asClause(one) !== undefined,
    );
    const strategy = JOINS[asText(join["strategy"]) ?? "left-join"] ?? "LEFT JOIN";
    const on = conditions.map((one) => this.clauses.sql(one)).join(" AND ") || "1 = 1";
    entry.sql = `${strategy} ${source.sql} AS ${quoted(alias, dialect)} ON ${on}`;
  }

  private output(value: unknown, role: CardOutput["role"]): CardOutput {
    const clause = asClause(value);
    const named =
      asText(ownValue(clause?.options, "display-name")) ??
      asText(ownValue(clause?.options, "name"));
    return { label: named ?? this.labelOf(clause), sql: this.clauses.sql(value), role };
  }

  private labelOf(clause: Clause | undefined): string {
    if (clause === undefined) return "value";
    if (clause.op === "field") return this.fieldName(clause.args[0]) ?? "field";
    if (clause.op === "expression") return String(clause.args[0]);
    if (clause.op === "aggregation-options") return this.labelOf(asClause(clause.args[0]));
    if (clause.op === "metric") return this.metricLabel(clause);
    if (this.input.isInner) return COLUMN_NAMES[clause.op] ?? clause.op;
    const inner = asClause(clause.args[0]);
    return inner === undefined ? clause.op : `${clause.op} of ${this.labelOf(inner)}`;
  }

  private metricLabel({ args }: Clause): string {
    const query = this.input.queries.metric(keyOf(args[0]) ?? "");
    const [first] = aggregations(query?.["aggregation"]);
    return this.labelOf(asClause(first));
  }

  /** A metric stands for its aggregation; its conditions become those of the query that uses it. */
  private metricSql(key: MetabaseKey | undefined): string | undefined {
    const query = key === undefined ? undefined : this.input.queries.metric(key);
    const [first] = aggregations(query?.["aggregation"]);
    if (query === undefined || first === undefined || this.unfolding.has(`metric ${key}`))
      return undefined;
    this.unfolding.add(`metric ${key}`);
    this.conditions.push(...filtersOf(query).map((filter) => this.clauses.sql(filter)));
    const sql = this.clauses.sql(first);
    this.unfolding.delete(`metric ${key}`);
    return sql;
  }

  private fieldName(value: unknown): string | undefined {
    const key = keyOf(value);
    const field = key === undefined ? undefined : this.input.entities.fields.get(key);
    if (field !== undefined) return field.name;
    const list = asList(value);
    if (list !== undefined) return asText(list.at(-1));
    return asText(value);
  }

  private order(value: unknown): readonly string[] {
    const clause = asClause(value);
    const inner = asClause(clause?.args[0]);
    // An aggregation is named by its place among the outputs.
    return inner === undefined || inner.op === "aggregation"
      ? []
      : [this.clauses.sql(clause?.args[0])];
  }

  private expressionSql(name: string): string {
    const inner = this.expressions.get(name);
    // A column that is computed from itself ends where it began.
    if (inner === undefined || this.unfolding.has(name)) return quoteName(name, this.input.dialect);
    this.unfolding.add(name);
    const sql = `(${this.clauses.sql(inner)})`;
    this.unfolding.delete(name);
    return sql;
  }

  private fieldSql({ args, options }: Clause): string {
    const { entities, dialect } = this.input;
    const key = keyOf(args[0]);
    const field = key === undefined ? undefined : entities.fields.get(key);
    const name = quoteName(this.fieldName(args[0]) ?? "unknown", dialect);
    const alias = this.aliasOf(field, options, args[0]);
    const column = alias === undefined ? name : `${quoted(alias, dialect)}.${name}`;
    if (field === undefined && typeof args[0] === "number") {
      this.lost.push(`the field ${args[0]}`);
      return `{{field ${args[0]}}}`;
    }
    const unit = asText(options["temporal-unit"]);
    return unit === undefined || unit === "default"
      ? column
      : `date_trunc('${unit.replace(/\W/g, "_")}', ${column})`;
  }

  private aliasOf(
    field: MetabaseField | undefined,
    options: LooseRecord,
    named: unknown,
  ): string | undefined {
    const joined = asText(options["join-alias"]);
    if (joined !== undefined) return joined;
    const through = keyOf(options["source-field"]);
    if (through !== undefined && field !== undefined) return this.throughKey(through, field);
    const own = this.base?.table;
    if (own === undefined || field === undefined) {
      const path = asList(named);
      return path === undefined || own === undefined || path.at(-2) === own.name
        ? this.base?.alias
        : undefined;
    }
    if (field.table === own.key) return this.base?.alias;
    return this.joins.find(({ table }) => table?.key === field.table)?.alias;
  }

  /** A field of another table, reached by a foreign key: Metabase joins it without being told. */
  private throughKey(through: MetabaseKey, field: MetabaseField): string | undefined {
    const { entities, queries, dialect } = this.input;
    const foreign = entities.fields.get(through);
    const table = entities.tables.get(field.table);
    if (table === undefined) return undefined;
    const alias = `${table.name} via ${foreign?.name ?? through}`;
    if (this.joins.some((join) => join.alias === alias)) return alias;
    const target =
      entities.fields.get(foreign?.target ?? "") ??
      [...entities.fields.values()].find((one) => one.table === table.key && one.isKey);
    const from = `${quoted(this.base?.alias ?? "source", dialect)}.${quoteName(foreign?.name ?? "id", dialect)}`;
    const to = `${quoted(alias, dialect)}.${quoteName(target?.name ?? "id", dialect)}`;
    const path = queries
      .pathOf(table)
      .map((part) => quoteName(part, dialect))
      .join(".");
    this.joins.push({
      alias,
      table,
      isWhole: false,
      sql: `LEFT JOIN ${path} AS ${quoted(alias, dialect)} ON ${from} = ${to}`,
    });
    return alias;
  }
}

/** A record by name, or the newest form: a list whose clauses carry their names. */
function expressionsOf(value: unknown): ReadonlyMap<string, unknown> {
  const record = asRecord(value);
  if (record !== undefined) return new Map(Object.entries(record));
  return new Map(
    (asList(value) ?? []).flatMap((one) => {
      const name = asText(ownValue(asClause(one)?.options, "lib/expression-name"));
      return name === undefined ? [] : [[name, one] as const];
    }),
  );
}

const clausesIn = (value: unknown): readonly unknown[] =>
  (asList(value) ?? []).filter((one) => asClause(one) !== undefined);

/** One clause, or a list of them. */
const aggregations = (value: unknown): readonly unknown[] =>
  asClause(value) === undefined ? clausesIn(value) : [value];

/** How Metabase calls the columns of aggregations. */
const COLUMN_NAMES: Readonly<Record<string, string>> = makeTable({
  distinct: "count",
  "distinct-where": "count",
  "count-where": "count",
  "cum-count": "count",
  "sum-where": "sum",
  "cum-sum": "sum",
});

const filtersOf = (query: LooseRecord): readonly unknown[] =>
  [query["filter"], ...(asList(query["filters"]) ?? [])].filter(
    (filter) => asList(filter) !== undefined && asClause(filter) !== undefined,
  );

function distinct(outputs: readonly CardOutput[]): readonly CardOutput[] {
  const seen = new Map<string, number>();
  return outputs.map((output) => {
    const count = (seen.get(output.label.toLowerCase()) ?? 0) + 1;
    seen.set(output.label.toLowerCase(), count);
    return count === 1 ? output : { ...output, label: `${output.label}_${count}` };
  });
}

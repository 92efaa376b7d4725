import { makeTable } from "#lib/kit/make-table.ts";
import { placesOf } from "./align-branches.ts";
import { conjunctsOf } from "./analyze-condition.ts";
import {
  type Expr,
  findPosition,
  type Ident,
  type Join,
  type JoinConstraint,
  positionOf,
  type Query,
  type Select,
  type SelectItem,
  type SetExpr,
  type SetOperation,
  type Statement,
  type TableFactor,
  tagOf,
} from "./ast.ts";
import {
  type CanonicalNames,
  canonicalText,
  equalText,
  isVolatile,
  TRUE_TEXT,
} from "./canonical-text.ts";
import { exprOf, partsOf } from "./condition-parts.ts";
import type { Dialect } from "./dialect.ts";
import { leaveOutImplied } from "./implied-conditions.ts";
import { type FromPlace, hangsOnPlace, type MergedQuery, mergeQueries } from "./merge-queries.ts";
import { nullsFirst } from "./null-order.ts";
import {
  type BodyOutline,
  type OutlineOutput,
  type OutlinePart,
  type OutlineSource,
  type OutlineStar,
  outlineText,
  type QueryOutline,
  type SelectOutline,
  type StatementOutline,
} from "./outline.ts";
import type { QueryNumbers } from "./query-numbers.ts";
import type { QueryTrace } from "./query-trace.ts";
import type { ColumnNames } from "./renamed-columns.ts";
import { nameOf, type Source } from "./scope.ts";
import { branchesOf } from "./set-operation.ts";
import { SourceText } from "./source-text.ts";

interface OutlineInput {
  readonly trace: QueryTrace;
  readonly dialect: Dialect;
  /** What CTEs are called where they bear other names in the query that this one is compared with. */
  readonly cteNames?: ReadonlyMap<string, string>;
  /** What columns of CTEs are called where they bear other names in that query. */
  readonly columnNames?: ColumnNames;
  /** What assets are called in that query, where they have moved. */
  readonly assetNames?: ReadonlyMap<string, string> | undefined;
  /** Queries in FROM are called by what they say, wherever they stand and whatever they are called. */
  readonly numbers?: QueryNumbers;
  /** Something asks for rows by their place: the order of queries inside is a part of what they say. */
  readonly keepsOrder?: boolean;
}

const SAYS_NOTHING: ReadonlySet<string> = new Set([
  "name",
  "or_replace",
  "or_alter",
  "if_not_exists",
  "name_before_not_exists",
]);

/** A text taken apart into the parts that can change by themselves. Undefined where it was not understood. */
export function outlineStatement(input: OutlineInput): StatementOutline | undefined {
  const { statements } = input.trace;
  const last = statements.at(-1);
  if (last === undefined) return undefined;
  return new Outliner(input).statement(last, statements.slice(0, -1));
}

/** The aliases of one FROM, and what they stand for. */
interface BlockNames {
  readonly labels: ReadonlyMap<string, string>;
  readonly only: string | undefined;
  readonly bySource: ReadonlyMap<Source, string>;
  /** Columns under other names, by the label of their table. */
  readonly renamed: ColumnNames;
  /** A column that USING made of several is that of the first table that has it. */
  readonly keepsFirst: boolean;
  /** Queries in FROM that are taken apart, by their labels. */
  readonly merged: ReadonlyMap<string, MergedQuery>;
  /** Outputs that later expressions of the block may name. */
  readonly aliases: Map<string, string>;
  readonly outer: BlockNames | undefined;
}

const KNOWN_PARTS: ReadonlySet<string> = new Set([
  "select_token",
  "distinct",
  "projection",
  "from",
  "selection",
  "group_by",
  "having",
  "qualify",
  // They decide where rows are kept.
  "cluster_by",
  "distribute_by",
  "sort_by",
]);

class Outliner {
  readonly #trace: QueryTrace;
  readonly #dialect: Dialect;
  readonly #cteNames: ReadonlyMap<string, string>;
  readonly #columnNames: ColumnNames;
  readonly #assetNames: ReadonlyMap<string, string> | undefined;
  readonly #numbers: QueryNumbers | undefined;
  readonly #derived = new Map<Query, string>();
  readonly #mergedIn = new Map<Select, ReadonlyMap<string, MergedQuery>>();
  readonly #text: SourceText;
  readonly #keepsOrder: boolean;
  /** How many queries are around what is outlined now. */
  #depth = 0;
  /** What the CTEs that may be named here are called in the outline. */
  #ctes: ReadonlyMap<string, string> = new Map();

  constructor(input: OutlineInput) {
    const { trace, dialect, cteNames, columnNames, assetNames, numbers, keepsOrder } = input;
    this.#trace = trace;
    this.#dialect = dialect;
    this.#cteNames = cteNames ?? new Map();
    this.#columnNames = columnNames ?? new Map();
    this.#assetNames = assetNames;
    this.#numbers = numbers;
    this.#keepsOrder = keepsOrder === true;
    this.#text = new SourceText(trace.text);
  }

  statement(last: Statement, earlier: readonly Statement[]): StatementOutline {
    const names = this.#names(undefined);
    const before = canonicalText(earlier, names);
    const { tag, payload } = tagOf(last);
    if (tag === "Query") return { query: this.query(payload as Query, undefined), rest: before };
    const { query, ...parts } = (payload ?? {}) as { readonly query?: Query | null };
    // What it is called, and what happens to one that is there, says nothing of what it gives.
    const rest = Object.fromEntries(
      Object.entries(parts).filter(([key]) => !SAYS_NOTHING.has(key)),
    );
    const isCreate = (tag === "CreateView" || tag === "CreateTable") && query;
    if (!isCreate)
      return { query: undefined, rest: `${before}${tag}${canonicalText(payload, names)}` };
    const outline = this.query(query, undefined);
    const { columns } = payload as { readonly columns?: readonly unknown[] };
    // Columns that the statement names are those of the query place by place.
    const places = columns && columns.length > 0 ? placesOf(outline.body) : "";
    return { query: outline, rest: `${before}${tag}${canonicalText(rest, names)}${places}` };
  }

  query(query: Query, outer: BlockNames | undefined): QueryOutline {
    this.#depth += 1;
    const before = this.#ctes;
    // Inside an expression a CTE may speak of the row outside, so it is what it is only there.
    const isRecursive = query.with?.recursive === true;
    const keepsNames = isRecursive || outer !== undefined;
    const named = (query.with?.cte_tables ?? []).map((cte) => {
      const key = this.#key(cte.alias.name);
      const name = this.#cteNames.get(key) ?? key;
      const columns = cte.alias.columns.map(({ name: column }) => this.#key(column));
      // One that hides another of its name is not that one.
      const own = before.has(key) ? `with ${name} inside` : `with ${name}`;
      if (isRecursive) this.#ctes = new Map([...this.#ctes, [key, own]]);
      const inner = this.query(cte.query, outer);
      const renamed = columns.length === 0 ? inner : { ...inner, rest: `${inner.rest}${columns}` };
      const label = keepsNames ? undefined : this.#numbers?.labelOf(renamed);
      this.#ctes = new Map([...this.#ctes, [key, label ?? own]]);
      return { name, query: renamed };
    });
    const ctes = this.#numbers && !keepsNames ? [] : named;
    const body = this.#body(query.body, outer);
    const {
      with: _with,
      body: _body,
      order_by: order,
      limit_clause: limit,
      fetch,
      ...rest
    } = query as Query & { readonly locks?: unknown };
    const names = this.#names(undefined);
    const limits = canonicalText([limit, fetch], names);
    const isLimited = limits !== "[,]" || hasTop(query.body);
    this.#depth -= 1;
    const isOrdered = this.#keepsOrder && this.#depth > 0 && !isLimited && order;
    const outline: QueryOutline = {
      ctes,
      body: picksFirst(body) ? { ...body, picks: this.#orderText(order, body) } : body,
      limit: isLimited ? `${limits}${this.#orderText(order, body)}` : "",
      rest: `${canonicalText(rest, names)}${isOrdered ? this.#orderText(order, body) : ""}`,
    };
    this.#ctes = before;
    return this.#numbers?.shorten(outline) ?? outline;
  }

  /** An order matters under a limit: its keys, as what they stand for. */
  #orderText(order: Query["order_by"], body: BodyOutline): string {
    const own = body.kind === "select" ? this.#blockNames(body.select) : undefined;
    for (const { name, text } of body.kind === "select" ? body.outputs : [])
      own?.aliases.set(name.toLowerCase(), text);
    const keys = keysOf(order);
    const outputs = keys === undefined ? allOutputs(body) : keys.map((key) => outputAt(body, key));
    return `${canonicalText(order, this.#names(own))}${outputs.join(",")}`;
  }

  #body(body: SetExpr, outer: BlockNames | undefined): BodyOutline {
    const { tag, payload } = tagOf(body);
    if (tag === "Select") return this.#select(payload as Select, outer);
    if (tag === "Query") {
      const query = this.query(payload as Query, outer);
      const isBare =
        query.ctes.length === 0 && query.limit === "" && query.rest === EMPTY_QUERY_REST;
      return isBare ? query.body : { kind: "query", query };
    }
    if (tag === "SetOperation") {
      const operation = payload as SetOperation;
      const how = `${operation.op} ${operation.set_quantifier}`;
      const branches = branchesOf(operation).map((branch) => this.#body(branch, outer));
      return { kind: "set", operation, how, branches };
    }
    return { kind: "opaque", text: `${tag}${canonicalText(payload, this.#names(outer))}` };
  }

  #select(select: Select, outer: BlockNames | undefined): SelectOutline {
    const own = this.#blockNames(select, outer);
    const names = this.#names(own);
    const outputs: OutlineOutput[] = [];
    const stars: OutlineStar[] = [];
    const isOpen = this.#trace.blockOf(select)?.output.ensure !== undefined;
    for (const item of select.projection) {
      const expanded = this.#trace.starOf(item);
      if (isStar(item) && expanded !== undefined) {
        outputs.push(
          ...expanded.map(({ name, source, column, merged }) => ({
            name,
            text:
              merged && !own.keepsFirst
                ? mergedText(column)
                : ownText(own.bySource.get(source) ?? own.only ?? "?", { source, column }, own),
            line: lineOf(item),
          })),
        );
      }
      if (isStar(item)) {
        const isKnown = expanded !== undefined && !isOpen && !replacesColumns(item);
        stars.push({ ...this.#part(item, names), isKnown });
      }
      if (!isStar(item)) {
        const position = outputs.length;
        const column = this.#trace.blockOf(select)?.output.columns[position]?.name;
        outputs.push(this.#output(item, { own, names, position, column }));
      }
    }
    const rest = Object.entries(select).filter(([key]) => !KNOWN_PARTS.has(key));
    const sources = this.#sources(select, own);
    const asked = askedOf(this.#conditions(select.selection, names), sources, own.merged);
    const outline: SelectOutline = {
      kind: "select",
      select,
      block: this.#trace.blockOf(select),
      outputs,
      // All of a query that is taken apart is not all of its tables.
      stars: own.merged.size === 0 ? stars : stars.map(ofMerged),
      sources,
      where: asked.where,
      groups: this.#groups(select, outputs, names),
      having: this.#conditions(select.having, names),
      qualify: [...asked.qualify, ...this.#conditions(select.qualify, names)],
      distinct: select.distinct === "All" ? "" : distinctText(select.distinct, names, outputs),
      rest: canonicalText(Object.fromEntries(rest), names),
      line: select.select_token?.span?.start.line,
    };
    if (own.merged.size === 0 || !saysTexts(outline).some(hangsOnPlace)) return outline;
    this.#mergedIn.set(select, NOTHING_MERGED);
    return this.#select(select, outer);
  }

  #output(
    item: SelectItem,
    {
      own,
      names,
      position,
      column,
    }: {
      readonly own: BlockNames;
      readonly names: CanonicalNames;
      readonly position: number;
      readonly column: string | undefined;
    },
  ): OutlineOutput {
    const { tag, payload } = tagOf(item);
    const { expr, alias } =
      tag === "ExprWithAlias"
        ? (payload as { readonly expr: Expr; readonly alias: Ident })
        : { expr: (tag === "UnnamedExpr" ? payload : item) as Expr, alias: plainName(payload) };
    const part = this.#part(expr, names);
    const name = alias ? nameOf(alias, this.#dialect).text : `expression ${position + 1}`;
    if (alias) own.aliases.set(this.#key(alias), part.text);
    return { ...part, name, ...(alias || !column ? {} : { calledAs: column }), expr };
  }

  #groups(
    select: Select,
    outputs: readonly OutlineOutput[],
    names: CanonicalNames,
  ): readonly OutlinePart[] {
    if ("All" in select.group_by) {
      const keys = this.#trace.blockOf(select)?.keys;
      const { All: modifiers } = select.group_by;
      const isPlainAll = Array.isArray(modifiers) && modifiers.length === 0;
      if (!isPlainAll || keys === undefined) return [{ text: "all" }];
      return keys.map((key) => this.#part(key, names));
    }
    const [keys, modifiers] = select.group_by.Expressions;
    const extra = Array.isArray(modifiers) && modifiers.length > 0 ? modifiers : [];
    const parts = keys.map((key) => {
      const position = positionOf(key);
      const named = position === undefined ? undefined : outputs[position - 1];
      return named ?? this.#part(key, names);
    });
    return numbered([...parts, ...extra.map((each) => this.#part(each, names))]);
  }

  #conditions(condition: Expr | null | undefined, names: CanonicalNames): readonly OutlinePart[] {
    if (condition === null || condition === undefined) return [];
    const parts = conjunctsOf(condition).flatMap((each) => {
      const excerpt = this.#text.condition(each);
      const line = lineOf(each);
      return partsOf(each, "And").map((one) => ({
        ...this.#part(exprOf(one), names),
        excerpt,
        line,
      }));
    });
    return leaveOutImplied(parts)
      .filter(({ text }) => text !== TRUE_TEXT)
      .map((part, at) =>
        isVolatile(part.text) ? { ...part, text: `${part.text} at ${at}` } : part,
      );
  }

  #sources(select: Select, own: BlockNames): readonly OutlineSource[] {
    const counted = new Labels();
    const sources = select.from.flatMap((item, position) => [
      this.#source(item.relation, { select, own, counted, first: position === 0 }),
      ...item.joins.map((join) => this.#source(join.relation, { select, own, counted, join })),
    ]);
    const turned = this.#numbers ? turnRight(sources) : sources;
    return turned.flatMap((source) => takeApart(source, own.merged.get(source.label)));
  }

  #source(
    factor: TableFactor,
    at: {
      readonly select: Select;
      readonly own: BlockNames;
      readonly counted: Labels;
      readonly join?: Join;
      readonly first?: boolean;
    },
  ): OutlineSource {
    const names = this.#names(at.own);
    const { tag, payload } = tagOf(factor);
    const { alias, ...said } = payload as { readonly alias: unknown };
    const label = at.counted.take(this.#labelOf(factor, at.select));
    const { side, conditions } = at.join
      ? this.#join(at.join, names, { own: at.own, label })
      : { side: at.first ? undefined : "inner", conditions: [] };
    const common = { label, ...(side ? { side } : {}), conditions, line: lineOf(factor) };
    if (tag === "Table") {
      const { name: _name, ...rest } = said as { readonly name?: unknown };
      return { ...common, text: `${saidOf(rest, names)}${aliasColumns(alias)}` };
    }
    if (tag === "Derived") {
      const { subquery, ...rest } = said as unknown as { readonly subquery: Query };
      const text = `${saidOf(rest, names)}${aliasColumns(alias)}`;
      if (this.#derived.has(subquery)) return { ...common, text };
      const query = this.query(subquery, at.own);
      return { ...common, query, text };
    }
    return { ...common, text: `${tag}${canonicalText(said, names)}${aliasColumns(alias)}` };
  }

  #join(
    join: Join,
    names: CanonicalNames,
    at?: { readonly own: BlockNames; readonly label: string },
  ): { readonly side: string; readonly conditions: readonly OutlinePart[] } {
    const { tag, payload } = tagOf(join.join_operator);
    const side = `${SIDES[tag] ?? tag}${(join as { readonly global?: boolean }).global ? " global" : ""}`;
    if (tag === "AsOf") return { side, conditions: [this.#part(payload, names)] };
    const { tag: kind, payload: inner } = tagOf((payload ?? "None") as JoinConstraint);
    if (kind === "On") return { side, conditions: this.#conditions(inner as Expr, names) };
    if (kind === "Using") {
      const columns = inner as readonly (readonly { readonly Identifier?: Ident }[])[];
      const idents = columns.flatMap((name) =>
        name.flatMap((part) => (part.Identifier ? [part.Identifier] : [])),
      );
      return { side, conditions: idents.map((ident) => this.#usingKey(ident, at)) };
    }
    return { side: kind === "Natural" ? `natural ${side}` : side, conditions: [] };
  }

  /** `using (k)` as the equality that it is, where the first table that has the column keeps its own value. */
  #usingKey(
    ident: Ident,
    at: { readonly own: BlockNames; readonly label: string } | undefined,
  ): OutlinePart {
    const key = this.#key(ident);
    const plain = { text: `using ${key}`, excerpt: key };
    if (at?.own.keepsFirst !== true) return plain;
    const name = nameOf(ident, this.#dialect);
    const first = [...at.own.bySource].find(([source]) => source.columns.find(name) !== undefined);
    if (first === undefined || first[1] === at.label) return plain;
    const sides = [first[1], at.label].map((label) => columnText(label, key, at.own)) as [
      string,
      string,
    ];
    return { ...plain, text: equalText(...sides) };
  }

  #part(node: unknown, names: CanonicalNames): OutlinePart {
    return {
      text: canonicalText(node, names),
      excerpt: this.#text.excerpt(node),
      line: lineOf(node),
    };
  }

  #key(ident: Ident): string {
    return nameOf(ident, this.#dialect).key.toLowerCase();
  }

  /** A table is called by the asset that it was found to be, so that a shorter path is no other table. */
  #labelOf(factor: TableFactor, select: Select): string {
    if ("Derived" in factor) return this.#derivedLabel(factor.Derived);
    if (!("Table" in factor)) return tagOf(factor).tag.toLowerCase();
    const source = this.#sourceOf(factor, select);
    if (source?.target && "asset" in source.target) {
      const { asset } = source.target;
      return this.#assetNames?.get(asset) ?? asset;
    }
    const keys = factor.Table.name.map((part) =>
      "Identifier" in part
        ? this.#key(part.Identifier)
        : canonicalText(part, this.#names(undefined)),
    );
    const [only] = keys;
    const cte = keys.length === 1 && only !== undefined ? this.#ctes.get(only) : undefined;
    return cte ?? keys.join(".");
  }

  /** Tables of one name in two schemas are told apart by all of their path. */
  #sourceOf(factor: TableFactor, select: Select): Source | undefined {
    const alias = aliasOf(factor);
    if (alias === undefined) return undefined;
    const key = this.#key(alias);
    const sources = this.#trace.blockOf(select)?.sources ?? [];
    const named = sources.filter((each) => each.alias?.key.toLowerCase() === key);
    if (named.length < 2) return named[0];
    const path = "Table" in factor ? factor.Table.name : [];
    const written = path.map((part) =>
      "Identifier" in part ? nameOf(part.Identifier, this.#dialect).key : "?",
    );
    return named.find((each) => each.path.map((part) => part.key).join(".") === written.join("."));
  }

  #derivedLabel({ subquery, lateral }: { readonly subquery: Query; readonly lateral: boolean }) {
    // One that looks at the tables beside it is no table by itself.
    if (this.#numbers === undefined || lateral) return "derived";
    const known = this.#derived.get(subquery);
    if (known !== undefined) return known;
    const label = this.#numbers.labelOf(this.query(subquery, undefined));
    this.#derived.set(subquery, label);
    return label;
  }

  #blockNames(select: Select, outer?: BlockNames): BlockNames {
    const labels = new Map<string, string>();
    const bySource = new Map<Source, string>();
    const renamed = new Map<string, ReadonlyMap<string, string>>();
    const joinsByNames = select.from.some(({ joins }) => joins.some(isNatural));
    const counted = new Labels();
    let nameless: string | undefined;
    const factors = select.from.flatMap((item) => [
      item.relation,
      ...item.joins.map((join) => join.relation),
    ]);
    for (const factor of factors) {
      const table = this.#labelOf(factor, select);
      const label = counted.take(table);
      const alias = aliasOf(factor);
      const names = this.#columnNames.get(table);
      if (names && !joinsByNames && !namesColumns(factor)) renamed.set(label, names);
      if (alias) labels.set(this.#key(alias), label);
      else nameless = label;
      const source = this.#sourceOf(factor, select);
      if (source) bySource.set(source, label);
    }
    const isAlone = factors.length === 1 && select.lateral_views.length === 0;
    const [source] = this.#trace.blockOf(select)?.sources ?? [];
    if (isAlone && source && nameless !== undefined) bySource.set(source, nameless);
    return {
      labels,
      only: isAlone ? ([...labels.values()][0] ?? nameless) : undefined,
      bySource,
      renamed,
      keepsFirst: this.#numbers !== undefined && keepsFirst(select),
      merged: this.#merged(select),
      aliases: new Map(),
      outer,
    };
  }

  #merged(select: Select): ReadonlyMap<string, MergedQuery> {
    const numbers = this.#numbers;
    if (numbers === undefined) return NOTHING_MERGED;
    const known = this.#mergedIn.get(select);
    if (known !== undefined) return known;
    const names = this.#names(undefined);
    const placeOf = (factor: TableFactor, join: Join | undefined, isFirst: boolean): FromPlace => {
      const side = join ? this.#join(join, names).side : isFirst ? undefined : "inner";
      return { label: this.#labelOf(factor, select), side, isFirst, isPlain: isPlain(factor) };
    };
    const places = select.from.flatMap((item, at) => [
      placeOf(item.relation, undefined, at === 0),
      ...item.joins.map((join) => placeOf(join.relation, join, false)),
    ]);
    const found = mergeQueries(select, turnPlaces(places), (label) => numbers.queryAt(label));
    this.#mergedIn.set(select, found);
    return found;
  }

  #textOf(query: QueryOutline): string {
    return this.#numbers ? this.#numbers.textOf(query) : outlineText(query);
  }

  #names(block: BlockNames | undefined): CanonicalNames {
    return {
      queryOf: (query) => this.#textOf(this.query(query, block)),
      existsOf: (query) => this.#textOf(withoutOutputs(this.query(query, block))),
      nullsFirst: (isDescending) => nullsFirst(this.#dialect, isDescending),
      columnOf: (idents) => this.#column(idents, block),
      dialect: this.#dialect,
      plusAdds: !JOINS_BY_PLUS.has(this.#dialect),
    };
  }

  #column(idents: readonly Ident[], block: BlockNames | undefined): string {
    const keys = idents.map((ident) => this.#key(ident));
    const found = this.#trace.nameOf(idents[0]);
    const [first = "", ...others] = keys;
    if (found?.kind === "alias") return block?.aliases.get(first) ?? `alias ${first}`;
    if (found?.kind === "merged") {
      const label = found.first && block?.bySource.get(found.first);
      const isFirst = found.depth === 0 && block?.keepsFirst === true;
      return isFirst && label !== undefined
        ? columnText(label, found.name, block)
        : mergedText(found.name);
    }
    if (found?.kind === "column") {
      let at = block;
      for (let step = 0; step < found.depth; step++) at = at?.outer;
      const label = at?.bySource.get(found.source);
      const path = found.path === "" ? "" : `.${found.path}`;
      // Of a table that the query inside reads as well, the row outside is another one.
      const from = found.depth === 0 ? "" : `outer ${found.depth} `;
      if (label !== undefined) return `${from}${ownText(label, found, at)}${path}`;
    }
    const label = others.length > 0 ? block?.labels.get(first) : undefined;
    if (label !== undefined) return columnText(label, others.join("."), block);
    // The name of a table alone is its row.
    const row = others.length === 0 ? block?.labels.get(first) : undefined;
    if (row !== undefined) return `name ${JSON.stringify(["row", row])}`;
    if (others.length === 0 && block?.only !== undefined)
      return columnText(block.only, first, block);
    return `name ${JSON.stringify(keys)}`;
  }
}

/** What an order is by; undefined where it is by all columns. */
function keysOf(order: Query["order_by"]): readonly Expr[] | undefined {
  const { tag, payload } = tagOf((order as { readonly kind?: unknown } | null)?.kind);
  if (tag === "All") return undefined;
  return Array.isArray(payload) ? payload.map(({ expr }: { readonly expr: Expr }) => expr) : [];
}

/** What stands at the place that a key is; empty where it is none. */
function outputAt(body: BodyOutline, key: Expr): string {
  const place = positionOf(key);
  return place === undefined ? "" : textAt(body, place);
}

function textAt(body: BodyOutline, place: number): string {
  if (body.kind === "select") return body.outputs[place - 1]?.text ?? "";
  if (body.kind === "query") return textAt(body.query.body, place);
  if (body.kind !== "set") return "";
  return body.branches
    .map((branch) => textAt(branch, place))
    .sort()
    .join(" ");
}

function allOutputs(body: BodyOutline): readonly string[] {
  const [first] = body.kind === "set" ? body.branches : [body];
  const width = first?.kind === "select" ? first.outputs.length : 0;
  return Array.from({ length: width }, (_, at) => textAt(body, at + 1));
}

/** A key that stands for several groupings is no other one when it is said twice: each group is there again. */
function numbered(keys: readonly OutlinePart[]): readonly OutlinePart[] {
  return keys.map((key, at) =>
    SEVERAL_GROUPINGS.test(key.text) ? { ...key, text: `${key.text} at ${at}` } : key,
  );
}

const SEVERAL_GROUPINGS = /^(?:\{?"?(?:Rollup|Cube|GroupingSets)|rollup\(|cube\()/;

/** `distinct on (1)` is on the first output. */
function distinctText(
  distinct: Select["distinct"],
  names: CanonicalNames,
  outputs: readonly OutlineOutput[],
): string {
  const { tag, payload } = tagOf(distinct);
  if (tag !== "On" || !Array.isArray(payload)) return canonicalText(distinct, names);
  const keys = (payload as readonly Expr[]).map((key) => {
    const place = positionOf(key);
    const output = place === undefined ? undefined : outputs[place - 1];
    return output?.text ?? canonicalText(key, names);
  });
  return `{On:[${keys.join(",")}]}`;
}

/** `distinct on (…)`: which row of a key stays hangs on the order. */
const picksFirst = (body: BodyOutline): body is SelectOutline =>
  body.kind === "select" && tagOf(body.select.distinct).tag === "On";

/** What a query gives, where only matters whether it gives a row: one over groups or a limit is left as it is. */
function withoutOutputs(query: QueryOutline): QueryOutline {
  const { body, limit } = query;
  if (body.kind !== "select" || body.block === undefined || body.block.group || limit !== "")
    return query;
  if (!body.outputs.every(({ text }) => /^(?:"|merged |\{Value:)/.test(text))) return query;
  return { ...query, body: { ...body, outputs: [], stars: [], distinct: "" } };
}

/** Engines, and those that are not known, where `+` may join two texts. */
const JOINS_BY_PLUS: ReadonlySet<Dialect> = new Set(["tsql", "generic"]);

/** Several tables of one name in one FROM are told apart by their order. */
class Labels {
  readonly #counts = new Map<string, number>();

  take(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  }
}

const SIDES: Readonly<Record<string, string>> = makeTable({
  Join: "inner",
  Inner: "inner",
  CrossJoin: "inner",
  Left: "left",
  LeftOuter: "left",
  Right: "right",
  RightOuter: "right",
  FullOuter: "full",
});

/** What is said of a table beside its name; empty where that is nothing. */
function saidOf(rest: unknown, names: CanonicalNames): string {
  const text = canonicalText(rest, names);
  return /^\{(?:\w+:(?:\[\]|false)(?:,|(?=\})))*\}$/.test(text) ? "" : text;
}

const EMPTY_QUERY_REST = "{locks:[],pipe_operators:[]}";

const isStar = (item: SelectItem): boolean => {
  const { tag } = tagOf(item);
  return tag === "Wildcard" || tag === "QualifiedWildcard";
};

const replacesColumns = (item: SelectItem): boolean =>
  /"opt_replace":\{/.test(JSON.stringify(item));

const hasTop = (body: SetExpr): boolean => {
  const { tag, payload } = tagOf(body);
  return tag === "Select" && Boolean((payload as Select).top);
};

const ofMerged = (star: OutlineStar): OutlineStar => ({ ...star, text: `merged ${star.text}` });

/** All that a block says of columns. */
const saysTexts = (select: SelectOutline): readonly string[] => [
  ...[select.outputs, select.where, select.groups, select.having, select.qualify]
    .flat()
    .map(({ text }) => text),
  ...select.sources.flatMap(({ conditions }) => conditions.map(({ text }) => text)),
  select.distinct,
  select.rest,
];

const NOTHING_MERGED: ReadonlyMap<string, MergedQuery> = new Map();

/** A table or a query by its name, of which nothing more is said. */
function isPlain(factor: TableFactor): boolean {
  const { tag, payload } = tagOf(factor);
  if (tag === "Derived" && (payload as { readonly lateral: boolean }).lateral) return false;
  return (tag === "Table" || tag === "Derived") && !namesColumns(factor);
}

/** The tables of a query that is taken apart, in its place; behind a left join, its conditions are those of the join. */
function takeApart(
  source: OutlineSource,
  merged: MergedQuery | undefined,
): readonly OutlineSource[] {
  const [first, ...others] = merged?.sources ?? [];
  if (merged === undefined || first === undefined || source.text !== "") return [source];
  const { side, conditions, line } = source;
  const own = side === "left" ? merged.where : [];
  return [
    { ...first, ...(side ? { side } : {}), conditions: [...conditions, ...own], line },
    ...others,
  ];
}

/** `a right join b` as `b left join a`. */
function turnRight(sources: readonly OutlineSource[]): readonly OutlineSource[] {
  const [first, second, third] = sources;
  if (first === undefined || second?.side !== "right" || third !== undefined) return sources;
  // Two of one table are told apart by their places.
  if (second.label === `${first.label} 2`) return sources;
  const { side: _right, ...kept } = second;
  return [
    { ...kept, conditions: [] },
    { ...first, side: "left", conditions: second.conditions },
  ];
}

/** The same for what only their places are known of. */
function turnPlaces(places: readonly FromPlace[]): readonly FromPlace[] {
  const [first, second, third] = places;
  if (first === undefined || second?.side !== "right" || third !== undefined) return places;
  return first.label === second.label
    ? places
    : [
        { ...second, side: undefined, isFirst: true },
        { ...first, side: "left", isFirst: false },
      ];
}

/** The conditions of a block and of the queries in it that are taken apart. */
function askedOf(
  where: readonly OutlinePart[],
  sources: readonly OutlineSource[],
  merged: ReadonlyMap<string, MergedQuery>,
): { readonly where: readonly OutlinePart[]; readonly qualify: readonly OutlinePart[] } {
  const sideOf = new Map(sources.map(({ label, side }) => [label, side]));
  const [windowed] = [...merged.values()].filter(({ qualify }) => qualify !== undefined);
  if (windowed?.qualify) return { where: windowed.where, qualify: [...windowed.qualify, ...where] };
  const taken = [...merged.values()].flatMap((query) =>
    sideOf.get(query.sources[0]?.label ?? "") === "left" ? [] : query.where,
  );
  return { where: [...taken, ...where], qualify: [] };
}

function columnText(label: string, column: string, block: BlockNames | undefined): string {
  const name = column.toLowerCase();
  const within = block?.merged.get(label)?.columns.get(name);
  if (within !== undefined) return within;
  const known = block?.renamed.get(label)?.get(name) ?? name;
  return `${JSON.stringify(label)}.${JSON.stringify(known)}`;
}

/** A column of a table that may have another one of that name in other letters. */
function ownText(
  label: string,
  { source, column }: { readonly source: Source; readonly column: string },
  block: BlockNames | undefined,
): string {
  return source.columns.hasTwin(column)
    ? `${JSON.stringify(label)}.${JSON.stringify(column)}`
    : columnText(label, column, block);
}

const mergedText = (name: string): string => `merged ${JSON.stringify(name.toLowerCase())}`;

const lineOf = (node: unknown): number | undefined => findPosition(node)?.line;

/** The name that a bare column gives its output. */
function plainName(expr: unknown): Ident | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag === "Identifier") return payload as Ident;
  if (tag === "CompoundIdentifier") return (payload as readonly Ident[]).at(-1);
  if (tag === "Nested") return plainName(payload);
  if (tag === "Cast") return plainName((payload as { readonly expr: Expr }).expr);
  return undefined;
}

function aliasOf(factor: TableFactor): Ident | undefined {
  const { payload } = tagOf(factor);
  const { alias, name } = payload as {
    readonly alias?: { readonly name: Ident } | null;
    readonly name?: readonly { readonly Identifier?: Ident }[];
  };
  return alias?.name ?? (Array.isArray(name) ? name.at(-1)?.Identifier : undefined);
}

/** Nothing but inner and left joins. */
const keepsFirst = (select: Select): boolean =>
  select.from.every(({ joins }) =>
    joins.every(({ join_operator: join }) => /^(?:inner|left)$/.test(SIDES[tagOf(join).tag] ?? "")),
  );

const isNatural = (join: Join): boolean => {
  const { payload } = tagOf(join.join_operator);
  return tagOf(payload).tag === "Natural";
};

function namesColumns(factor: TableFactor): boolean {
  const { payload } = tagOf(factor);
  return aliasColumns((payload as { readonly alias?: unknown } | null)?.alias) !== "";
}

function aliasColumns(alias: unknown): string {
  const { columns } = (alias ?? {}) as {
    readonly columns?: readonly { readonly name: Ident }[];
  };
  return columns && columns.length > 0
    ? ` (${columns.map(({ name }) => name.value.toLowerCase()).join(",")})`
    : "";
}

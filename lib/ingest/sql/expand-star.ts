import { analyseExpression } from "./analyze-expression.ts";
import {
  type Expr,
  type Ident,
  identsOf,
  type ObjectName,
  type SelectItem,
  tagOf,
  type WildcardOptions,
} from "./ast.ts";
import {
  type Analysis,
  BARE,
  type Cell,
  type ExpressionContext,
  type Flow,
  reportProblem,
} from "./expression-context.ts";
import { type FromNode, targetOf } from "./from-tree.ts";
import { tracedStar } from "./query-trace.ts";
import {
  findQualified,
  type MergedColumn,
  nameOf,
  resolveName,
  type Scope,
  type Source,
  type VisibleColumn,
} from "./scope.ts";
import { fieldsOfType } from "./struct-fields.ts";

export type StarItem = Extract<
  SelectItem,
  { readonly Wildcard: unknown } | { readonly QualifiedWildcard: unknown }
>;

interface Expansion {
  readonly sources: readonly Source[];
  readonly options: WildcardOptions;
  /** `t.*` does not merge the keys of USING. */
  readonly qualified: boolean;
}

function expansionOf(item: StarItem, scope: Scope, analysis: Analysis): Expansion {
  if ("Wildcard" in item)
    return { sources: scope.sources, options: item.Wildcard, qualified: false };
  const [subject, options] = item.QualifiedWildcard;
  if (!("ObjectName" in subject)) return { sources: [], options, qualified: true };
  const idents = identsOf(subject.ObjectName as ObjectName);
  const names = idents.map((ident) => nameOf(ident, analysis.dialect));
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const source = findQualified(at, names);
    if (source) return { sources: [source], options, qualified: true };
  }
  return { sources: [], options, qualified: true };
}

interface StarColumn {
  readonly source: Source;
  readonly column: VisibleColumn;
  readonly merged: MergedColumn | undefined;
}

/** The columns of a star in the order that SQL gives them: merged keys first, then each source's own. */
function* starColumns({ sources, qualified }: Expansion, scope: Scope): Generator<StarColumn> {
  const hidden = new Map<Source, Set<string>>();
  const mergedColumns = qualified ? [] : [...new Set(scope.merged.values())];
  for (const merged of mergedColumns) {
    const [first] = merged.parts;
    if (!first) continue;
    for (const part of merged.parts) {
      const names = hidden.get(part.source) ?? new Set<string>();
      hidden.set(part.source, names.add(part.column.column));
    }
    yield { ...first, merged };
  }
  for (const source of sources) {
    for (const column of shownColumns(source)) {
      if (!hidden.get(source)?.has(column.column)) yield { source, column, merged: undefined };
    }
  }
}

function shownColumns(source: Source): readonly VisibleColumn[] {
  const { fields, ensure } = source;
  if (!fields || !ensure) return source.columns.columns;
  return fields.flatMap((name) => {
    const column = ensure(name);
    return column === undefined ? [] : [{ name, column }];
  });
}

/** The columns of a star as names, for GROUP BY ALL. */
export function starNames(item: StarItem, scope: Scope, analysis: Analysis): Ident[][] {
  const expansion = expansionOf(item, scope, analysis);
  const rules = rulesOfStar(expansion.options, analysis);
  const named = [...starColumns(expansion, scope)].filter(({ source, column }) => {
    const excluded = rules.excluded.get(column.name.toLowerCase());
    if (excluded === undefined || !isOf(source, excluded, { scope, analysis }))
      return rules.like?.test(column.name) ?? true;
    scope.leftOut.set(column.column, source);
    return false;
  });
  return named.map(({ source, column, merged }) => {
    const name: Ident = { value: column.name, quote_style: '"' };
    const alias: Ident | undefined = source.alias && { value: source.alias.text, quote_style: '"' };
    return merged || !alias ? [name] : [alias, name];
  });
}

interface Excluded {
  readonly ident: Ident;
  /** DuckDB's `exclude (t.id)`: of this table only. */
  readonly table?: Ident;
}

interface StarRules {
  readonly excluded: ReadonlyMap<string, Excluded>;
  readonly replaced: ReadonlyMap<string, Expr>;
  readonly renamed: ReadonlyMap<string, string>;
  readonly like: NameTest | undefined;
}

function excludedOf(item: Ident | ObjectName): Excluded[] {
  const idents = Array.isArray(item) ? identsOf(item) : [item as Ident];
  const ident = idents.at(-1);
  const table = idents.at(-2);
  return ident ? [{ ident, ...(table ? { table } : {}) }] : [];
}

function excludedIn({ opt_exclude: exclude, opt_except: except }: WildcardOptions): Excluded[] {
  const found = except
    ? [except.first_element, ...except.additional_elements].map((ident) => ({ ident }))
    : [];
  if (!exclude) return found;
  const items = "Single" in exclude ? [exclude.Single] : exclude.Multiple;
  return [...found, ...items.flatMap(excludedOf)];
}

function rulesOfStar(options: WildcardOptions, analysis: Analysis): StarRules {
  const key = (ident: Ident): string => nameOf(ident, analysis.dialect).text.toLowerCase();
  const rename = options.opt_rename;
  const renames = rename ? ("Single" in rename ? [rename.Single] : rename.Multiple) : [];
  const pattern = options.opt_ilike?.pattern;
  return {
    excluded: new Map(excludedIn(options).map((each) => [key(each.ident), each])),
    replaced: new Map(
      (options.opt_replace?.items ?? []).map((item) => [key(item.column_name), item.expr]),
    ),
    renamed: new Map(
      renames.map(({ ident, alias }) => [key(ident), nameOf(alias, analysis.dialect).text]),
    ),
    like: pattern === undefined ? undefined : likePattern(pattern),
  };
}

/** Says of a name whether it is meant. */
export interface NameTest {
  readonly test: (name: string) => boolean;
}

/** LIKE without regard to case. Walks both texts once and goes back to the last `%` only, so no pattern can hang. */
export const likePattern = (pattern: string): NameTest => ({
  test: (name) => isLike(name.toLowerCase(), pattern.toLowerCase()),
});

function isLike(name: string, pattern: string): boolean {
  let at = 0;
  let sign = 0;
  let lastAny = -1;
  let takenTo = 0;
  while (at < name.length) {
    const wanted = pattern.charAt(sign);
    if (wanted === "%") {
      lastAny = sign++;
      takenTo = at;
    } else if (wanted !== "" && (wanted === "_" || wanted === name.charAt(at))) {
      at++;
      sign++;
    } else if (lastAny >= 0) {
      sign = lastAny + 1;
      at = ++takenTo;
    } else return false;
  }
  return /^%*$/.test(pattern.slice(sign));
}

export interface StarInput {
  readonly item: StarItem;
  readonly context: ExpressionContext;
  readonly node: FromNode | undefined;
  /** Only columns whose names match. */
  readonly matching?: NameTest | undefined;
}

/**
 * Adds a star's columns to the projection, each with an edge STAR, and one edge without a column for every source that
 * would pass on columns it does not have yet. Where columns are not known, later readers may ask for any name.
 */
export function expandStar({ item, context, node, matching }: StarInput): void {
  const { analysis, scope, relation } = context;
  const expansion = expansionOf(item, scope, analysis);
  const rules = rulesOfStar(expansion.options, analysis);
  const use = { STAR: "STAR" } as const;
  if (expansion.sources.length === 0) reportEmpty(item, context);
  for (const star of starColumns(expansion, scope)) {
    analysis.starColumns.take(1);
    const key = star.column.name.toLowerCase();
    const excluded = rules.excluded.get(key);
    if (excluded && isOf(star.source, excluded, context)) {
      for (const cell of cellsOf(star, context)) {
        relation.addEdge({
          ...cell,
          use: "NOT_USED",
          detail: "named",
          line: excluded.ident.span?.start.line,
        });
      }
      continue;
    }
    if (rules.like && !rules.like.test(star.column.name)) continue;
    if (matching && !matching.test(star.column.name)) continue;
    if (rules.replaced.get(key) === undefined)
      analysis.trace?.noteStar(item, tracedStar(rules.renamed.get(key) ?? star.column.name, star));
    addStarColumn({
      star,
      context,
      name: rules.renamed.get(key) ?? star.column.name,
      replacement: rules.replaced.get(key),
      use: use.STAR,
    });
  }
  for (const source of expansion.sources) markPassing({ source, context, node, rules });
}

function isOf(
  source: Source,
  { table }: Excluded,
  { scope, analysis }: Pick<ExpressionContext, "scope" | "analysis">,
): boolean {
  return !table || findQualified(scope, [nameOf(table, analysis.dialect)]) === source;
}

function reportEmpty(item: StarItem, context: ExpressionContext): void {
  const { tag, payload } = tagOf(item);
  if (tag === "Wildcard") return;
  const [subject] = payload as readonly [unknown];
  const inner = tagOf(subject);
  if (inner.tag === "ObjectName" && expandStruct(identsOf(inner.payload as ObjectName), context))
    return;
  if (inner.tag === "Expr") {
    const to = context.relation.addColumn({ name: "*" });
    const sink = ({ cell, line }: Flow): void =>
      context.relation.addEdge({ ...cell, to, use: "ARITH", detail: "row", line });
    analyseExpression(inner.payload as Expr, { wrap: BARE, context, sink });
  }
  reportProblem(context, {
    code: "sql-not-understood",
    message: "a star whose columns are not known",
  });
}

/** `select event.* from logs`: the fields of a struct column; one column for the row where the type does not say them. */
function expandStruct(idents: readonly Ident[], context: ExpressionContext): boolean {
  const { analysis, scope, relation } = context;
  const found = resolveName(
    scope,
    idents.map((ident) => nameOf(ident, analysis.dialect)),
  );
  if (found.kind !== "column") return false;
  const fields = found.path.length === 0 ? fieldsOfType(found.column.type) : undefined;
  for (const name of fields ?? ["*"]) {
    const to = relation.addColumn({ name });
    const detail = fields ? `path:${name}` : "row";
    const sink = ({ cell, use, line }: Flow): void =>
      relation.addEdge({ ...cell, to, use: fields ? use : "ARITH", detail, line });
    const expr: Expr =
      idents.length === 1 && idents[0] ? { Identifier: idents[0] } : { CompoundIdentifier: idents };
    analyseExpression(expr, { wrap: BARE, context, sink });
  }
  return fields !== undefined;
}

interface AddStarColumn {
  readonly star: StarColumn;
  readonly context: ExpressionContext;
  readonly name: string;
  readonly replacement: Expr | undefined;
  readonly use: "STAR";
}

function addStarColumn({ star, context, name, replacement, use }: AddStarColumn): void {
  const { relation } = context;
  if (replacement !== undefined) {
    for (const cell of cellsOf(star, context))
      relation.addEdge({ ...cell, use: "NOT_USED", detail: "named" });
    const flows: Flow[] = [];
    const type = analyseExpression(replacement, {
      wrap: BARE,
      context,
      sink: (flow) => flows.push(flow),
    });
    const to = relation.addColumn({ name, ...type });
    for (const flow of flows) {
      const { cell, use, detail, line, takes } = flow;
      relation.addEdge({ ...cell, to, use, detail, line, takes });
    }
    return;
  }
  const cells = cellsOf(star, context);
  const [first] = cells;
  const { type, nullable } =
    (first && relation.inputColumn(first.input, first.column)) ?? star.column;
  const to = relation.addColumn({ name, type, nullable });
  for (const cell of cells) relation.addEdge({ ...cell, to, use });
}

function cellsOf(
  { source, column, merged }: StarColumn,
  context: ExpressionContext,
): readonly Cell[] {
  if (context.groups) {
    const { groups } = context;
    return [
      groups.cell(merged ? groups.findMergedKey(merged) : groups.findKeyColumn(source, column)),
    ];
  }
  if (merged) return context.mergedCells(merged);
  const cell = context.cellOf(source, column);
  return cell ? [cell] : [];
}

interface Passing {
  readonly source: Source;
  readonly context: ExpressionContext;
  readonly node: FromNode | undefined;
  readonly rules: StarRules;
}

/** Columns that are not there yet pass on as well: through every relation between the source and here. */
function markPassing({ source, context, node, rules }: Passing): void {
  const { relation } = context;
  const target = node && targetOf(node);
  if (!node || !target) return;
  const input = context.rowsCell()?.input;
  if (input === undefined) return;
  if (source.passesNew) {
    relation.addEdge({ input, use: "STAR" });
    if (node.kind === "join") node.markStar(source);
  }
  if (!source.open || source.fields) return;
  relation.addEdge({ input, use: "UNKNOWN", detail: "star" });
  reportProblem(context, {
    code: "sql-not-understood",
    message: `the columns of "${source.alias?.text ?? "a table"}" are not known, so its star is not known to the column`,
    at: source.alias,
  });
  chainEnsure({ source, context, rules });
}

/** Where several stars are open, a name is asked of the first source only that knows it, else of the first open one. */
function chainEnsure({ source, context, rules }: Omit<Passing, "node">): void {
  const { relation } = context;
  const before = relation.ensure;
  relation.ensure = (name) => {
    const known = relation.indexOf(name);
    if (known !== undefined) return relation.nameAt(known);
    if (before) return before(name);
    if (rules.excluded.has(name.toLowerCase())) return undefined;
    const column = source.ensure ? source.ensure(name) : name;
    if (column === undefined) return undefined;
    const cell = context.cellOf(source, { name, column });
    if (!cell) return undefined;
    const to = relation.addColumn({ name });
    relation.addEdge({ ...cell, to, use: "STAR" });
    return relation.nameAt(to);
  };
}

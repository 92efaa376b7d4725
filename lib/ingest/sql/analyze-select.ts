import type { PlanEdge } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { analyseCondition, conjunctsOf, keyKind } from "./analyze-condition.ts";
import { analyseExpression } from "./analyze-expression.ts";
import { analyseFrom } from "./analyze-from.ts";
import { containsAggregate, GroupBuilder } from "./analyze-group.ts";
import { asJoinNode, labelOf } from "./analyze-join.ts";
import {
  type Expr,
  type Ident,
  positionOf,
  type Select,
  type SelectItem,
  stringLiteralOf,
  tagOf,
  type WindowSpec,
} from "./ast.ts";
import { childExpressions, isExpression } from "./child-expressions.ts";
import { dayCarriers } from "./counted-days.ts";
import {
  expandColumnsCondition,
  expandColumnsItem,
  readColumnsCall,
} from "./expand-columns-call.ts";
import { expandStar, type StarItem, starNames } from "./expand-star.ts";
import {
  type AliasEntry,
  type Analysis,
  BARE,
  type Cell,
  type ExpressionContext,
  type Flow,
  reportProblem,
  type ValueType,
  type Wrap,
} from "./expression-context.ts";
import { FlowList } from "./flow-list.ts";
import { type FromNode, JoinNode, readFrom, readMergedFrom, targetOf } from "./from-tree.ts";
import {
  type FirstRows,
  firstOf,
  firstRows,
  isRowNumber,
  keepFirst,
  pickColumns,
} from "./keep-first.ts";
import { keptTexts } from "./kept-texts.ts";
import { outputName } from "./output-name.ts";
import { PendingAliases } from "./pending-aliases.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { caughtNames, type Name, nameOf, resolveName, type Scope, type Source } from "./scope.ts";
import { addUnnestedFields } from "./unnest-fields.ts";

export interface OrderKeys {
  readonly keys: readonly Expr[];
  /** LIMIT, TOP or FETCH: the order decides which rows there are. */
  readonly limited: boolean;
  /** ORDER BY ALL: by every output. */
  readonly all?: true;
}

export interface SelectInput {
  readonly analysis: Analysis;
  readonly select: Select;
  /** Empty; FROM fills it. */
  readonly scope: Scope;
  readonly order: OrderKeys;
  readonly label: string;
}

/** The state while one SELECT is taken apart. */
interface Block extends SelectInput {
  readonly node: FromNode | undefined;
  readonly windows: ReadonlyMap<string, WindowSpec>;
  readonly aliases: Map<string, AliasEntry>;
  readonly items: readonly SelectItem[];
}

/** FROM, WHERE, GROUP BY, projection, HAVING, QUALIFY, DISTINCT, ORDER BY: each a relation where it changes the rows. */
export function analyseSelect(input: SelectInput): RelationBuilder {
  const { analysis, select, scope } = input;
  scope.where = select.selection ?? undefined;
  const from = analyseFrom({ analysis, scope, select });
  const where = select.selection ? filtered(input, from, select.selection) : undefined;
  const node = where?.node ?? from;
  if (node?.kind === "join")
    nameJoin(node, select.selection !== null && select.selection !== undefined);
  const projection = select.flavor === "FromFirstNoSelect" ? STAR_ITEMS : select.projection;
  const items = projection.flatMap(
    (item) => expandColumnsItem({ item, scope, analysis }) ?? [item],
  );
  if (items.length === 0 && scope.parent === undefined) {
    const message = "the query selects no column";
    reportProblem({ analysis }, { code: "sql-not-understood", message });
  }
  const block: Block = { ...input, node, windows: namedWindows(select), aliases: new Map(), items };
  const groups = analyseGroups(block);
  const projected = project(block, groups);
  const qualified = select.qualify ? qualify(block, projected, select.qualify) : projected.relation;
  const result = distinct(block, qualified);
  markCollisions(scope);
  const group = projected.context.groups?.relation;
  markCaptures(scope, group ?? projected.relation);
  markCaught(scope, group ?? projected.relation);
  markLeftOut(scope, group ?? projected.relation);
  if (where?.first) pickColumns(where.node.relation, where.first);
  analysis.trace?.noteBlock(select, {
    sources: scope.sources,
    ...(node?.kind === "join" ? { from: node.relation } : {}),
    ...(group ? { group, ...keysByAll(block) } : {}),
    output: projected.relation,
    result,
  });
  return result;
}

const STAR_ITEMS: readonly SelectItem[] = [{ Wildcard: {} }];

function namedWindows(select: Select): ReadonlyMap<string, WindowSpec> {
  const found = new Map<string, WindowSpec>();
  for (const [ident, definition] of select.named_window) {
    const { tag, payload } = tagOf(definition);
    const spec =
      tag === "WindowSpec"
        ? (payload as WindowSpec)
        : found.get((payload as Ident).value.toLowerCase());
    if (spec) found.set(ident.value.toLowerCase(), spec);
  }
  return found;
}

function nameJoin(node: JoinNode, filters: boolean): void {
  const names = node.children
    .map((child) => (child.node.kind === "source" ? labelOf(child.node) : ""))
    .filter(Boolean);
  const join = node.children.length > 1 ? `join ${names.join(", ")}` : names.join(", ");
  node.relation.label = filters ? `${join} where`.trim() : join;
}

/** WHERE: its conditions decide about the rows of the relation that holds FROM. */
function filtered(
  input: SelectInput,
  node: FromNode | undefined,
  condition: Expr,
): { readonly node: JoinNode; readonly first: FirstRows | undefined } {
  const { analysis, scope, select } = input;
  const joined = node ? asJoinNode(node, scope) : new JoinNode("where", scope.homes);
  const aliases = new PendingAliases(select, analysis);
  const expanded = expandColumnsCondition(condition, { scope, analysis });
  const context = aliases.within({
    analysis,
    relation: joined.relation,
    scope,
    cellOf: (source, column) => joined.conditionCellOf(source, column),
    mergedCells: (merged) =>
      merged.parts.flatMap((part) => joined.conditionCellOf(part.source, part.column) ?? []),
    rowsCell: () => {
      const input = joined.children[0]?.input;
      return input === undefined ? undefined : { input };
    },
    windows: new Map(),
  })(condition);
  const first = addConditions({ condition: expanded, context, use: "FILTER" });
  if (first) keepFirst(joined.relation, first);
  return { node: joined, first };
}

function withoutAliases({ aliases: _aliases, ...rest }: ExpressionContext): ExpressionContext {
  return rest;
}

interface Conditions {
  readonly condition: Expr;
  readonly context: ExpressionContext;
  readonly use: Use;
}

/** Each condition that must hold, as edges to the relation's rows; gives what is kept where one asks for first rows. */
function addConditions({ condition, context, use }: Conditions): FirstRows | undefined {
  const { relation } = context;
  const wrap: Wrap = { use, fixed: true };
  let first: FirstRows | undefined;
  for (const conjunct of conjunctsOf(condition)) {
    const expression = context.analysis.text.condition(conjunct);
    const asksFirst = firstOf(conjunct) !== undefined;
    const keeps = keptTexts(conjunct, context);
    const sink = (flow: Flow): void => {
      const found = asksFirst ? firstRows(relation, flow.cell) : undefined;
      first ??= found;
      relation.addEdge({
        input: flow.cell.input,
        column: flow.cell.column,
        use: flow.use,
        detail: found ? "first" : flow.detail,
        expression,
        line: flow.line,
        keeps,
        takes: flow.takes,
      });
    };
    analyseCondition(conjunct, { wrap, context, sink }, analyseExpression);
  }
  return first;
}

/** An input that reads FROM, for the relation of the next stage. */
function fromContext(
  block: Block,
  relation: RelationBuilder,
  rows: "each" | "grouped" | "single",
): ExpressionContext {
  const { analysis, scope, node, windows } = block;
  return {
    analysis,
    relation,
    scope,
    windows,
    cellOf: (source, column) => readFrom(relation, node, { source, column }, rows),
    mergedCells: (merged) => {
      const cell = readMergedFrom(relation, node, merged, rows);
      return cell ? [cell] : [];
    },
    passNew: (source) => {
      if (node?.kind === "join") node.markStar(source);
    },
    rowsCell: () => {
      const target = node && targetOf(node);
      return target ? { input: relation.inputFor(target, rows) } : undefined;
    },
  };
}

function analyseGroups(block: Block): ((relation: RelationBuilder) => GroupBuilder) | undefined {
  const keys = groupKeys(block);
  const { select, items } = block;
  const folds =
    keys.length > 0 ||
    foldsByHaving(block) ||
    isGroupByAll(select) ||
    items.some((item) => itemExpression(item).some(containsAggregate)) ||
    (select.qualify ? containsAggregate(select.qualify) : false) ||
    block.order.keys.some(containsAggregate);
  if (!folds) return undefined;
  const isKeyed = keys.length > 0;
  const relation = new RelationBuilder(isKeyed ? "group by" : "aggregate");
  const named = new PendingAliases(select, block.analysis).within(
    fromContext(block, relation, isKeyed ? "grouped" : "single"),
  );
  const inner = named(ANY_EXPRESSION);
  inner.rowsCell();
  return (reader) => {
    const builder = new GroupBuilder({
      relation,
      inner,
      readGroup: (column): Cell => ({ input: reader.inputFor({ relation }, "each"), column }),
    });
    reader.inputFor({ relation }, "each");
    for (const key of keys) addKey({ block, builder, expr: key, context: named(key) });
    return builder;
  };
}

/** HAVING alone makes one group of all rows; MySQL takes it for a condition where nothing is folded. */
function foldsByHaving({ select, analysis }: Block): boolean {
  if (!select.having) return false;
  const { having } = select;
  const aliases = new PendingAliases(select, analysis);
  return analysis.dialect !== "mysql" || aliases.isOverRows(having, () => false);
}

/** Of no item, so that it knows the names of all. */
const ANY_EXPRESSION: Expr = { Value: null };

const isGroupByAll = (select: Select): boolean => "All" in select.group_by;

const itemExpression = (item: SelectItem): Expr[] => {
  const { tag, payload } = tagOf(item);
  if (tag === "UnnamedExpr") return [payload as Expr];
  return tag.startsWith("ExprWith") ? [(payload as { readonly expr: Expr }).expr] : [];
};

/** The keys as expressions over FROM: positions and aliases are looked up in the projection. */
function groupKeys(block: Block): Expr[] {
  const { select, items } = block;
  if (isGroupByAll(select)) {
    const aliases = new PendingAliases(select, block.analysis);
    return items.flatMap((item) => {
      const [expr] = itemExpression(item);
      if (expr !== undefined)
        return aliases.isOverRows(expr, (name) => isColumnOf(block, name)) ? [] : [expr];
      return starNames(item as StarItem, block.scope, block.analysis).map(
        (parts): Expr => ({ CompoundIdentifier: parts }),
      );
    });
  }
  const listed = (select.group_by as { readonly Expressions: readonly [readonly Expr[], unknown] })
    .Expressions[0];
  return listed.flatMap(flattenKey).flatMap((key) => {
    const position = positionOf(key);
    if (position === undefined) return [aliasedKey(key, block)];
    const item = items[position - 1];
    return item ? itemExpression(item) : [];
  });
}

/** What GROUP BY ALL stands for, to whoever compares two queries. */
const keysByAll = (block: Block): { readonly keys?: readonly Expr[] } =>
  block.analysis.trace && isGroupByAll(block.select) ? { keys: groupKeys(block) } : {};

/** ROLLUP, CUBE and GROUPING SETS group by all that they name. */
function flattenKey(key: Expr): Expr[] {
  const { tag, payload } = tagOf(key);
  if (tag === "Rollup" || tag === "Cube" || tag === "GroupingSets") {
    return (payload as readonly (readonly Expr[])[]).flat().flatMap(flattenKey);
  }
  if (tag === "Tuple") return (payload as readonly Expr[]).flatMap(flattenKey);
  if (tag === "Nested") return flattenKey(payload as Expr);
  return [key];
}

/** A column of FROM comes before an alias of the projection. */
function aliasedKey(key: Expr, block: Block): Expr {
  const { tag, payload } = tagOf(key);
  if (tag !== "Identifier") return key;
  const name = nameOf(payload as Ident, block.analysis.dialect);
  const expr = new PendingAliases(block.select, block.analysis).exprOf(name);
  if (expr === undefined || isColumnOf(block, name)) return key;
  block.scope.keyNames.add(name.text);
  return expr;
}

const isColumnOf = ({ scope }: Block, name: Name): boolean =>
  scope.merged.has(name.key) ||
  scope.sources.some((source) => source.columns.find(name) !== undefined);

interface AddedKey {
  readonly block: Block;
  readonly builder: GroupBuilder;
  readonly expr: Expr;
  readonly context: ExpressionContext;
}

function addKey({ block, builder, expr, context }: AddedKey): void {
  const { analysis, scope } = block;
  const { tag, payload } = tagOf(expr);
  if (tag === "Identifier" || tag === "CompoundIdentifier") {
    const idents = (tag === "Identifier" ? [payload] : payload) as readonly Ident[];
    const found = resolveName(
      scope,
      idents.map((ident) => nameOf(ident, analysis.dialect)),
    );
    analysis.trace?.noteName(idents[0], found);
    if (found.kind === "column" && found.depth === 0 && found.path.length === 0) {
      builder.addColumnKey(found.source, found.column);
      return;
    }
    if (found.kind === "merged" && found.depth === 0 && found.path.length === 0) {
      builder.addMergedKey(found.merged);
      return;
    }
  }
  builder.addKey({ expr, context, name: outputName({ expr, analysis, position: 0 }) });
}

interface Projected {
  readonly relation: RelationBuilder;
  readonly context: ExpressionContext;
}

/** The projection: one column for each item, in order. */
function project(block: Block, makeGroups: ReturnType<typeof analyseGroups>): Projected {
  const { select, items } = block;
  const relation = new RelationBuilder(block.label, select.select_token?.span?.start.line);
  const groups = makeGroups?.(relation);
  const context: ExpressionContext = {
    ...fromContext(block, relation, "each"),
    ...(groups ? { groups } : {}),
    aliases: { first: false, find: (name) => block.aliases.get(name.key) },
  };
  if (groups) Object.assign(context, { rowsCell: () => ({ input: 0 }) });
  else context.rowsCell();
  for (const [position, item] of items.entries()) projectItem({ block, context, item, position });
  if (select.having) addConditions({ condition: select.having, context, use: "FILTER" });
  addHierarchy(select, context);
  addOrder(block, context);
  return { relation, context };
}

function projectItem(input: ItemInput): void {
  const { block, context, item } = input;
  const { tag, payload } = tagOf(item);
  const chosen = tag === "UnnamedExpr" ? readColumnsCall(payload, block.analysis) : undefined;
  if (chosen) {
    expandStar({ item: chosen.item, context, node: block.node, matching: chosen.matching });
  } else if (tag === "Wildcard" || tag === "QualifiedWildcard") {
    expandStar({ item: item as StarItem, context, node: block.node });
  } else if (tag === "ExprWithAliases") {
    const { expr, aliases } = payload as {
      readonly expr: Expr;
      readonly aliases: readonly Ident[];
    };
    const names = aliases.map((alias) => nameOf(alias, block.analysis.dialect));
    for (const name of names) addOutput({ block, context, expr, name });
  } else addItem(input);
}

interface ItemInput {
  readonly block: Block;
  readonly context: ExpressionContext;
  readonly item: SelectItem;
  readonly position: number;
}

function addItem({ block, context, item, position }: ItemInput): void {
  const { analysis } = block;
  const { tag, payload } = tagOf(item);
  const [written] = itemExpression(item);
  if (written !== undefined && addUnnestedFields(written, context)) return;
  if (tag === "ExprWithAlias") {
    const { expr, alias } = payload as { readonly expr: Expr; readonly alias: Ident };
    addOutput({ block, context, expr, name: nameOf(alias, analysis.dialect) });
    return;
  }
  const expr = payload as Expr;
  const text = outputName({ expr, analysis, position });
  addOutput({ block, context, expr, name: { text, key: text, quoted: false, line: 0, column: 0 } });
}

interface OutputInput {
  readonly block: Block;
  readonly context: ExpressionContext;
  readonly expr: Expr;
  readonly name: Name;
}

function addOutput({ block, context, expr, name }: OutputInput): void {
  const { relation, analysis } = context;
  const collected = new FlowList();
  const type: ValueType = analyseExpression(expr, { wrap: BARE, context, sink: collected.sink });
  const { flows } = collected;
  const { type: of, nullable } = type;
  const constant = stringLiteralOf(expr);
  const to = relation.addColumn({ name: name.text, type: of, nullable, constant });
  const { tag } = tagOf(expr);
  const isPlain = tag === "Identifier" || tag === "CompoundIdentifier";
  const expression = isPlain || flows.length === 0 ? undefined : analysis.text.excerpt(expr);
  for (const flow of flows) {
    const { cell, takes, tried, use, detail, line } = flow;
    relation.addEdge({ ...cell, to, use, detail, expression, line, takes, tried });
  }
  if (block.aliases.has(name.key)) return;
  const carriers = dayCarriers(expr, type, {
    wrap: BARE,
    context,
    sink: () => undefined,
    analyse: analyseExpression,
  });
  block.aliases.set(name.key, { ...type, flows, carriers });
}

/** DISTRIBUTE BY and CLUSTER BY: they decide where rows go, and fail without their columns. */
function partitionKeys(select: Select): readonly Expr[] {
  const { distribute_by: distribute, cluster_by: cluster } = select as unknown as {
    readonly distribute_by?: readonly unknown[];
    readonly cluster_by?: readonly unknown[];
  };
  return [...(distribute ?? []), ...(cluster ?? [])].map((key) =>
    typeof key === "object" && key !== null && "expr" in key ? (key.expr as Expr) : (key as Expr),
  );
}

/** CONNECT BY and START WITH decide which rows the hierarchy holds. */
function addHierarchy(select: Select, context: ExpressionContext): void {
  const { connect_by: clauses } = select as unknown as { readonly connect_by?: unknown };
  for (const expr of childExpressions(clauses)) {
    if (!isExpression(expr)) continue;
    const sink = ({ cell, line }: Flow): void =>
      context.relation.addEdge({ ...cell, use: "FILTER", detail: "hierarchy", line });
    analyseExpression(expr, { wrap: { use: "FILTER", fixed: true }, context, sink });
  }
}

/** ORDER BY: an alias or a position stands for the output's expression, everything else for columns of FROM. */
function addOrder(block: Block, context: ExpressionContext): void {
  const { order, select } = block;
  const detail = order.limited ? "limit" : "plain";
  const sorted: ExpressionContext = {
    ...context,
    aliases: { first: true, find: (name) => block.aliases.get(name.key) },
  };
  const sinkOf =
    (how: string) =>
    ({ cell, line }: Flow): void => {
      if (cell.column === undefined) return;
      context.relation.addEdge({ ...cell, use: "SORT", detail: how, line });
    };
  const sink = sinkOf(detail);
  const wrap: Wrap = { use: "SORT", fixed: true };
  if (order.all)
    for (const at of [...context.relation.columns.keys()]) sortByPosition(context, at, sink);
  const sorts = [
    ...(select.sort_by ?? []).map((item) => item.expr),
    ...partitionKeys(select),
    ...order.keys,
  ];
  for (const key of sorts) {
    const position = positionOf(key);
    const how = keyKind(key) === "computed" ? `${detail}_computed` : detail;
    if (position === undefined)
      analyseExpression(key, { wrap, context: sorted, sink: sinkOf(how) });
    else sortByPosition(context, position - 1, sink);
  }
  const on =
    typeof select.distinct === "object" && select.distinct !== null ? select.distinct.On : [];
  // One row of each key is kept, and no column becomes what the key is.
  for (const key of on) {
    const position = positionOf(key);
    const grouped = ({ cell, line }: Flow): void =>
      context.relation.addEdge({ ...cell, use: "GROUP_BY", detail: "distinct_on", line });
    if (position === undefined)
      analyseExpression(key, {
        wrap: { use: "GROUP_BY", fixed: true },
        context: sorted,
        sink: grouped,
      });
    else sortByPosition(context, position - 1, grouped);
  }
}

function sortByPosition(
  { relation }: ExpressionContext,
  index: number,
  sink: (flow: Flow) => void,
): void {
  for (const edge of [...relation.edges]) {
    if (edge.to === index && edge.column !== undefined) {
      sink({ cell: { input: edge.input, column: edge.column }, use: "SORT", line: edge.line });
    }
  }
}

/** QUALIFY filters on windows: they become columns first, and a relation after them keeps the rows. */
function qualify(block: Block, { relation, context }: Projected, condition: Expr): RelationBuilder {
  const visible = relation.columns.length;
  const after = new RelationBuilder("qualify");
  const input = after.inputFor({ relation }, "each");
  for (let i = 0; i < visible; i++) {
    const column = relation.columns[i];
    if (!column) continue;
    const to = after.addColumn(column);
    after.addEdge({ input, column: column.name, to, use: "IDENTITY", detail: "carry" });
  }
  const named = new Map(
    relation.columns.slice(0, visible).map((column) => [column.name.toLowerCase(), column.name]),
  );
  let first: FirstRows | undefined;
  for (const conjunct of conjunctsOf(condition)) {
    const name = aliasesIn(conjunct, block, named);
    const expression = block.analysis.text.condition(conjunct);
    for (const column of name) {
      const asksFirst = firstOf(conjunct) !== undefined;
      if (asksFirst) exposeKeys(relation, edgesTo(relation, column));
      const found = asksFirst ? firstRows(after, { input, column }) : undefined;
      first ??= found;
      after.addEdge({
        input,
        column,
        use: "FILTER",
        ...(found ? { detail: "first" } : {}),
        expression,
      });
    }
    const flows: Flow[] = [];
    const bare: ExpressionContext = { ...context, aliases: { first: false, find: () => NO_FLOWS } };
    analyseExpression(conjunct, {
      wrap: BARE,
      context: name.length > 0 ? withKnownAliases(bare, block) : withoutAliases(bare),
      sink: (flow) => flows.push(flow),
    });
    if (flows.length === 0) continue;
    const to = relation.addColumn({ name: "qualify", type: "BOOLEAN" });
    for (const { cell, use, detail, line, takes } of flows)
      relation.addEdge({ ...cell, to, use, detail, line, takes });
    const number = { input, column: relation.nameAt(to) };
    if (isRowNumber(firstOf(conjunct))) exposeKeys(relation, edgesTo(relation, number.column));
    const found = isRowNumber(firstOf(conjunct)) ? firstRows(after, number) : undefined;
    first ??= found;
    after.addEdge({ ...number, use: "FILTER", ...(found ? { detail: "first" } : {}), expression });
  }
  passOpen(relation, after, input);
  if (first) {
    keepFirst(after, first);
    pickColumns(after, first);
  }
  return after;
}

/** The keys of a window that is not selected are columns of the relation all the same: what is kept is told by them. */
function exposeKeys(relation: RelationBuilder, window: readonly PlanEdge[]): void {
  for (const { input, column, use, line } of window) {
    const isThere = relation.edges.some(
      (edge) =>
        edge.input === input &&
        edge.column === column &&
        edge.to !== undefined &&
        (edge.use === "IDENTITY" || edge.use === "STAR"),
    );
    if (use !== "WINDOW" || column === undefined || isThere) continue;
    const to = relation.addColumn({ name: "qualify key" });
    relation.addEdge({ input, column, to, use: "IDENTITY", detail: "carry", line });
  }
}

function edgesTo(relation: RelationBuilder, column: string): readonly PlanEdge[] {
  const to = relation.indexOf(column);
  return relation.edges.filter((edge) => to !== undefined && edge.to === to);
}

const NO_FLOWS: AliasEntry = { flows: [], carriers: new Set() };

/** Aliases give nothing here: the relation after reads their columns. */
function withKnownAliases(context: ExpressionContext, block: Block): ExpressionContext {
  return {
    ...context,
    aliases: { first: false, find: (name) => (block.aliases.has(name.key) ? NO_FLOWS : undefined) },
  };
}

/** Output columns that a condition names by alias and that FROM does not have. */
function aliasesIn(expr: Expr, block: Block, named: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const pending: unknown[] = [expr];
  for (let steps = 0; pending.length > 0 && steps < 5000; steps++) {
    const next = pending.pop();
    if (next === null || typeof next !== "object") continue;
    const { tag, payload } = tagOf(next);
    if (tag === "Identifier") {
      const name = nameOf(payload as Ident, block.analysis.dialect);
      const column = block.aliases.has(name.key) ? named.get(name.text.toLowerCase()) : undefined;
      const isInput = block.scope.sources.some((source) => source.columns.find(name) !== undefined);
      if (column !== undefined && !isInput) found.push(column);
    } else pending.push(...Object.values(next));
  }
  return found;
}

/** A relation that reads one of unknown columns passes them on when asked. */
export function passOpen(from: RelationBuilder, to: RelationBuilder, input: number): void {
  const { ensure } = from;
  if (!ensure) return;
  to.addEdge({ input, use: "STAR" });
  to.ensure = (name) => {
    const known = to.indexOf(name);
    if (known !== undefined) return to.nameAt(known);
    const column = ensure(name);
    if (column === undefined) return undefined;
    const index = to.addColumn({ name });
    to.addEdge({ input, column, to: index, use: "IDENTITY", detail: "carry" });
    return to.nameAt(index);
  };
}

function distinct({ select }: Block, relation: RelationBuilder): RelationBuilder {
  if (!select.distinct || select.distinct === "All") return relation;
  const after = new RelationBuilder("distinct");
  const input = after.inputFor(
    { relation },
    select.distinct === "Distinct" ? "distinct" : "grouped",
  );
  for (const column of [...relation.columns]) {
    const to = after.addColumn(column);
    after.addEdge({ input, column: column.name, to, use: "IDENTITY", detail: "carry" });
  }
  passOpen(relation, after, input);
  return after;
}

/** Names without a qualifier: a column of that name in another table of this block would make them ambiguous. */
function markCollisions(scope: Scope): void {
  if (scope.sources.length < 2) return;
  const mark = (name: string, source: Source): void => {
    const home = source.passesNew ? scope.homes.get(source) : undefined;
    if (home) home.relation.addEdge({ input: home.input, column: name, use: "UNQUALIFIED" });
  };
  for (const [name, owner] of scope.unqualified)
    for (const source of scope.sources) if (source !== owner) mark(name, source);
  for (const [name, sources] of scope.beside) for (const source of sources) mark(name, source);
}

/** Where a source is read; `first` reads it where there is nothing between. */
function homeOf(
  { homes }: Scope,
  source: Source,
  first: RelationBuilder,
): { readonly relation: RelationBuilder; readonly input: number } | undefined {
  const { target } = source;
  if (target === undefined || homes.has(source)) return homes.get(source);
  const input = first.inputs.findIndex(({ target: read }) =>
    "asset" in read
      ? "asset" in target && read.asset === target.asset
      : "relation" in target && read.relation === target.relation,
  );
  return input < 0 ? undefined : { relation: first, input };
}

/** Names that stand for something outside this block's tables: a new column of that name would be meant instead. */
function markCaptures(scope: Scope, first: RelationBuilder): void {
  const { borrowed, keyNames } = scope;
  for (const source of scope.sources) {
    const home = source.passesNew ? homeOf(scope, source, first) : undefined;
    const mark = (column: string, detail: string): void =>
      home?.relation.addEdge({ input: home.input, column, use: "UNQUALIFIED", detail });
    for (const name of borrowed) mark(name, "borrowed");
    for (const name of keyNames) mark(name, "key");
  }
}

/** Names of this block's columns that a query around it has too: if one goes, the other is meant. */
function markCaught(scope: Scope, first: RelationBuilder): void {
  for (const [name, source] of caughtNames(scope)) {
    const home = homeOf(scope, source, first);
    const column = source.columns.columns.find((each) => each.name === name)?.column;
    // An aggregate of nothing but outer columns is the outer query's, which fails where it may not have one.
    if (column === undefined || isAggregated(first, [name, column])) continue;
    home?.relation.markCaught(home.input, column);
  }
}

const isAggregated = ({ edges }: RelationBuilder, names: readonly string[]): boolean =>
  edges.some(({ use, column = "" }) => use.startsWith("AGG_") && names.includes(column));

/** Columns that the query names to leave them out: without them it fails, and it reads nothing of them. */
function markLeftOut(scope: Scope, first: RelationBuilder): void {
  for (const [column, source] of scope.leftOut) {
    const home = homeOf(scope, source, first);
    home?.relation.addEdge({ input: home.input, column, use: "NOT_USED", detail: "named" });
  }
}

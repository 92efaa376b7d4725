import type { Use } from "#lib/model/use.ts";
import { analyseCondition, conjunctsOf } from "./analyze-condition.ts";
import { analyseExpression } from "./analyze-expression.ts";
import { type Expr, type Ident, type Join, type JoinConstraint, lastIdent, tagOf } from "./ast.ts";
import {
  type Analysis,
  type Cell,
  type ExpressionContext,
  type Flow,
  reportProblem,
} from "./expression-context.ts";
import { columnIn, type FromNode, JoinNode, sourcesOf, targetOf } from "./from-tree.ts";
import {
  type MergedColumn,
  type Name,
  nameOf,
  type Scope,
  type Source,
  type VisibleColumn,
} from "./scope.ts";

interface JoinKind {
  readonly side:
    | "inner"
    | "left"
    | "right"
    | "full"
    | "semi"
    | "anti"
    | "right_semi"
    | "right_anti";
  readonly constraint: JoinConstraint;
  readonly match?: Expr;
  readonly isAsOf: boolean;
}

const SIDES: Readonly<Record<string, JoinKind["side"]>> = {
  Join: "inner",
  Inner: "inner",
  CrossJoin: "inner",
  StraightJoin: "inner",
  CrossApply: "inner",
  OuterApply: "left",
  Left: "left",
  LeftOuter: "left",
  Right: "right",
  RightOuter: "right",
  FullOuter: "full",
  Semi: "semi",
  LeftSemi: "semi",
  Anti: "anti",
  LeftAnti: "anti",
  RightSemi: "right_semi",
  RightAnti: "right_anti",
};

function kindOf(join: Join): JoinKind {
  const { tag, payload } = tagOf(join.join_operator);
  if (tag === "AsOf") {
    const { match_condition: match, constraint } = payload as {
      readonly match_condition: Expr;
      readonly constraint: JoinConstraint;
    };
    // Snowflake's ASOF keeps every row of the left side.
    return { side: "left", constraint, match, isAsOf: true };
  }
  const constraint = (payload ?? "None") as JoinConstraint;
  return { side: SIDES[tag] ?? "inner", constraint, isAsOf: join.global === true };
}

/** Whether what is joined may look at the rows on its left: only where those stay as they are. */
export function mayLookLeft(join: Join): boolean {
  const { side } = kindOf(join);
  return side === "inner" || side === "left";
}

export interface JoinInput {
  readonly analysis: Analysis;
  /** Sources on both sides are in it already. */
  readonly scope: Scope;
  readonly left: FromNode;
  readonly right: FromNode;
  readonly join: Join;
}

/** Joins two parts of FROM. An optional side becomes a relation of its own, so that its keys can only null what it brings. */
export function analyseJoin(input: JoinInput): FromNode {
  const kind = kindOf(input.join);
  if (kind.isAsOf) return joinAsOf({ ...input, kind });
  switch (kind.side) {
    case "left":
      return joinOptional({
        ...input,
        kind,
        preserved: input.left,
        optional: input.right,
        label: "left join",
      });
    case "right":
      return joinOptional({
        ...input,
        kind,
        preserved: input.right,
        optional: input.left,
        label: "right join",
      });
    case "full":
      return joinFull({ ...input, kind });
    case "semi":
    case "anti":
      return joinHalf({ ...input, kind, kept: input.left, tested: input.right });
    case "right_semi":
    case "right_anti":
      return joinHalf({ ...input, kind, kept: input.right, tested: input.left });
    default:
      return joinInner({ ...input, kind });
  }
}

interface KindInput extends JoinInput {
  readonly kind: JoinKind;
}

export const labelOf = (node: FromNode): string =>
  node.kind === "source" ? (node.source.alias?.text ?? "rows") : node.relation.label;

/** The node as one that takes further sides: an inner join of several tables is one relation. */
export function asJoinNode(node: FromNode, scope: Scope): JoinNode {
  if (node.kind === "join") return node;
  const made = new JoinNode("join", scope.homes);
  made.add(node, "each");
  return made;
}

function joinInner(input: KindInput): FromNode {
  const joined = asJoinNode(input.left, input.scope);
  joined.add(input.right, "each");
  applyConstraint({
    ...input,
    relation: joined.relation,
    use: "JOIN_INNER",
    cellOf: (source, column) => joined.conditionCellOf(source, column),
  });
  return joined;
}

interface OptionalInput extends KindInput {
  readonly preserved: FromNode;
  readonly optional: FromNode;
  readonly label: string;
}

/** Each row meets one row of the other side, however many are there. */
function joinAsOf(input: KindInput): FromNode {
  const { left, right, scope, kind } = input;
  const side = makeSide({ ...input, preserved: left, optional: right, label: "asof join" });
  const match = new JoinNode(`one match of ${labelOf(right)}`, scope.homes);
  match.add(side, "grouped");
  const joined = asJoinNode(left, scope);
  joined.add(match, kind.side === "left" ? "outer" : "each");
  return joined;
}

function joinOptional(input: OptionalInput): FromNode {
  const side = makeSide(input);
  const joined = asJoinNode(input.preserved, input.scope);
  joined.add(side, "outer");
  return joined;
}

/** A side by itself: its rows are those that find a partner. */
function makeSide(input: OptionalInput & { readonly use?: Use }): JoinNode {
  const { preserved, optional } = input;
  const side = new JoinNode(`${input.label} ${labelOf(optional)}`, input.scope.homes);
  side.add(optional, "each");
  applyConstraint({
    ...input,
    relation: side.relation,
    use: input.use ?? (input.kind.side === "inner" ? "JOIN_INNER" : "JOIN_LEFT"),
    cellOf: (source, column) =>
      side.cellOf(source, column) ?? readPreserved({ side, preserved, source, column }),
  });
  return side;
}

interface Preserved {
  readonly side: JoinNode;
  readonly preserved: FromNode;
  readonly source: Source;
  readonly column: VisibleColumn;
}

/** The other side's column, from where it stood before this join: the join itself reads this side. */
function readPreserved({ side, preserved, source, column }: Preserved): Cell | undefined {
  const child = preserved.kind === "join" ? preserved.childOf(source) : undefined;
  const isOptional =
    preserved.kind === "join" && child !== undefined && preserved.isOptional(child);
  const node = isOptional
    ? preserved.seen(child)
    : preserved.kind === "join"
      ? child?.node
      : preserved;
  const target = node && targetOf(node);
  if (!target) return undefined;
  const name = columnIn(node, source, column);
  return name === undefined
    ? undefined
    : { input: side.relation.inputFor(target, "exists"), column: name };
}

function joinFull(input: KindInput): FromNode {
  const { left, right } = input;
  const joined = new JoinNode("full join", input.scope.homes);
  joined.add(makeSide({ ...input, preserved: right, optional: left, label: "full join" }), "full");
  joined.add(makeSide({ ...input, preserved: left, optional: right, label: "full join" }), "full");
  return joined;
}

interface HalfInput extends KindInput {
  readonly kept: FromNode;
  readonly tested: FromNode;
}

/** SEMI and ANTI: the tested side only decides which rows stay. */
function joinHalf(input: HalfInput): FromNode {
  const { kind, kept, tested, scope } = input;
  const joined = asJoinNode(kept, scope);
  if (kind.side.endsWith("anti")) leaveOut(joined, input);
  else keepThose(joined, input);
  const gone = new Set(sourcesOf(tested));
  for (let at = scope.sources.length - 1; at >= 0; at--) {
    const source = scope.sources[at];
    if (source && gone.has(source)) scope.sources.splice(at, 1);
  }
  for (const [key, merged] of scope.merged) {
    const parts = merged.parts.filter((part) => !gone.has(part.source));
    if (parts.length < merged.parts.length) scope.merged.delete(key);
  }
  return joined;
}

/** A condition of the join is one on the rows that stay. */
function keepThose(joined: JoinNode, input: HalfInput): void {
  const { input: asked } = joined.add(input.tested, "exists");
  const { relation } = joined;
  applyConstraint({
    ...input,
    relation,
    use: "FILTER",
    cellOf: (source, column) => joined.conditionCellOf(source, column),
  });
  // A condition that names nothing of the tested side asks only whether that has any row.
  if (asked !== undefined && !relation.edges.some((edge) => edge.input === asked))
    relation.addEdge({ input: asked, use: "EXISTS", detail: "any" });
}

/** The condition is one on partners, as in a subquery of NOT EXISTS: the fewer meet it, the more rows stay. */
function leaveOut(joined: JoinNode, input: HalfInput): void {
  const side = makeSide({
    ...input,
    preserved: input.kept,
    optional: input.tested,
    label: "anti join",
    use: "FILTER",
  });
  const { input: asked } = joined.add(side, "not_exists");
  const isTied = side.relation.inputs.length > 1;
  if (asked !== undefined)
    joined.relation.addEdge({
      input: asked,
      use: "EXISTS",
      detail: isTied ? "not_exists" : "not_any",
    });
}

interface ConstraintInput extends KindInput {
  readonly relation: ExpressionContext["relation"];
  readonly use: Use;
  readonly cellOf: (source: Source, column: VisibleColumn) => Cell | undefined;
}

function applyConstraint(input: ConstraintInput): void {
  const { kind } = input;
  const { tag, payload } = tagOf(kind.constraint);
  if (kind.match) applyConjunct(kind.match, input, true);
  if (tag === "On")
    for (const conjunct of conjunctsOf(payload as Expr)) applyConjunct(conjunct, input, false);
  if (tag === "Using") applyUsing(usingNames(payload, input.analysis), input);
  if (tag === "Natural") applyNatural(input);
}

function usingNames(payload: unknown, analysis: Analysis): Name[] {
  return (payload as readonly unknown[]).flatMap((name) => {
    const ident = Array.isArray(name) ? lastIdent(name) : (name as Ident);
    return ident ? [nameOf(ident, analysis.dialect)] : [];
  });
}

function conditionContext(input: ConstraintInput): ExpressionContext {
  const { analysis, relation, scope, cellOf } = input;
  return {
    analysis,
    relation,
    scope,
    cellOf,
    mergedCells: (merged) => merged.parts.flatMap((part) => cellOf(part.source, part.column) ?? []),
    rowsCell: () => undefined,
    windows: new Map(),
  };
}

/** An equality between the sides is a key of the join; every other condition filters. */
function applyConjunct(conjunct: Expr, input: ConstraintInput, isKey: boolean): void {
  const flows: Flow[] = [];
  const wrap = { use: "FILTER", fixed: true } as const;
  analyseCondition(
    conjunct,
    { wrap, context: conditionContext(input), sink: (flow) => flows.push(flow) },
    analyseExpression,
  );
  const key = isKey || isKeyEquality(conjunct, flows);
  for (const { cell, use, detail, line, takes } of flows) {
    input.relation.addEdge({
      input: cell.input,
      column: cell.column,
      use: key && use === "FILTER" ? input.use : use,
      detail,
      expression: input.analysis.text.condition(conjunct),
      line,
      takes,
    });
  }
}

/** `a.x = b.y`, also with a function around a side, where the two sides come from two inputs. */
function isKeyEquality(conjunct: Expr, flows: readonly Flow[]): boolean {
  const { tag, payload } = tagOf(conjunct);
  if (tag === "IsNotDistinctFrom") return true;
  if (tag !== "BinaryOp") return false;
  const operator = tagOf((payload as { readonly op: unknown }).op).tag;
  if (operator !== "Eq" && operator !== "Spaceship") return false;
  return new Set(flows.map((flow) => flow.cell.input)).size > 1;
}

/** Adds the keys of USING: edges to the rows from both sides, and one merged column in the scope. */
function applyUsing(names: readonly Name[], input: ConstraintInput, use: Use = input.use): void {
  for (const name of names) {
    const left = keyParts(name, input.left, input.scope);
    const right = keyParts(name, input.right, input.scope);
    if (left.length === 0 || right.length === 0) {
      reportProblem(input, {
        code: "unknown-column",
        message: `USING (${name.text}): one side has no such column`,
        at: name,
      });
    }
    const parts = [...left, ...right];
    noteBeside(name, input, parts);
    for (const { source, column } of parts) {
      const cell = input.cellOf(source, column);
      if (cell)
        input.relation.addEdge({
          input: cell.input,
          column: cell.column,
          use,
          detail: "op:=",
          line: name.line || undefined,
        });
    }
    const [first] = parts;
    if (first) input.scope.merged.set(name.key, { name: first.column.name, parts });
  }
}

/** Of several tables on one side, one gives the key; what is gone already, as behind SEMI, gives none. */
function noteBeside(name: Name, input: ConstraintInput, parts: MergedColumn["parts"]): void {
  const { analysis, scope, left, right } = input;
  // DuckDB was seen to take what an earlier USING merged.
  if (analysis.dialect === "duckdb" && scope.merged.has(name.key)) return;
  const owners = new Set(parts.map(({ source }) => source));
  const here = new Set(scope.sources);
  for (const node of [left, right]) {
    for (const source of sourcesOf(node)) {
      if (owners.has(source) || !here.has(source)) continue;
      const [{ column } = { column: { name: name.text } }] = parts;
      const noted = scope.beside.get(column.name) ?? new Set();
      scope.beside.set(column.name, noted.add(source));
    }
  }
}

function keyParts(name: Name, node: FromNode, scope: Scope): MergedColumn["parts"] {
  const sources = new Set(sourcesOf(node));
  const merged = scope.merged.get(name.key);
  const known = merged?.parts.filter((part) => sources.has(part.source)) ?? [];
  if (known.length > 0) return known;
  const candidates = [...sources];
  const exact = candidates.flatMap((source) => {
    const column = source.columns.find(name);
    return column ? [{ source, column }] : [];
  });
  if (exact.length > 0) return exact.slice(0, 1);
  const open = candidates.filter((source) => source.open);
  return open.slice(0, 1).flatMap((source) => {
    const column = source.ensure ? source.ensure(name.text) : name.text;
    return column === undefined ? [] : [{ source, column: { name: name.text, column } }];
  });
}

/** NATURAL joins by every name that both sides have; an open side makes that unknown. */
function applyNatural(input: ConstraintInput): void {
  const left = [...sourcesOf(input.left)];
  const right = [...sourcesOf(input.right)];
  const unknown = [...left, ...right].filter((source) => source.open);
  if (unknown.length > 0) {
    for (const source of unknown) {
      const child = source.target;
      if (child)
        input.relation.addEdge({ input: input.relation.inputFor(child, "exists"), use: "UNKNOWN" });
    }
    reportProblem(input, {
      code: "sql-not-understood",
      message:
        "NATURAL JOIN over a table whose columns are not known: its keys are not known either",
    });
  }
  const names = (sources: readonly Source[]): Map<string, Name> =>
    new Map(
      sources.flatMap((source) =>
        source.columns.columns.map((column) => {
          const name = {
            text: column.name,
            key: column.name.toLowerCase(),
            quoted: true,
            line: 0,
            column: 0,
          };
          return [name.key, name] as const;
        }),
      ),
    );
  const rightNames = names(right);
  const shared = [...names(left).entries()]
    .filter(([key]) => rightNames.has(key))
    .map(([, name]) => name);
  applyUsing(shared, input, "NATURAL_JOIN");
}

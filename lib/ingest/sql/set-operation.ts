import { IF_THERE, OF_STAR, OR_NULL, type PlanColumn } from "#lib/model/query-plan.ts";
import type { RowUse } from "#lib/model/use.ts";
import { type SetExpr, type SetOperation, tagOf } from "./ast.ts";
import { type Analysis, reportProblem } from "./expression-context.ts";
import { RelationBuilder, type Target } from "./plan-builder.ts";
import { haveOneRoot } from "./star-root.ts";

export interface SetOperationInput {
  readonly operation: SetOperation;
  readonly analysis: Analysis;
  readonly analyseBranch: (branch: SetExpr, label: string) => RelationBuilder;
}

/** Branches of one UNION, however long the chain: `a union all b union all c` leans to the left. */
export function branchesOf(operation: SetOperation): SetExpr[] {
  const branches: SetExpr[] = [];
  let at = operation;
  for (;;) {
    branches.push(at.right);
    const { tag, payload } = tagOf(at.left);
    const left = payload as SetOperation;
    const same =
      tag === "SetOperation" && left.op === at.op && left.set_quantifier === at.set_quantifier;
    if (!same || at.op !== "Union") break;
    at = left;
  }
  branches.push(at.left);
  return branches.reverse();
}

/** UNION, INTERSECT and EXCEPT: columns by position, or by name where the query says so. */
export function analyseSetOperation(input: SetOperationInput): RelationBuilder {
  const { operation } = input;
  const kind = operation.op === "Minus" ? "except" : operation.op.toLowerCase();
  const relation = new RelationBuilder(kind);
  const branches = branchesOf(operation);
  const relations = branches.map((branch, i) => input.analyseBranch(branch, `${kind} ${i + 1}`));
  if (operation.op === "Union") unite(input, relation, relations);
  else subtract(operation, relation, relations);
  input.analysis.trace?.noteSet(operation, relation);
  return relation;
}

const isByName = (quantifier: string): boolean => quantifier.endsWith("ByName");

function unite(
  { operation, analysis }: SetOperationInput,
  relation: RelationBuilder,
  branches: readonly RelationBuilder[],
): void {
  const quantifier = operation.set_quantifier;
  const rows: RowUse = quantifier.startsWith("All") ? "each" : "distinct";
  const byName = isByName(quantifier);
  if (haveOneRoot(branches)) {
    for (const branch of branches) addStarBranch(relation, branch, rows);
    return;
  }
  const shared = byName ? sharedNames(branches) : undefined;
  for (const branch of branches) addBranch({ relation, branch, rows, shared });
  openBranches({ relation, branches, byName, analysis });
}

/** Columns that some branch gives where another may not: there they are null. */
function sharedNames(branches: readonly RelationBuilder[]): ReadonlySet<string> {
  const isOpen = branches.some(({ ensure }) => ensure !== undefined);
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const name of branches.flatMap(({ columns }) => columns.map(keyOf))) {
    if (isOpen || seen.has(name)) shared.add(name);
    seen.add(name);
  }
  return shared;
}

const keyOf = ({ name }: PlanColumn): string => name.toLowerCase();

const endOf = (column: PlanColumn, shared: ReadonlySet<string> | undefined): string =>
  shared === undefined ? "" : shared.has(keyOf(column)) ? OR_NULL : IF_THERE;

/** Of stars over one table: whatever the table's columns are, all branches have them. */
function addStarBranch(relation: RelationBuilder, branch: RelationBuilder, rows: RowUse): number {
  const input = relation.addInput({ relation: branch }, rows);
  const edge =
    rows === "distinct"
      ? ({ use: "IDENTITY", detail: `set${IF_THERE}` } as const)
      : ({ use: "STAR" } as const);
  for (const [i, column] of branch.columns.entries())
    relation.addEdge({
      input,
      column: column.name,
      to: indexByPosition(relation, branch, i),
      ...edge,
    });
  relation.addEdge({ input, use: "STAR" });
  return input;
}

interface AddBranch {
  readonly relation: RelationBuilder;
  readonly branch: RelationBuilder;
  readonly rows: RowUse;
  /** Of a union by name, what several branches give; absent where columns meet by position. */
  readonly shared: ReadonlySet<string> | undefined;
}

function addBranch({ relation, branch, rows, shared }: AddBranch): void {
  const byName = shared !== undefined;
  const star = byName ? undefined : bareStarOf(branch);
  const input = relation.addInput(star ? star.target : { relation: branch }, rows);
  const isFirst = relation.inputs.length === 1;
  for (const [i, column] of branch.columns.entries()) {
    const to = byName ? indexByName(relation, column.name) : indexByPosition(relation, branch, i);
    const name = star ? star.columns[i] : column.name;
    if (name === undefined) continue;
    const detail = star
      ? starDetail(rows, isFirst)
      : `${rows === "distinct" ? "set" : "set_all"}${endOf(column, shared)}`;
    relation.addEdge({ input, column: name, to, use: star ? "POSITIONAL" : "IDENTITY", detail });
    if (!isFirst) uniteTypes(relation, to, column);
  }
  if (star) relation.addEdge({ input, use: "POSITIONAL" });
  else if (byName && branch.edges.some(passesAll)) relation.addEdge({ input, use: "STAR" });
}

const passesAll = ({ use, column }: { readonly use: string; readonly column?: string }): boolean =>
  use === "STAR" && column === undefined;

/** The columns of a set operation are called as its first branch calls them, so a star there hands names on as well. */
function starDetail(rows: RowUse, isFirst: boolean): string | undefined {
  if (rows === "distinct") return isFirst ? "set_names" : "set";
  return isFirst ? "names" : undefined;
}

/** The first branch that knows decides the type; a column is not null only where every branch says so. */
function uniteTypes(relation: RelationBuilder, to: number, column: PlanColumn): void {
  const known = relation.columns[to];
  if (!known) return;
  const isTyped = known.type !== undefined && known.type !== "NULL";
  if (!isTyped && column.type !== undefined) relation.setType(to, { type: column.type });
  const nullable =
    known.nullable === true || column.nullable === true
      ? true
      : known.nullable === false && column.nullable === false
        ? false
        : undefined;
  relation.setNullable(to, nullable);
}

function indexByName(relation: RelationBuilder, name: string): number {
  const lower = name.toLowerCase();
  const known = relation.columns.findIndex((column) => column.name.toLowerCase() === lower);
  return known >= 0 ? known : relation.addColumn({ name });
}

function indexByPosition(relation: RelationBuilder, branch: RelationBuilder, i: number): number {
  const column = branch.columns[i];
  if (i < relation.columns.length || !column) return i;
  return relation.addColumn({ name: column.name, type: column.type, nullable: column.nullable });
}

interface OpenBranches {
  readonly relation: RelationBuilder;
  readonly branches: readonly RelationBuilder[];
  readonly byName: boolean;
  readonly analysis: Analysis;
}

/**
 * Where a branch passes a star of unknown columns, names can be followed into every such branch, positions cannot:
 * the columns of the others may be any of its columns.
 */
function openBranches({ relation, branches, byName, analysis }: OpenBranches): void {
  const open = branches.filter((branch) => branch.ensure);
  if (open.length === 0) return;
  for (const [i, branch] of branches.entries()) {
    if (branch.ensure) relation.addEdge({ input: i, use: "UNKNOWN", detail: "star" });
  }
  if (!byName && open.length < branches.length) {
    reportProblem(
      { analysis },
      {
        code: "sql-not-understood",
        message: "a UNION with a star whose columns are not known: positions cannot be matched",
      },
    );
  }
  relation.ensure = (name) => {
    const known = relation.columns.find(
      (column) => column.name.toLowerCase() === name.toLowerCase(),
    );
    if (known) return known.name;
    const to = relation.addColumn({ name });
    for (const [input, branch] of branches.entries()) {
      const column = branch.ensure?.(name);
      if (column !== undefined) relation.addEdge({ input, column, to, use: "IDENTITY" });
    }
    return relation.nameAt(to);
  };
}

interface BareStar {
  readonly target: Target;
  readonly columns: readonly (string | undefined)[];
}

/** A branch that is `select * from t` and nothing else: what it gives is decided by the table's order of columns. */
function bareStarOf(branch: RelationBuilder): BareStar | undefined {
  const [only] = branch.inputs;
  if (!only || branch.inputs.length !== 1 || only.rows !== "each" || branch.ensure)
    return undefined;
  const passes = branch.edges.some((edge) => edge.use === "STAR" && edge.column === undefined);
  if (!passes || !branch.edges.every((edge) => edge.use === "STAR")) return undefined;
  const columns: (string | undefined)[] = branch.columns.map(() => undefined);
  for (const edge of branch.edges) if (edge.to !== undefined) columns[edge.to] = edge.column;
  return { target: only.target, columns };
}

function subtract(
  operation: SetOperation,
  relation: RelationBuilder,
  [left, right]: readonly RelationBuilder[],
): void {
  if (!left || !right) return;
  const all = operation.set_quantifier.startsWith("All");
  const isStar = haveOneRoot([left, right]);
  const detail = isStar ? `set${IF_THERE}` : "set";
  const kept = relation.addInput({ relation: left }, all ? "each" : "distinct");
  for (const column of [...left.columns]) {
    const to = relation.addColumn(column);
    relation.addEdge({ input: kept, column: column.name, to, use: "IDENTITY", detail });
  }
  if (isStar) relation.addEdge({ input: kept, use: "STAR" });
  const isExcept = operation.op !== "Intersect";
  const tested = relation.addInput({ relation: right }, isExcept ? "not_exists" : "exists");
  for (const column of right.columns) {
    relation.addEdge({
      input: tested,
      column: column.name,
      use: "FILTER",
      detail: isStar ? `set${OF_STAR}` : "set",
    });
  }
  for (const [input, branch] of [left, right].entries()) {
    if (branch.ensure) relation.addEdge({ input, use: "UNKNOWN", detail: "star" });
  }
}

import type { RowUse } from "#lib/model/use.ts";
import type { Cell } from "./expression-context.ts";
import { RelationBuilder, type Target } from "./plan-builder.ts";
import type { ColumnPart, MergedColumn, Scope, Source, VisibleColumn } from "./scope.ts";

/** What FROM comes to: one source read as it is, or a relation that joins, filters or nulls the sides below it. */
export type FromNode = SourceNode | JoinNode;

export interface SourceNode {
  readonly kind: "source";
  readonly source: Source;
}

interface Child {
  readonly node: FromNode;
  /** Undefined: no asset behind it. */
  readonly input: number | undefined;
}

/**
 * A relation of the FROM clause. It passes on a column of a side when something later asks for it, so that wide tables
 * cost nothing; the sides are found by source.
 */
export class JoinNode {
  readonly kind = "join";
  readonly relation: RelationBuilder;
  readonly children: Child[] = [];
  readonly #childOf = new Map<Source, Child>();
  readonly #passed = new Map<Source, Map<string, string>>();
  readonly #merged = new Map<MergedColumn, string>();
  readonly #seen = new Map<Child, JoinNode>();

  /** Where each source is read first; shared with the scope. */
  readonly homes: Scope["homes"];

  constructor(label: string, homes: Scope["homes"], line?: number) {
    this.homes = homes;
    this.relation = new RelationBuilder(label, line);
  }

  add(node: FromNode, rows: RowUse): Child {
    const target = targetOf(node);
    const child: Child = { node, input: target ? this.relation.addInput(target, rows) : undefined };
    this.children.push(child);
    for (const source of sourcesOf(node)) this.#childOf.set(source, child);
    if (node.kind === "source" && child.input !== undefined) {
      this.homes.set(node.source, { relation: this.relation, input: child.input });
    }
    return child;
  }

  sources(): Iterable<Source> {
    return this.#childOf.keys();
  }

  childOf(source: Source): Child | undefined {
    return this.#childOf.get(source);
  }

  /** A column of a side as this relation's own edges read it. */
  cellOf(source: Source, column: VisibleColumn): Cell | undefined {
    const child = this.#childOf.get(source);
    if (!child || child.input === undefined) return undefined;
    const name = columnIn(child.node, source, column);
    return name === undefined ? undefined : { input: child.input, column: name };
  }

  /**
   * A column of a side as a condition of this relation reads it. A side that may be missing is seen as the join leaves
   * it, with nulls where it found no partner: `where right.key is null` asks for just that.
   */
  conditionCellOf(source: Source, column: VisibleColumn): Cell | undefined {
    const child = this.#childOf.get(source);
    if (!child || !this.#isOptional(source)) return this.cellOf(source, column);
    const name = this.seen(child).pass(source, column);
    return name === undefined
      ? undefined
      : {
          input: this.relation.inputFor({ relation: this.seen(child).relation }, "exists"),
          column: name,
        };
  }

  /** A side that may be missing as a relation of its own, with the nulls that the join gives it. */
  seen(child: Child): JoinNode {
    const known = this.#seen.get(child);
    if (known) return known;
    const made = new JoinNode("joined side", new Map());
    made.add(child.node, "outer");
    this.#seen.set(child, made);
    return made;
  }

  isOptional(child: Child): boolean {
    const rows = child.input === undefined ? undefined : this.relation.inputs[child.input]?.rows;
    return rows === "outer" || rows === "full";
  }

  /** Passes a column on; gives what this relation calls it. */
  pass(source: Source, column: VisibleColumn): string | undefined {
    const passed = this.#passed.get(source) ?? new Map<string, string>();
    this.#passed.set(source, passed);
    const known = passed.get(column.column);
    if (known !== undefined) return known;
    const cell = this.cellOf(source, column);
    if (!cell) return undefined;
    const index = this.relation.addColumn({
      name: column.column,
      type: column.type,
      nullable: this.#isOptional(source) ? true : column.nullable,
    });
    const name = this.relation.nameAt(index);
    passed.set(column.column, name);
    this.relation.addEdge({
      input: cell.input,
      column: cell.column,
      to: index,
      use: "IDENTITY",
      detail: "carry",
    });
    return name;
  }

  /** Says that a star of this source passes through: columns that it does not have yet as well. */
  markStar(source: Source): void {
    const child = this.#childOf.get(source);
    if (!child) return;
    if (child.input !== undefined) this.relation.addEdge({ input: child.input, use: "STAR" });
    if (child.node.kind === "join") child.node.markStar(source);
  }

  /** A key that USING merged: one column here, from both sides. */
  passMerged(merged: MergedColumn): string | undefined {
    const known = this.#merged.get(merged);
    if (known !== undefined) return known;
    const cells = merged.parts.flatMap((part) => this.cellOf(part.source, part.column) ?? []);
    if (cells.length === 0) return undefined;
    const type = merged.parts[0]?.column.type;
    const index = this.relation.addColumn({ name: merged.name, type });
    for (const [position, cell] of cells.entries()) {
      const detail = position === 0 ? "first" : "fallback";
      this.relation.addEdge({
        input: cell.input,
        column: cell.column,
        to: index,
        use: "COALESCE",
        detail,
      });
    }
    const name = this.relation.nameAt(index);
    this.#merged.set(merged, name);
    return name;
  }

  #isOptional(source: Source): boolean {
    const child = this.#childOf.get(source);
    return child !== undefined && this.isOptional(child);
  }
}

export function targetOf(node: FromNode): Target | undefined {
  return node.kind === "source" ? node.source.target : { relation: node.relation };
}

export const sourcesOf = (node: FromNode): Iterable<Source> =>
  node.kind === "source" ? [node.source] : node.sources();

/** What a node calls a column of one of its sources. */
export function columnIn(
  node: FromNode,
  source: Source,
  column: VisibleColumn,
): string | undefined {
  return node.kind === "source" ? column.column : node.pass(source, column);
}

/** A column of FROM as a later relation reads it. */
export function readFrom(
  relation: RelationBuilder,
  node: FromNode | undefined,
  part: ColumnPart,
  rows: RowUse,
): Cell | undefined {
  const target = node && targetOf(node);
  if (!node || !target) return undefined;
  const column = columnIn(node, part.source, part.column);
  return column === undefined ? undefined : { input: relation.inputFor(target, rows), column };
}

/** A merged key of FROM as a later relation reads it. */
export function readMergedFrom(
  relation: RelationBuilder,
  node: FromNode | undefined,
  merged: MergedColumn,
  rows: RowUse,
): Cell | undefined {
  const target = node && targetOf(node);
  if (!target || node.kind !== "join") return undefined;
  const column = node.passMerged(merged);
  return column === undefined ? undefined : { input: relation.inputFor(target, rows), column };
}

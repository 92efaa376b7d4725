import type { Expr, Ident, Select, SelectItem, SetOperation, Statement } from "./ast.ts";
import type { RelationBuilder } from "./plan-builder.ts";
import type { MergedColumn, Resolution, Source, VisibleColumn } from "./scope.ts";

/** What a name in the text was found to mean. */
export type TracedName =
  | {
      readonly kind: "column";
      readonly source: Source;
      readonly column: string;
      readonly path: string;
      readonly depth: number;
    }
  | {
      readonly kind: "merged";
      readonly name: string;
      readonly depth: number;
      /** The first table that has it. */
      readonly first: Source | undefined;
    }
  | { readonly kind: "alias" };

/** One SELECT and the relations of the plan that it became. */
export interface TracedBlock {
  readonly sources: readonly Source[];
  /** Where FROM and WHERE meet; absent where FROM is one table that is read as it is. */
  readonly from?: RelationBuilder;
  readonly group?: RelationBuilder;
  /** The keys that rows are grouped by, as expressions over FROM. */
  readonly keys?: readonly Expr[];
  /** Where the projection's columns are. */
  readonly output: RelationBuilder;
  /** After QUALIFY and DISTINCT. */
  readonly result: RelationBuilder;
}

/** A column that a star came to. */
export interface TracedStarColumn {
  readonly name: string;
  readonly source: Source;
  readonly column: string;
  readonly merged: boolean;
}

interface FoldedRelation {
  readonly into: RelationBuilder;
  /** The part as a whole: its columns are those of the CTE, place by place. */
  readonly isStep: boolean;
}

/**
 * What an analysis found out about the nodes of a tree: which column a name means, which relation of the plan a block
 * became. Two versions of a query are compared with it, name by name, and what differs is put where it happens.
 */
export class QueryTrace {
  readonly #names = new Map<Ident, TracedName>();
  readonly #blocks = new Map<Select, TracedBlock>();
  readonly #sets = new Map<SetOperation, RelationBuilder>();
  readonly #stars = new Map<SelectItem, readonly TracedStarColumn[]>();
  readonly #places = new Map<RelationBuilder, number>();
  readonly #folded = new Map<RelationBuilder, FoldedRelation>();
  /** All that the text holds, the one that it is about last; empty where it was not understood. */
  statements: readonly Statement[] = [];
  /** The text that the tree's positions refer to. */
  text = "";
  /** The text as people wrote it: some of it may have been rewritten for the parser. */
  written = "";

  noteName(ident: Ident | undefined, found: Resolution): void {
    if (ident === undefined) return;
    if (found.kind === "column") {
      const { source, column, depth } = found;
      const path = found.path.map(({ key }) => key).join(".");
      this.#names.set(ident, { kind: "column", source, column: column.column, path, depth });
    } else if (found.kind === "merged") {
      const { merged, depth } = found;
      const first = merged.parts[0]?.source;
      this.#names.set(ident, { kind: "merged", name: merged.name, depth, first });
    }
  }

  noteAlias(ident: Ident | undefined): void {
    if (ident !== undefined) this.#names.set(ident, { kind: "alias" });
  }

  noteBlock(select: Select, block: TracedBlock): void {
    this.#blocks.set(select, block);
  }

  noteSet(operation: SetOperation, relation: RelationBuilder): void {
    this.#sets.set(operation, relation);
  }

  /** Relations of a recursive part, which its CTE stands for. */
  noteFolded(
    relations: Iterable<RelationBuilder>,
    { into, step }: { readonly into: RelationBuilder; readonly step: RelationBuilder },
  ): void {
    for (const relation of relations)
      this.#folded.set(relation, { into, isStep: relation === step });
  }

  noteStar(item: SelectItem, column: TracedStarColumn): void {
    this.#stars.set(item, [...(this.#stars.get(item) ?? []), column]);
  }

  /** `order`: the relations as the plan numbers them. */
  finish(found: {
    readonly statements: readonly Statement[];
    readonly text: string;
    readonly written: string;
    readonly order: readonly RelationBuilder[];
  }): void {
    this.statements = found.statements;
    this.text = found.text;
    this.written = found.written;
    for (const [place, relation] of found.order.entries()) this.#places.set(relation, place);
  }

  nameOf(ident: Ident | undefined): TracedName | undefined {
    return ident === undefined ? undefined : this.#names.get(ident);
  }

  blockOf(select: Select): TracedBlock | undefined {
    return this.#blocks.get(select);
  }

  setOf(operation: SetOperation): RelationBuilder | undefined {
    return this.#sets.get(operation);
  }

  starOf(item: SelectItem): readonly TracedStarColumn[] | undefined {
    return this.#stars.get(item);
  }

  /** The number of a relation in the plan; undefined where the plan does not hold it. */
  placeOf(relation: RelationBuilder | undefined): number | undefined {
    if (relation === undefined) return undefined;
    return this.#places.get(relation) ?? this.placeOf(this.#folded.get(relation)?.into);
  }

  /** What stands for a relation of a recursive part. */
  foldedOf(relation: RelationBuilder): FoldedRelation | undefined {
    return this.#folded.get(relation);
  }
}

/** As a star's expansion tells it. */
export const tracedStar = (
  name: string,
  found: {
    readonly source: Source;
    readonly column: VisibleColumn;
    readonly merged: MergedColumn | undefined;
  },
): TracedStarColumn => ({
  name,
  source: found.source,
  column: found.column.column,
  merged: found.merged !== undefined,
});

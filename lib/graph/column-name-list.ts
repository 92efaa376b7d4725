import type { ColumnNames } from "./column-names.ts";

/** The names of all columns, left where the relations keep them: a list of millions costs nothing for each version. */
export class ColumnNameList {
  readonly #tables: readonly ColumnNames[];
  readonly #columnStart: Int32Array;
  readonly #columnRelation: Int32Array;

  constructor(
    tables: readonly ColumnNames[],
    where: { readonly columnStart: Int32Array; readonly columnRelation: Int32Array },
  ) {
    this.#tables = tables;
    this.#columnStart = where.columnStart;
    this.#columnRelation = where.columnRelation;
  }

  get length(): number {
    return this.#columnRelation.length;
  }

  at(column: number): string | undefined {
    const relation = this.#columnRelation[column];
    if (relation === undefined) return undefined;
    return this.#tables[relation]?.names[column - (this.#columnStart[relation] ?? 0)];
  }
}

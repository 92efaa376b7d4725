interface ColumnFacts {
  readonly type?: string | undefined;
  readonly notNull?: boolean;
  readonly onlyNulls?: boolean;
  readonly alwaysNull?: boolean;
}

/**
 * The columns of one relation while a snapshot is built. A name is found as written, else by the one name that differs
 * only in letter case: `ORDER_ID` and `order_id` are one column unless the asset declares both.
 */
export class ColumnNames {
  readonly names: string[] = [];
  readonly types: (string | undefined)[] = [];
  readonly expected: boolean[] = [];
  readonly notNull: boolean[] = [];
  readonly onlyNulls: boolean[] = [];
  readonly alwaysNull: boolean[] = [];
  readonly #exact = new Map<string, number>();
  readonly #folded = new Map<string, number>();

  get size(): number {
    return this.names.length;
  }

  find(name: string): number {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    return this.#folded.get(name.toLowerCase()) ?? -1;
  }

  /** Adds a column that the relation really has; one that was only expected becomes real. */
  declare(name: string, facts: ColumnFacts = {}): number {
    const known = this.#exact.get(name);
    if (known !== undefined) {
      this.expected[known] = false;
      this.types[known] ??= facts.type;
      return known;
    }
    return this.#add(name, { ...facts, expected: false });
  }

  /** The column of this name, added when there is none: as a real one, or as one that a reader only expects. */
  require(name: string, expected: boolean): number {
    const known = this.find(name);
    if (known >= 0) {
      if (!expected && this.expected[known] === true) this.expected[known] = false;
      return known;
    }
    return this.#add(name, { expected });
  }

  #add(name: string, facts: ColumnFacts & { readonly expected: boolean }): number {
    const index = this.names.length;
    this.names.push(name);
    this.types.push(facts.type);
    this.expected.push(facts.expected);
    this.notNull.push(facts.notNull === true);
    this.onlyNulls.push(facts.onlyNulls === true);
    this.alwaysNull.push(facts.alwaysNull === true);
    this.#exact.set(name, index);
    const folded = name.toLowerCase();
    this.#folded.set(folded, this.#folded.has(folded) ? -1 : index);
    return index;
  }
}

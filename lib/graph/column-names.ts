interface ColumnFacts {
  readonly type?: string | undefined;
  readonly notNull?: boolean;
  readonly onlyNulls?: boolean;
  readonly alwaysNull?: boolean;
}

const FEW = 24;

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
  /** Made when there are many names: among few, looking at each is quicker and takes no room. */
  #byName:
    | { readonly exact: Map<string, number>; readonly folded: Map<string, number> }
    | undefined;

  get size(): number {
    return this.names.length;
  }

  find(name: string): number {
    const exact = this.#findExact(name);
    if (exact >= 0) return exact;
    const folded = name.toLowerCase();
    return this.#byName === undefined
      ? this.#findFolded(folded)
      : (this.#byName.folded.get(folded) ?? -1);
  }

  #findExact(name: string): number {
    return this.#byName === undefined
      ? this.names.indexOf(name)
      : (this.#byName.exact.get(name) ?? -1);
  }

  /** The only name that is the same but for letter case. */
  #findFolded(folded: string): number {
    let found = -1;
    for (let at = 0; at < this.names.length; at++) {
      if (this.names[at]?.toLowerCase() !== folded) continue;
      if (found >= 0) return -1;
      found = at;
    }
    return found;
  }

  /** Adds a column that the relation really has; one that was only expected becomes real. */
  declare(name: string, facts: ColumnFacts = {}): number {
    const known = this.#findExact(name);
    if (known >= 0) {
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
    if (this.#byName !== undefined) this.#index(name, index);
    else if (this.names.length > FEW) this.#indexAll();
    return index;
  }

  #indexAll(): void {
    this.#byName = { exact: new Map(), folded: new Map() };
    this.names.forEach((name, index) => {
      this.#index(name, index);
    });
  }

  #index(name: string, index: number): void {
    const folded = name.toLowerCase();
    this.#byName?.exact.set(name, index);
    this.#byName?.folded.set(folded, this.#byName.folded.has(folded) ? -1 : index);
  }
}

import { COLUMN_TRAIT } from "./snapshot.ts";

interface ColumnFacts {
  /** By the number that `EdgeBook` has for it; 0: unknown. */
  readonly type?: number;
  /** Bits of `COLUMN_TRAIT`. */
  readonly traits?: number;
}

const FEW = 24;

/**
 * The columns of one relation while a snapshot is built. A name is found as written, else by the one name that differs
 * only in letter case: `ORDER_ID` and `order_id` are one column unless the asset declares both.
 */
export class ColumnNames {
  names: string[] = [];
  types: number[] = [];
  traits: number[] = [];
  /** Made when there are many names: among few, looking at each is quicker and takes no room. */
  #exact: Map<string, number> | undefined;
  #folded: Map<string, number> | undefined;
  /** Where the last name was found: the next is often the one after it. */
  #last = -1;

  /** Of lists that nobody changes: they are taken over as they are. */
  static of({
    names,
    types,
    traits,
  }: Pick<ColumnNames, "names" | "types" | "traits">): ColumnNames {
    const columns = new ColumnNames();
    columns.names = names;
    columns.types = types;
    columns.traits = traits;
    return columns;
  }

  get size(): number {
    return this.names.length;
  }

  isExpected(column: number): boolean {
    return ((this.traits[column] ?? 0) & COLUMN_TRAIT.expected) !== 0;
  }

  find(name: string): number {
    const exact = this.#findExact(name);
    return exact >= 0 ? exact : this.#findFolded(name);
  }

  #findExact(name: string): number {
    const next = this.#last + 1;
    if (this.names[next] === name) {
      this.#last = next;
      return next;
    }
    const found = this.#lookUp(name);
    if (found >= 0) this.#last = found;
    return found;
  }

  #lookUp(name: string): number {
    if (this.names.length <= FEW) return this.names.indexOf(name);
    this.#exact ??= new Map(this.names.map((each, at) => [each, at]));
    return this.#exact.get(name) ?? -1;
  }

  /** The only name that is the same but for letter case. */
  #findFolded(name: string): number {
    const folded = name.toLowerCase();
    if (this.names.length > FEW) return this.#foldedNames().get(folded) ?? -1;
    let found = -1;
    for (let at = 0; at < this.names.length; at++) {
      if (this.names[at]?.toLowerCase() !== folded) continue;
      if (found >= 0) return -1;
      found = at;
    }
    return found;
  }

  #foldedNames(): Map<string, number> {
    if (this.#folded !== undefined) return this.#folded;
    const folded = new Map<string, number>();
    this.names.forEach((name, at) => {
      addFolded(folded, name, at);
    });
    this.#folded = folded;
    return folded;
  }

  /** Adds a column that the relation really has; one that was only expected becomes real. */
  declare(name: string, facts: ColumnFacts = {}): number {
    const known = this.#findExact(name);
    if (known < 0) return this.#add(name, facts);
    this.#makeReal(known);
    if (this.types[known] === 0) this.types[known] = facts.type ?? 0;
    return known;
  }

  /** The column of this name, added when there is none: as a real one, or as one that a reader only expects. */
  require(name: string, expected: boolean): number {
    const known = this.find(name);
    if (known < 0) return this.#add(name, expected ? { traits: COLUMN_TRAIT.expected } : {});
    if (!expected) this.#makeReal(known);
    return known;
  }

  #makeReal(column: number): void {
    const traits = this.traits[column] ?? 0;
    if ((traits & COLUMN_TRAIT.expected) !== 0)
      this.traits[column] = traits & ~COLUMN_TRAIT.expected;
  }

  #add(name: string, { type = 0, traits = 0 }: ColumnFacts): number {
    const at = this.names.push(name) - 1;
    this.types.push(type);
    this.traits.push(traits);
    this.#exact?.set(name, at);
    if (this.#folded !== undefined) addFolded(this.#folded, name, at);
    return at;
  }

  copy(): ColumnNames {
    const copy = new ColumnNames();
    for (let at = 0; at < this.names.length; at++) {
      copy.names.push(this.names[at] ?? "");
      copy.types.push(this.types[at] ?? 0);
      copy.traits.push(this.traits[at] ?? 0);
    }
    return copy;
  }

  /** What was made to find names takes more room than the names, and so does what is kept for more of them. */
  forgetIndex(): void {
    this.names = this.names.slice();
    this.types = this.types.slice();
    this.traits = this.traits.slice();
    this.#exact = undefined;
    this.#folded = undefined;
    this.#last = -1;
  }
}

function addFolded(folded: Map<string, number>, name: string, at: number): void {
  const key = name.toLowerCase();
  folded.set(key, folded.has(key) ? -1 : at);
}
